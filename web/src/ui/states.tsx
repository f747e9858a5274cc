import { CircleAlert, CloudOff, RotateCw } from "lucide-react";
import { type ReactNode, useId } from "react";
import { useTranslation } from "../i18n/index.ts";
import { Button } from "./Button.tsx";
import { cx } from "./cx.ts";

/** A page or list that has nothing to show, and what to do about it. */
export function EmptyState({
  icon,
  title,
  children,
  action,
  heading: Heading = "p",
  className,
}: {
  icon?: ReactNode;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
  /** What the title is: the heading of a page that holds nothing else. */
  heading?: "h1" | "h2" | "p";
  className?: string;
}) {
  return (
    <div className={cx("mx-auto flex max-w-sm flex-col items-center px-6 py-12 text-center", className)}>
      {icon ? (
        <span className="mb-4 grid size-12 place-items-center rounded-l bg-accent-soft text-accent [&_svg]:size-6">
          {icon}
        </span>
      ) : null}
      <Heading className="font-bold text-l">{title}</Heading>
      {children ? <div className="mt-1 text-muted text-s">{children}</div> : null}
      {action ? <div className="mt-5">{action}</div> : null}
    </div>
  );
}

/** A page or list that failed to load, and the way to try again. */
export function ErrorState({
  title,
  children,
  onRetry,
  busy,
  heading: Heading = "p",
  className,
}: {
  title?: string;
  children?: ReactNode;
  onRetry?: () => void;
  busy?: boolean;
  heading?: "h1" | "h2" | "p";
  className?: string;
}) {
  const { t } = useTranslation();
  const id = useId();
  return (
    <section
      role="alert"
      aria-labelledby={id}
      className={cx("mx-auto flex max-w-sm flex-col items-center px-6 py-12 text-center", className)}
    >
      <span className="mb-4 grid size-12 place-items-center rounded-l bg-danger-soft text-danger">
        <CircleAlert aria-hidden="true" className="size-6" />
      </span>
      <Heading id={id} className="font-bold text-l">
        {title ?? t("ui.failed")}
      </Heading>
      {children ? <div className="mt-1 text-muted text-s">{children}</div> : null}
      {onRetry ? (
        <div className="mt-5">
          <Button busy={busy ?? false} onClick={onRetry} icon={<RotateCw aria-hidden="true" className="size-4" />}>
            {t("common.retry")}
          </Button>
        </div>
      ) : null}
    </section>
  );
}

/** One line that says that the network is away; announced politely. */
export function OfflineNote({ children, className }: { children?: ReactNode; className?: string }) {
  const { t } = useTranslation();
  return (
    <div
      role="status"
      className={cx("flex items-center gap-2 rounded-m bg-warn-soft px-3 py-2 font-medium text-s text-text", className)}
    >
      <CloudOff aria-hidden="true" className="size-4 shrink-0 text-warn" />
      {children ?? t("ui.offline")}
    </div>
  );
}

/** A message about the whole of a form or page. `danger` interrupts, the others are polite. */
export function Notice({
  tone = "danger",
  children,
  className,
}: {
  tone?: "danger" | "info";
  children: ReactNode;
  className?: string;
}) {
  return (
    <div
      role={tone === "danger" ? "alert" : "status"}
      className={cx(
        "flex items-start gap-2 rounded-m px-3 py-2.5 font-medium text-s",
        tone === "danger" ? "bg-danger-soft text-danger" : "bg-accent-soft text-text",
        className,
      )}
    >
      <CircleAlert aria-hidden="true" className={cx("mt-px size-4 shrink-0", tone === "info" && "text-accent")} />
      <div className="min-w-0">{children}</div>
    </div>
  );
}
