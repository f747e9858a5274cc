import { cx } from "./cx.ts";

const sizes = { m: "size-7 rounded-[9px] [&_svg]:size-[17px]", l: "size-11 rounded-l [&_svg]:size-[26px]" };

/** Parley's mark. */
export function Mark({ size = "m", className }: { size?: keyof typeof sizes; className?: string }) {
  return (
    <span
      aria-hidden="true"
      className={cx("inline-grid shrink-0 place-items-center bg-accent text-on-accent", sizes[size], className)}
    >
      <svg
        aria-hidden="true"
        viewBox="0 0 24 24"
        fill="none"
        stroke="currentColor"
        strokeWidth={2}
        strokeLinecap="round"
        strokeLinejoin="round"
      >
        <path d="M4 6.5A2.5 2.5 0 0 1 6.5 4h7A2.5 2.5 0 0 1 16 6.5v3a2.5 2.5 0 0 1-2.5 2.5H8l-4 3z" />
        <path d="M16 9h1.5A2.5 2.5 0 0 1 20 11.5V20l-3.5-3h-5A2.5 2.5 0 0 1 9 15" />
      </svg>
    </span>
  );
}
