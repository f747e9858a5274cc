import { Info, Trash2 } from "lucide-react";
import { memo, type ReactNode, Suspense, useState } from "react";
import type { Message } from "../../api/types.ts";
import { nameOf, picturesOf, useName, useUser } from "../../chat/people.ts";
import { messageActs, type Place } from "../../chat/permissions.ts";
import { useEngine, useSelect } from "../../context/engine.tsx";
import { dayName, fullMoment, timeOfDay } from "../../i18n/format.ts";
import { useTranslation } from "../../i18n/index.ts";
import { select } from "../../sync/select.ts";
import type { Change, OutboxEntry } from "../../sync/state.ts";
import { Avatar } from "../../ui/Avatar.tsx";
import { Badge } from "../../ui/Badge.tsx";
import { cx } from "../../ui/cx.ts";
import { actionsFor, type Deeds } from "./actions.tsx";
import { MessageFiles, OutgoingFiles } from "./attachments/Files.tsx";
import { editBox, failedEntry, messageSheet, unsavedChange } from "./late.ts";
import { MessageTools } from "./MessageTools.tsx";
import { Markdown } from "./markdown/Markdown.tsx";
import { SystemText } from "./SystemText.tsx";
import { type Line, writtenAt } from "./timeline.ts";
import { useLongPress } from "./useLongPress.ts";

/** What a row may be told. */
export interface MessageRowProps {
  line: Line;
  place: Place;
  deeds: Deeds;
  /** Its words are being changed. */
  editing: boolean;
  onSave: (message: Message, body: string) => void;
  onCancel: () => void;
  /** It is the one of the list that Tab reaches. */
  reachable: boolean;
  onReach: (key: string) => void;
  /** A link led here. */
  marked: boolean;
  /** It is the first of the list. */
  first: boolean;
}

const noMentions: Message["mentions"] = [];

/** One row of the list, with the day and the "New" line that may stand above it. */
export const MessageRow = memo(function MessageRow(props: MessageRowProps) {
  const { line } = props;
  const { t } = useTranslation();
  return (
    <>
      {line.firstOfDay ? <DayLine at={writtenAt(line.row)} /> : null}
      {line.firstNew ? (
        <div className="flex items-center gap-2.5 px-5 pt-2 pb-0.5 font-bold text-new text-xs max-sm:px-3.5">
          <span className="h-px flex-1 bg-new opacity-55" />
          {t("messages.new")}
        </div>
      ) : null}
      {line.row.message?.kind === "system" ? (
        <SystemRow {...props} message={line.row.message} />
      ) : (
        <Spoken {...props} />
      )}
    </>
  );
});

function DayLine({ at }: { at: number }) {
  return (
    <div className="flex items-center gap-3 px-5 pt-4 pb-1.5 font-semibold text-muted text-xs max-sm:px-3.5">
      <span className="h-px flex-1 bg-line" />
      <time dateTime={new Date(at).toISOString().slice(0, 10)}>{dayName(at)}</time>
      <span className="h-px flex-1 bg-line" />
    </div>
  );
}

