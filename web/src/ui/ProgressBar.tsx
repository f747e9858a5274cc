import { cx } from "./cx.ts";

/** How far something is. */
export function ProgressBar({
  label,
  value,
  text,
  className,
}: {
  label: string;
  /** From 0 to 1. */
  value: number;
  /** The same for those who hear it. */
  text: string;
  className?: string;
}) {
  const share = Math.min(Math.max(value, 0), 1);
  return (
    <span
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.floor(share * 100)}
      aria-valuetext={text}
      className={cx("block h-1 overflow-hidden rounded-full bg-line", className)}
    >
      <span
        className="block size-full origin-left rounded-full bg-accent rtl:origin-right"
        style={{ transform: `scaleX(${share})` }}
      />
    </span>
  );
}
