import { cx } from "./cx.ts";

/** The shape of what is about to load. Hidden from screen readers: name the wait on the parent (`aria-busy`). */
export function Skeleton({ className }: { className?: string }) {
  return (
    <span
      aria-hidden="true"
      className={cx("block animate-breathe rounded-s bg-sunken motion-reduce:animate-none", className)}
    />
  );
}
