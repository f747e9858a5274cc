import { AtSign, Bold, Code, Plus, SendHorizontal, Smile } from "lucide-react";
import {
  type ChangeEvent,
  type ClipboardEvent,
  type KeyboardEvent,
  type ReactNode,
  type Ref,
  Suspense,
  useCallback,
  useEffect,
  useEffectEvent,
  useId,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import type { Room } from "../../api/types.ts";
import { CompletionList } from "../../chat/completion/CompletionList.tsx";
import { closeEmoji } from "../../chat/completion/completion.ts";
import { steer, useCompletion } from "../../chat/completion/useCompletion.ts";
import { muzzleOf } from "../../chat/permissions.ts";
import { shortTitleOf, sigilTitle, useMyPlace, useRoomTitle } from "../../chat/rooms.tsx";
import { useAutosize } from "../../chat/useAutosize.ts";
import { useEngine, useSelect } from "../../context/engine.tsx";
import { number } from "../../i18n/format.ts";
import { useTranslation } from "../../i18n/index.ts";
import { select } from "../../sync/select.ts";
import { merged } from "../../sync/words.ts";
import { cx } from "../../ui/cx.ts";
import { IconButton } from "../../ui/IconButton.tsx";
import { Kbd } from "../../ui/Kbd.tsx";
import { late } from "../../ui/late.ts";
import { notify } from "../../ui/toast.tsx";
import { DropZone } from "./DropZone.tsx";
import { type Edit, insert, wrap } from "./formatting.ts";
import { useIntake } from "./useIntake.ts";

/** The most characters that a message may have, and when to say how many are left. */
const most = 40_000;
const tellFrom = 39_000;

const emojiPart = late(async () => (await import("./EmojiPopover.tsx")).EmojiPopover);
const trayPart = late(async () => (await import("./Tray.tsx")).Tray);
const pastePart = late(async () => (await import("./LongPaste.tsx")).LongPaste);

/** What others may ask of the composer. */
export interface ComposerHandle {
  focus(): void;
}

interface ComposerProps {
  room: Room;
  /** A message was handed over. */
  onSent: () => void;
  /** ↑ in the empty box; answers whether there is something to edit. */
  onEditLast: () => boolean;
  onEscape: () => void;
  ref?: Ref<ComposerHandle>;
}

/** Where one writes, or why one can't. Remount it for another room. */
export function Composer(props: ComposerProps) {
  const { t } = useTranslation();
  const { room } = props;
  const { me, membership } = useMyPlace(room.id);
  const muzzle = muzzleOf({ me, room, role: membership?.role ?? null });
  if (muzzle && muzzle !== "not_member") return <Muzzled>{t(`composer.muzzle.${muzzle}`)}</Muzzled>;
  return <Box {...props} takesFiles={!muzzle} />;
}

function Box({ room, onSent, onEditLast, onEscape, ref, takesFiles }: ComposerProps & { takesFiles: boolean }) {
  const { t } = useTranslation();
  const engine = useEngine();
  const title = sigilTitle(room, useRoomTitle(room));
  const shortTitle = sigilTitle(
    room,
    useSelect((state) => shortTitleOf(room, state)),
  );
  const area = useRef<HTMLTextAreaElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const selection = useRef<{ start: number; end: number } | null>(null);
  const [text, setText] = useState(() => engine.getDraft(room.id));
  const [caret, setCaret] = useState(text.length);
  const hintId = useId();
  const completion = useCompletion(room.id, text, caret);
  const attached = useSelect(select.tray(room.id));
  /** What was handed over is on its way, though the tray may not know yet. */
  const [handed, setHanded] = useState<readonly string[]>([]);
  const tray = handed.length === 0 ? attached : attached.filter(({ id }) => !handed.includes(id));
  const intake = useIntake(room.id, { open: takesFiles });
  useAutosize(area, text);
  const focus = useCallback(() => area.current?.focus(), []);
  useImperativeHandle(ref, () => ({ focus }), [focus]);
  useEffect(() => {
    trayPart.preload();
    pastePart.preload();
  }, []);

  // The caret is put where an edit left it once the text is there.
  useLayoutEffect(() => {
    if (!selection.current || !area.current) return;
    area.current.setSelectionRange(selection.current.start, selection.current.end);
    selection.current = null;
  });

  // Another tab may go on with the draft; and the words of an edit may come to it, whose message was deleted.
  const draft = useSelect(select.draft(room.id));
  const known = useRef(draft);
  /**
   * What stood here when an input method began to compose, if one does. Until it is done, its syllables are no part of
   * the draft, and what the draft becomes elsewhere is no part of the box: it would lose its place.
   */
  const composing = useRef<string | null>(null);
  const take = useCallback((next: string) => {
    const box = area.current;
    // Whoever writes goes on where they are; who stood at the end and writes elsewhere, or nothing yet, after what came.
    const writes = box && box.value !== "" && (document.hasFocus() || box.selectionEnd < box.value.length);
    const stays = writes && next.startsWith(box.value);
    const start = stays ? box.selectionStart : next.length;
    const end = stays ? box.selectionEnd : next.length;
    selection.current = { start, end };
    setText(next);
    setCaret(end);
  }, []);
  useLayoutEffect(() => {
    if (draft === known.current) return;
    known.current = draft;
    if (composing.current === null && draft !== text) take(draft);
  }, [draft, text, take]);
  const moves = useSelect(select.moves(room.id));
  const told = useRef(moves);
  useEffect(() => {
    if (moves === told.current) return;
    told.current = moves;
    notify({ text: t("composer.edit_moved"), detail: t("composer.edit_moved_more") });
  }, [moves, t]);

  /** No input method composes any more: the box and the draft are one again. */
  function composed(here: string): string {
    const next = composing.current === null ? here : merged(composing.current, here, engine.getDraft(room.id));
    composing.current = null;
    return next;
  }

  function onComposed(here: string) {
    if (composing.current === null) return;
    const next = composed(here);
    engine.setDraft(room.id, next);
    if (next !== here) take(next);
  }

  // Who leaves in the midst of a word finds it again; what goes on afterwards begins there.
  const onLeft = useEffectEvent((box: HTMLTextAreaElement) => onComposed(box.value));
  useLayoutEffect(() => {
    const box = area.current;
    if (!box) return;
    const leave = () => onLeft(box);
    // Before the engine writes what there is to the disk.
    addEventListener("pagehide", leave, true);
    document.addEventListener("visibilitychange", leave, true);
    return () => {
      removeEventListener("pagehide", leave, true);
      document.removeEventListener("visibilitychange", leave, true);
      leave();
    };
  }, []);

  function change({ text: here, start, end }: Edit) {
    const next = composed(here);
    selection.current = { start, end };
    setText(next);
    setCaret(end);
    engine.setDraft(room.id, next);
  }

  function edit(make: (edit: Edit) => Edit) {
    const box = area.current;
    if (!box) return;
    box.focus();
    change(make({ text, start: box.selectionStart, end: box.selectionEnd }));
  }

  function onChange(event: ChangeEvent<HTMLTextAreaElement>) {
    const { value, selectionStart: start, selectionEnd: end } = event.target;
    const closed = value.length > text.length ? closeEmoji(value, end) : null;
    // Older Safaris don't say.
    const composes = (event.nativeEvent as InputEvent).isComposing ?? composing.current !== null;
    if (closed) change({ text: closed.text, start: closed.caret, end: closed.caret });
    else if (composing.current !== null && !composes) change({ text: value, start, end });
    else {
      if (composes) composing.current ??= text;
      else engine.setDraft(room.id, value);
      setText(value);
      setCaret(end);
    }
    if (value.trim() !== "") engine.typing(room.id);
  }

  const length = text.length < tellFrom ? text.length : [...text].length;
  const tooLong = length > most;
  const whole = tray.every(({ state }) => state !== "failed");
  const sendable = (text.trim() !== "" || tray.length > 0) && !tooLong && whole;

  function send() {
    if (!sendable) return;
    const body = text.trim();
    // What others typed while this was composed wasn't in the box when it was sent: now it comes.
    const composes = composing.current !== null;
    const rest = composed("");
    // What goes is what stands here.
    if (composes) engine.setDraft(room.id, text);
    setText(rest);
    setCaret(rest.length);
    intake.forgetPaste();
    const files = tray.map(({ id }) => id);
    setHanded(files);
    void engine.send(room.id, body, files);
    if (rest !== "") engine.setDraft(room.id, rest);
    onSent();
    area.current?.focus();
  }

  function onPaste(event: ClipboardEvent) {
    if (intake.paste(event.clipboardData)) event.preventDefault();
  }

  /** What was pasted leaves the box and becomes a file. */
  function pasteAsFile() {
    const rest = intake.pasteAsFile(text);
    if (rest !== null) change({ text: rest, start: rest.length, end: rest.length });
    area.current?.focus();
  }

  function choose(at = completion.chosen) {
    const done = completion.complete(at);
    if (done) change({ text: done.text, start: done.caret, end: done.caret });
  }

  function onKeyDown(event: KeyboardEvent<HTMLTextAreaElement>) {
    // While an input method is composing, keys belong to it (229 is what Safari says of the last one).
    if (event.nativeEvent.isComposing || event.keyCode === 229) return;
    const command = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
    if (steer(completion, event, () => choose())) return;
    if (event.key === "Enter" && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      send();
    } else if (event.key === "ArrowUp" && text === "" && !event.altKey && !command) {
      if (onEditLast()) event.preventDefault();
    } else if (event.key === "Escape") {
      event.preventDefault();
      onEscape();
    } else if (command && (event.key === "b" || event.key === "i" || event.key === "e")) {
      event.preventDefault();
      const mark = event.key === "b" ? "**" : event.key === "i" ? "_" : "`";
      edit((now) => wrap(now, mark));
    }
  }

  // A person who comes to a room comes to write; under a finger the keyboard would cover what they came to read.
  useEffect(() => {
    // Nor is the focus taken from somebody who is in a dialog already.
    if (!matchMedia("(pointer: fine)").matches || document.querySelector('[role="dialog"][data-open]')) return;
    area.current?.focus({ preventScroll: true });
  }, []);

  const { open } = completion;
  return (
    <div
      ref={frame}
      className="relative mx-4 mb-4 short:mb-1 shrink-0 max-sm:mx-2.5 max-sm:mb-[max(0.625rem,env(safe-area-inset-bottom))]"
    >
      <DropZone within={frame} title={title} onDrop={intake.drop} />
      {open && completion.trigger ? (
        <CompletionList
          id={completion.listId}
          kind={completion.trigger.kind}
          candidates={completion.candidates}
          chosen={completion.chosen}
          onPoint={completion.point}
          onChoose={(candidate) => choose(completion.candidates.indexOf(candidate))}
        />
      ) : null}
      <div className="transition-tone short:flex short:flex-wrap short:items-end rounded-l border border-line-strong bg-raised focus-within:border-field">
        <Suspense>
          {tray.length > 0 || intake.used ? <trayPart.Component files={tray} onLeave={focus} /> : null}
          {intake.offers(text) ? <pastePart.Component onFile={pasteAsFile} onKeep={intake.forgetPaste} /> : null}
        </Suspense>
        <textarea
          ref={area}
          aria-label={t("composer.label", { room: title })}
          aria-describedby={hintId}
          aria-autocomplete="list"
          aria-controls={open ? completion.listId : undefined}
          aria-activedescendant={open ? `${completion.listId}-${completion.chosen}` : undefined}
          aria-invalid={tooLong || undefined}
          placeholder={t("composer.placeholder", { room: shortTitle })}
          value={text}
          rows={1}
          dir="auto"
          enterKeyHint="send"
          autoCapitalize="sentences"
          onChange={onChange}
          onKeyDown={onKeyDown}
          onPaste={onPaste}
          onCompositionStart={() => {
            composing.current = text;
          }}
          onCompositionEnd={(event) => onComposed(event.currentTarget.value)}
          onSelect={(event) => setCaret(event.currentTarget.selectionEnd)}
          onBlur={(event) => {
            completion.dismiss();
            onComposed(event.currentTarget.value);
          }}
          className="block max-h-[40dvh] min-h-10 w-full short:w-0 short:flex-1 resize-none overflow-y-auto rounded-t-l bg-transparent px-3.5 pt-3 pb-1 text-m outline-none placeholder-shown:overflow-hidden placeholder-shown:text-ellipsis placeholder-shown:whitespace-nowrap pointer-coarse:text-touch"
        />
        <div className="flex items-center gap-px px-1.5 pb-1.5">
          <input
            ref={picker}
            type="file"
            multiple
            hidden
            onChange={(event) => {
              intake.attach([...(event.target.files ?? [])]);
              // The same file chosen again is another one.
              event.target.value = "";
            }}
          />
          <IconButton
            label={t("composer.attach")}
            icon={<Plus aria-hidden="true" />}
            tooltipSide="top"
            onClick={() => picker.current?.click()}
          />
          <Suspense fallback={<IconButton label={t("composer.emoji")} icon={<Smile aria-hidden="true" />} disabled />}>
            <emojiPart.Component onChoose={(one) => edit((now) => insert(now, `${one} `))} />
          </Suspense>
          <Tool
            label={t("composer.mention")}
            icon={<AtSign aria-hidden="true" />}
            onClick={() => edit((now) => insert(now, "@"))}
          />
          <span aria-hidden="true" className="mx-1.5 h-[18px] w-px short:hidden bg-line max-sm:hidden" />
          <Tool
            label={t("composer.bold")}
            icon={<Bold aria-hidden="true" />}
            className="max-sm:hidden"
            onClick={() => edit((now) => wrap(now, "**"))}
          />
          <Tool
            label={t("composer.code")}
            icon={<Code aria-hidden="true" />}
            className="max-sm:hidden"
            onClick={() => edit((now) => wrap(now, "`"))}
          />
          <span aria-hidden="true" className="ml-auto" />
          <span
            id={hintId}
            className={cx(
              "truncate px-2 text-xs",
              tooLong ? "font-semibold text-danger" : "text-faint",
              length < tellFrom && "short:sr-only max-md:sr-only",
            )}
          >
            {length < tellFrom ? (
              text === "" ? null : (
                <span className="flex items-center gap-1">
                  <Kbd>Shift</Kbd>
                  <Kbd>Enter</Kbd>
                  {t("composer.break")}
                </span>
              )
            ) : (
              t(tooLong ? "composer.over" : "composer.left", {
                count: Math.abs(most - length),
                formatted: number(Math.abs(most - length)),
              })
            )}
          </span>
          <button
            type="button"
            onClick={send}
            // The focus stays in the text, so that a phone's keyboard stays up.
            onPointerDown={(event) => event.preventDefault()}
            aria-disabled={!sendable}
            className={cx(
              "transition-tone flex h-[30px] shrink-0 items-center gap-1.5 rounded-[9px] px-3 font-semibold text-s pointer-coarse:h-11 pointer-coarse:px-3.5 max-sm:h-9",
              sendable ? "bg-accent text-on-accent hover:bg-accent-strong" : "text-faint",
            )}
          >
            <SendHorizontal aria-hidden="true" className="size-[15px]" />
            {t("composer.send")}
          </button>
        </div>
      </div>
    </div>
  );
}

function Tool({
  label,
  icon,
  className,
  onClick,
}: {
  label: string;
  icon: ReactNode;
  className?: string;
  onClick: () => void;
}) {
  return (
    <IconButton
      label={label}
      icon={icon}
      tooltipSide="top"
      onPointerDown={(event) => event.preventDefault()}
      onClick={onClick}
      className={cx("short:hidden", className)}
    />
  );
}

/** The composer's place when nothing may be written. */
function Muzzled({ children }: { children: ReactNode }) {
  return (
    <p className="mx-4 mb-4 shrink-0 rounded-l border border-line bg-rail px-4 py-3.5 text-center text-muted text-s max-sm:mx-2.5 max-sm:mb-[max(0.625rem,env(safe-area-inset-bottom))]">
      {children}
    </p>
  );
}
