import { cx } from "./cx.ts";

/** How reachable somebody is. */
export type Presence = "active" | "away" | "dnd" | "offline";

const looks: Record<Presence, string> = {
  active: "bg-ok",
  away: "border-2 border-faint bg-(--dot-ground)",
  dnd: "bg-danger",
  offline: "border-2 border-line-strong bg-(--dot-ground)",
};

const sizes = { s: "size-3 p-[1.5px]", m: "size-3.5 p-0.5" };

const grounds = {
  rail: "[--dot-ground:var(--color-rail)]",
  canvas: "[--dot-ground:var(--color-canvas)]",
  raised: "[--dot-ground:var(--color-raised)]",
};

/** A dot that says, by shape and colour, how reachable somebody is; `label` says it in words. */
export function PresenceDot({
  presence,
  label,
  ground = "rail",
  size = "m",
  className,
}: {
  presence: Presence;
  label?: string;
  /** What the dot lies on, for its edge. */
  ground?: keyof typeof grounds;
  size?: keyof typeof sizes;
  className?: string;
}) {
  return (
    <span
      data-presence={presence}
      className={cx("inline-block rounded-full bg-(--dot-ground)", sizes[size], grounds[ground], className)}
    >
      <span className={cx("grid size-full place-items-center rounded-full", looks[presence])}>
        {presence === "dnd" ? <span className="h-0.5 w-1.5 rounded-full bg-(--dot-ground)" /> : null}
      </span>
      {label ? <span className="sr-only">{label}</span> : null}
    </span>
  );
}
