import { Link, type LinkProps } from "@tanstack/react-router";
import { ArrowLeft } from "lucide-react";
import { type ReactNode, useId } from "react";
import { usePageTitle } from "../../chat/usePageTitle.ts";
import { useTranslation } from "../../i18n/index.ts";
import { cx } from "../../ui/cx.ts";
import { iconButton } from "../../ui/IconButton.tsx";

/** One page of the console: a title, what can be done, and what it is about. */
export function Page({
  title,
  intro,
  actions,
  back,
  narrow,
  children,
}: {
  title: string;
  intro?: ReactNode;
  actions?: ReactNode;
  /** The page above this one; left out: the console itself, which only a phone has to be led back to. */
  back?: { to: NonNullable<LinkProps["to"]>; label: string };
  /** For forms, whose lines should be short. */
  narrow?: boolean;
  children: ReactNode;
}) {
  const { t } = useTranslation();
  usePageTitle(t("admin.document", { section: title }));
  return (
    <main className="mx-auto max-w-6xl px-4 pb-16 sm:px-8">
      <div className={cx(narrow && "max-w-3xl")}>
        <header className="sticky top-0 z-10 -mx-4 flex min-h-14 flex-wrap items-center gap-x-2 gap-y-2 border-line bg-canvas px-4 pt-[max(0.5rem,env(safe-area-inset-top))] pb-2 max-sm:border-b max-sm:pl-1.5 sm:static sm:mx-0 sm:px-0 sm:pt-8 sm:pb-1">
          <Link
            to={back?.to ?? "/admin"}
            aria-label={back?.label ?? t("admin.all_sections")}
            className={cx(iconButton, back ? "sm:-ml-10" : "sm:hidden")}
          >
            <ArrowLeft aria-hidden="true" />
          </Link>
          <h1 className="min-w-0 flex-[1_1_6rem] truncate font-bold text-xl tracking-[-0.01em] max-sm:text-l">
            {title}
          </h1>
          {actions ? <div className="flex flex-wrap items-center gap-2">{actions}</div> : null}
        </header>
        {intro ? <p className="text-muted max-sm:pt-3">{intro}</p> : null}
        <div className="mt-5 grid grid-cols-1 gap-8">{children}</div>
      </div>
    </main>
  );
}

/** A part of a page under a heading of its own. */
export function Part({
  title,
  intro,
  actions,
  children,
}: {
  title: string;
  intro?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}) {
  const id = useId();
  return (
    <section aria-labelledby={id} className="min-w-0">
      <div className="mb-4 flex flex-wrap items-end justify-between gap-2 border-line border-b pb-2">
        <div className="min-w-0">
          <h2 id={id} className="font-semibold text-m">
            {title}
          </h2>
          {intro ? <p className="mt-0.5 text-muted text-s">{intro}</p> : null}
        </div>
        {actions}
      </div>
      {children}
    </section>
  );
}

/** Facts, each with its name. */
export function Facts({ items }: { items: readonly (readonly [string, ReactNode])[] }) {
  return (
    <dl className="grid grid-cols-2 gap-x-6 gap-y-3 text-s">
      {items.map(([name, value]) => (
        <div key={name} className="min-w-0">
          <dt className="text-muted">{name}</dt>
          <dd className="mt-0.5 font-medium [overflow-wrap:anywhere]">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
