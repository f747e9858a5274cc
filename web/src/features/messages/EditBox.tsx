import { type KeyboardEvent, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { Message } from "../../api/types.ts";
import { CompletionList } from "../../chat/completion/CompletionList.tsx";
import { steer, useCompletion } from "../../chat/completion/useCompletion.ts";
import { useAutosize } from "../../chat/useAutosize.ts";
import { useEngine, useSelect } from "../../context/engine.tsx";
import changes from "../../i18n/en/late/changes.json" with { type: "json" };
import { useTranslation } from "../../i18n/index.ts";
import { addWords } from "../../i18n/late.ts";
import { select } from "../../sync/select.ts";
import { Button } from "../../ui/Button.tsx";

addWords({ changes });

/** The most characters that a message may have. */
const most = 40_000;

/** A message's words, to be changed where they stand. */
export function EditBox({
  message,
  start,
  onSave,
  onCancel,
}: {
  message: Message;
  /** What the box starts with: the message as it is, or an edit that isn't saved. */
  start: string;
  onSave: (body: string) => void;
  onCancel: () => void;
}) {
  const { t } = useTranslation();
  const engine = useEngine();
  const ref = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState(start);
  const [caret, setCaret] = useState(start.length);
  const wanted = useRef<number | null>(null);
  // Another tab may go on with it.
  const kept = useSelect(select.edit(message.id));
  const words = kept?.body;
  const known = useRef(words);
  useLayoutEffect(() => {
    if (words === known.current) return;
    known.current = words;
    if (words !== undefined) setText(words);
  }, [words]);
  const [{ on }] = useState(() => ({ on: message.edited_at, ...kept }));
  const changed = message.edited_at !== on && message.body !== text;
  const completion = useCompletion(message.room, text, caret);
  useAutosize(ref, text);
  // The caret is put after a completed word once the text is there.
  useLayoutEffect(() => {
    if (wanted.current === null) return;
    ref.current?.setSelectionRange(wanted.current, wanted.current);
    wanted.current = null;
  });
  useEffect(() => {
    const area = ref.current;
    if (!area) return;
    area.focus({ preventScroll: true });
    area.setSelectionRange(area.value.length, area.value.length);
    area.scrollIntoView({ block: "nearest" });
  }, []);

  const tooLong = [...text].length > most;
  function save() {
    if (tooLong) return;
    if (text === message.body) onCancel();
    else onSave(text);
  }

  function put(next: string, at: number) {
    setText(next);
    setCaret(at);
    engine.setEdit(message, next);
  }

  function choose(at = completion.chosen) {
    const done = completion.complete(at);
    if (!done) return;
    wanted.current = done.caret;
    put(done.text, done.caret);
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.nativeEvent.isComposing || event.keyCode === 229) return;
    if (steer(completion, event, () => choose())) return;
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      onCancel();
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      save();
    }
    // The list moves with these keys; here they move in the text.
    if (event.key.startsWith("Arrow")) event.stopPropagation();
  }

  return (
    <div className="relative my-1 max-w-[74ch] rounded-m border border-field bg-raised focus-within:border-accent">
      {completion.open && completion.trigger ? (
        <CompletionList
          id={completion.listId}
          kind={completion.trigger.kind}
          candidates={completion.candidates}
          chosen={completion.chosen}
          onPoint={completion.point}
          onChoose={(candidate) => choose(completion.candidates.indexOf(candidate))}
        />
      ) : null}
      {/* To save takes its place: nobody is to do that unseen. */}
      <div role="status">
        {changed ? (
          <div className="max-h-[20dvh] overflow-y-auto border-line border-b px-3 py-2 text-s">
            <p className="font-semibold text-warn">{t("changes.meanwhile")}</p>
            <p className="whitespace-pre-wrap break-words text-muted">{message.body}</p>
          </div>
        ) : null}
      </div>
      <textarea
        ref={ref}
        aria-label={t("changes.edit_label")}
        aria-invalid={tooLong || undefined}
        value={text}
        dir="auto"
        rows={1}
        aria-autocomplete="list"
        aria-controls={completion.open ? completion.listId : undefined}
        aria-activedescendant={completion.open ? `${completion.listId}-${completion.chosen}` : undefined}
        onChange={(event) => put(event.target.value, event.target.selectionEnd)}
        onSelect={(event) => setCaret(event.currentTarget.selectionEnd)}
        onBlur={completion.dismiss}
        onKeyDown={onKeyDown}
        className="block max-h-[40dvh] w-full resize-none bg-transparent px-3 pt-2 pb-1 text-m outline-none pointer-coarse:text-touch"
      />
      <div className="flex items-center justify-between gap-2 px-2 pb-2">
        <span className="px-1 text-muted text-xs">{tooLong ? t("changes.too_long") : t("changes.edit_keys")}</span>
        <span className="flex gap-2">
          <Button tone="ghost" className="h-7 px-2.5" onClick={onCancel}>
            {t("changes.cancel")}
          </Button>
          <Button tone="primary" className="h-7 px-2.5" disabled={tooLong} onClick={save}>
            {t("changes.save")}
          </Button>
        </span>
      </div>
    </div>
  );
}
