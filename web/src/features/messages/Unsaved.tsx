import { CircleAlert, PencilLine } from "lucide-react";
import type { ReactNode } from "react";
import type { Message } from "../../api/types.ts";
import { useEngine, useSelect } from "../../context/engine.tsx";
import changes from "../../i18n/en/late/changes.json" with { type: "json" };
import { explainFailure } from "../../i18n/explain.ts";
import { useTranslation } from "../../i18n/index.ts";
import { addWords } from "../../i18n/late.ts";
import { select } from "../../sync/select.ts";
import type { Change, OutboxEntry } from "../../sync/state.ts";
import { cx } from "../../ui/cx.ts";
import { Markdown } from "./markdown/Markdown.tsx";

addWords({ changes });

const noMentions: Message["mentions"] = [];

/** Stands under a message of mine that couldn't be sent. */
export function FailedEntry({ entry }: { entry: OutboxEntry }) {
  const { t } = useTranslation();
  const engine = useEngine();
  return (
    <Trouble
      text={entry.error ? t("messages.failed_why", { why: explainFailure(entry.error) }) : t("messages.failed")}
      again={() => void engine.retry(entry.client_id)}
      drop={{ label: t("messages.delete"), run: () => void engine.discard(entry.client_id) }}
    />
  );
}

/** Stands under a message whose change failed, or was begun and not saved. */
export function UnsavedChange({
  message,
  change,
  onContinue,
}: {
  message: Message;
  /** The one that failed; `null` where an edit was only begun. */
  change: Change | null;
  /** `null` where nothing may be written any more. */
  onContinue: (() => void) | null;
}) {
  const { t } = useTranslation();
  const engine = useEngine();
  const kept = useSelect(select.edit(message.id));
  if (!change) {
    const changed = kept?.on !== undefined && kept.on !== message.edited_at;
    return (
      <>
        <Line
          icon={<PencilLine aria-hidden="true" />}
          text={t(changed ? "changes.kept_changed" : "changes.kept")}
          className="text-muted"
        >
          {onContinue ? <Act label={t("changes.continue")} run={onContinue} /> : null}
          <Act quiet label={t("changes.discard")} run={() => engine.setEdit(message, message.body)} />
        </Line>
        {/* What can't be gone on with can still be copied. */}
        {kept && !onContinue ? <Attempt body={kept.body} className="border-line-strong" /> : null}
      </>
    );
  }
  const why = change.error?.detail ?? change.error?.title ?? "";
  // What goes wrong again is shown here again.
  const again = () =>
    void (change.kind === "edit" ? engine.edit(message, change.body) : engine.remove(message)).catch(() => {});
  return (
    <>
      <Trouble
        text={t(change.kind === "edit" ? "changes.edit_failed" : "changes.delete_failed", { why })}
        again={again}
        drop={{ label: t("changes.discard"), run: () => engine.dismissChange(message.id) }}
      />
      {change.kind === "edit" && change.body !== "" ? <Attempt body={change.body} className="border-danger" /> : null}
    </>
  );
}

/** The words that a message was to have. */
function Attempt({ body, className }: { body: string; className: string }) {
  return (
    <div className={cx("mt-1 border-l-2 pl-3 text-muted", className)}>
      <Markdown body={body} mentions={noMentions} />
    </div>
  );
}

function Trouble({ text, again, drop }: { text: string; again: () => void; drop: { label: string; run: () => void } }) {
  const { t } = useTranslation();
  return (
    <Line role="alert" icon={<CircleAlert aria-hidden="true" />} text={text} className="text-danger">
      <Act label={t("messages.retry")} run={again} />
      <Act quiet label={drop.label} run={drop.run} />
    </Line>
  );
}

function Line({
  icon,
  text,
  className,
  children,
  role,
}: {
  icon: ReactNode;
  text: string;
  className: string;
  children: ReactNode;
  role?: "alert";
}) {
  return (
    <div
      role={role}
      className={cx("mt-0.5 flex flex-wrap items-center gap-x-1 text-s [&>svg]:size-4 [&>svg]:shrink-0", className)}
    >
      {icon}
      <span className="mr-1">{text}</span>
      {children}
    </div>
  );
}

function Act({ label, quiet = false, run }: { label: string; quiet?: boolean; run: () => void }) {
  return (
    <button
      type="button"
      onClick={(event) => {
        // The button goes with its line; whoever used it by the keyboard stays at the message.
        event.currentTarget.closest("article")?.focus();
        run();
      }}
      className={cx(
        "transition-tone rounded-s px-1.5 py-0.5 font-semibold hover:bg-hover pointer-coarse:min-h-11 pointer-coarse:px-3",
        quiet ? "text-muted" : "text-link",
      )}
    >
      {label}
    </button>
  );
}