/** The frame that every row shares: focus, hover tools, long press. */
function Frame({
  props,
  message,
  className,
  children,
}: {
  props: MessageRowProps;
  /** What the tools are for; a message on its way has none. */
  message: Message | null;
  className: string;
  children: ReactNode;
}) {
  const { line, place, deeds, reachable, onReach, editing, first } = props;
  const [pointed, setPointed] = useState(false);
  const [within, setWithin] = useState(false);
  const [menu, setMenu] = useState(false);
  const [sheet, setSheet] = useState(false);
  const press = useLongPress(() => message && !editing && setSheet(true));
  const shown = message && !editing && (pointed || within || menu);
  return (
    <article
      data-message={line.key}
      tabIndex={reachable ? 0 : -1}
      onFocus={(event) => {
        // A finger's tap leaves the focus too; its tools are in the sheet.
        setWithin(matchMedia("(hover: hover)").matches || event.target.matches(":focus-visible"));
        if (!reachable) onReach(line.key);
      }}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) setWithin(false);
      }}
      onPointerEnter={(event) => event.pointerType === "mouse" && setPointed(true)}
      onPointerLeave={() => setPointed(false)}
      {...press}
      className={cx(
        "focus-inset relative grid grid-cols-[36px_minmax(0,1fr)] gap-x-3 px-5 max-sm:px-3.5 pointer-coarse:select-none",
        className,
        (shown || sheet) && "not-data-meant:bg-hover",
      )}
      {...(meantIn(line, place) ? { "data-meant": "" } : {})}
    >
      {children}
      {shown ? <MessageTools actions={actionsFor(message, place, deeds)} onOpenChange={setMenu} first={first} /> : null}
      {message && sheet ? (
        <Suspense>
          <messageSheet.Component open onClose={() => setSheet(false)} actions={actionsFor(message, place, deeds)} />
        </Suspense>
      ) : null}
    </article>
  );
}

/** Whether the reader is named in it. */
function meantIn(line: Line, place: Place): boolean {
  const { message } = line.row;
  return message !== null && place.me !== null && message.mentions.some(({ user }) => user === place.me?.id);
}

function SystemRow(props: MessageRowProps & { message: Message }) {
  const { message } = props;
  return (
    <Frame props={props} message={message} className="py-1">
      <span className="grid h-5 place-items-center">
        <Info aria-hidden="true" className="size-4 text-faint" />
      </span>
      <p className="text-muted text-s leading-5">
        {message.system ? <SystemText note={message.system} /> : null}{" "}
        <time dateTime={message.created_at} title={fullMoment(message.created_at)} className="text-faint text-xs">
          {timeOfDay(message.created_at)}
        </time>
      </p>
    </Frame>
  );
}

function Spoken(props: MessageRowProps) {
  const { line, place, marked } = props;
  const { message, pending } = line.row;
  const author = message ? message.author : (place.me?.id ?? "");
  return (
    <Frame
      props={props}
      message={message}
      className={cx(
        line.head ? "pt-[7px] pb-[3px]" : "py-0.5",
        meantIn(line, place) && "bg-mention shadow-[inset_3px_0_0_var(--color-mention-line)]",
        marked && "bg-accent-soft",
      )}
    >
      {line.head ? <AuthorPicture author={author} dim={pending !== null} /> : <SideTime line={line} />}
      <div className="min-w-0">
        {line.head ? <Byline author={author} line={line} /> : null}
        {message ? <MessageBody {...props} message={message} /> : null}
        {pending ? <PendingBody entry={pending} head={line.head} /> : null}
      </div>
    </Frame>
  );
}

function AuthorPicture({ author, dim }: { author: string; dim: boolean }) {
  const user = useUser(author);
  return (
    <Avatar
      name={user ? nameOf(user) : "?"}
      seed={author}
      pictures={picturesOf(user)}
      size="m"
      className={cx("mt-0.5 self-start", dim && "grayscale opacity-60")}
    />
  );
}

function Byline({ author, line }: { author: string; line: Line }) {
  const { t } = useTranslation();
  const user = useUser(author);
  const name = useName(author);
  const { message, pending } = line.row;
  return (
    <div className="flex items-baseline gap-2">
      <span className={cx("truncate", message ? "font-bold" : "font-semibold text-faint")}>{name}</span>
      {user?.kind === "bot" ? <Badge tone="tag">{t("chat.bot")}</Badge> : null}
      {message ? (
        <time
          dateTime={message.created_at}
          title={fullMoment(message.created_at)}
          className="shrink-0 text-faint text-xs"
        >
          {timeOfDay(message.created_at)}
        </time>
      ) : null}
      {pending && pending.state !== "failed" ? <PendingWord entry={pending} /> : null}
    </div>
  );
}

