import type { ReactNode } from "react";
import { cx } from "./cx.ts";
import { Mark } from "./Mark.tsx";

/** One card on an empty page: a mark, a title, a form. On a phone the page is the card. */
export function CardPage({
  title,
  subtitle,
  children,
  footer,
  wide,
}: {
  title: string;
  subtitle?: ReactNode;
  children?: ReactNode;
  footer?: ReactNode;
  /** For a form of many fields. */
  wide?: boolean;
}) {
  return (
    <main className="grid min-h-dvh items-start bg-raised sm:place-items-center sm:bg-rail sm:p-6">
      <section
        className={cx(
          "w-full bg-raised px-[22px] pt-[max(1.75rem,env(safe-area-inset-top))] pb-[max(1.75rem,env(safe-area-inset-bottom))] sm:rounded-xl sm:border sm:border-line sm:p-8 sm:shadow-float",
          wide ? "sm:max-w-[600px]" : "sm:max-w-[400px]",
        )}
      >
        <Mark size="l" className="mb-[18px]" />
        <h1 className="text-balance font-bold text-xl tracking-[-0.01em]">{title}</h1>
        {subtitle ? <div className="mt-1 text-muted">{subtitle}</div> : null}
        <div className="mt-[22px]">{children}</div>
        {footer ? <div className="mt-[22px] text-center text-muted text-s">{footer}</div> : null}
      </section>
    </main>
  );
}
