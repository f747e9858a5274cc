import type { ReactNode } from "react";
import { cx } from "./cx.ts";

const tones = {
  /** A number that is meant for the reader. */
  accent: "min-w-5 rounded-full bg-accent px-1.5 text-center text-on-accent",
  /** A number to know of. */
  plain: "text-muted",
  /** A word about a thing. */
  tag: "rounded-s border border-line-strong px-1.5 text-muted",
};

/** A small number or word beside a name. */
export function Badge({
  tone = "accent",
  label,
  children,
}: {
  tone?: keyof typeof tones;
  label?: string;
  children: ReactNode;
}) {
  return (
    <span className={cx("inline-block shrink-0 font-semibold text-2xs tabular-nums leading-[18px]", tones[tone])}>
      <span aria-hidden={label ? true : undefined}>{children}</span>
      {label ? <span className="sr-only">{label}</span> : null}
    </span>
  );
}