function PendingWord({ entry }: { entry: OutboxEntry }) {
  const { t } = useTranslation();
  const live = useSelect((state) => state.connection.state === "live");
  return (
    <span className="shrink-0 text-faint text-xs">
      {live || entry.state === "sending" ? t("messages.sending") : t("messages.waiting")}
    </span>
  );
}

/** The time of a message that follows in a group: shown when it is pointed at, always there to be read aloud. */
function SideTime({ line }: { line: Line }) {
  const at = writtenAt(line.row);
  return (
    <time
      dateTime={new Date(at).toISOString()}
      title={fullMoment(at)}
      className="whitespace-nowrap text-right text-2xs text-faint leading-[22px] opacity-0 [article:hover>&]:opacity-100 [article:focus-visible>&]:opacity-100"
    >
      {line.row.message ? timeOfDay(at) : null}
    </time>
  );
}

/** What stands small after a message's words. */
function Tail({ edited, saving }: { edited: string | null; saving: Change["kind"] | null }) {
  const { t } = useTranslation();
  if (saving) {
    return <span className="text-faint text-xs">{t(saving === "edit" ? "messages.saving" : "messages.deleting")}</span>;
  }
  return edited ? (
    <time dateTime={edited} title={t("messages.edited_at", { at: fullMoment(edited) })} className="text-faint text-xs">
      ({t("messages.edited")})
    </time>
  ) : null;
}

function MessageBody(props: MessageRowProps & { message: Message }) {
  const { message, place, deeds, editing, onSave, onCancel } = props;
  const { t } = useTranslation();
  const engine = useEngine();
  const kept = useSelect(select.edit(message.id));
  const change = useSelect(select.change(message.id));
  if (message.deleted_at) {
    return (
      <p className="flex items-center gap-1.5 text-faint italic">
        <Trash2 aria-hidden="true" className="size-3.5" />
        {t("messages.deleted")}
      </p>
    );
  }
  if (editing) {
    // What was there to fall back on: an edit that failed, or the message as it is.
    const before = change?.kind === "edit" ? change.body : message.body;
    return (
      <Suspense>
        <editBox.Component
          message={message}
          start={kept?.body ?? before}
          onSave={(body) => onSave(message, body)}
          onCancel={() => {
            engine.setEdit(message, before);
            onCancel();
          }}
        />
      </Suspense>
    );
  }
  const edited = change?.kind === "edit" && change.state === "saving";
  const saving = change?.state === "saving" ? change.kind : null;
  const body = edited ? change.body : message.body;
  const tail = saving || message.edited_at ? <Tail edited={message.edited_at} saving={saving} /> : null;
  return (
    <>
      {body === "" ? null : (
        <div className={cx(change?.state === "saving" && "text-faint")}>
          <Markdown body={body} mentions={edited ? noMentions : message.mentions} tail={tail} />
        </div>
      )}
      {message.attachments.length > 0 ? <MessageFiles files={message.attachments} /> : null}
      {body === "" ? tail : null}
      {change?.state === "failed" || (kept && !change) ? (
        <Suspense>
          <unsavedChange.Component
            message={message}
            change={change}
            onContinue={messageActs(place, message).edit ? () => deeds.edit(message) : null}
          />
        </Suspense>
      ) : null}
    </>
  );
}

function PendingBody({ entry, head }: { entry: OutboxEntry; head: boolean }) {
  const failed = entry.state === "failed";
  const tail = failed || head ? null : <PendingWord entry={entry} />;
  return (
    <>
      {entry.body === "" ? null : (
        <div className={failed ? undefined : "text-faint"}>
          <Markdown body={entry.body} mentions={noMentions} tail={tail} />
        </div>
      )}
      {entry.attachments.length > 0 ? <OutgoingFiles ids={entry.attachments} /> : null}
      {entry.body === "" ? tail : null}
      {failed ? (
        <Suspense>
          <failedEntry.Component entry={entry} />
        </Suspense>
      ) : null}
    </>
  );
}
