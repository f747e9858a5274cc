import { cx } from "./cx.ts";

/** How reachable somebody is. */
export type Presence = "active" | "away" | "dnd" | "offline";

const looks: Record<Presence, string> = {
  active: "bg-ok",
  away: "border-2 border-faint bg-(--dot-ground)",
  dnd: "bg-danger",
  offline: "border-2 border-line-strong bg-(--dot-ground)",
};

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
  className,
}: {
  presence: Presence;
  label?: string;
  /** What the dot lies on, for its edge. */
  ground?: keyof typeof grounds;
  className?: string;
}) {
  return (
    <span
      data-presence={presence}
      className={cx("inline-block size-3.5 rounded-full bg-(--dot-ground) p-0.5", grounds[ground], className)}
    >
      <span className={cx("grid size-full place-items-center rounded-full", looks[presence])}>
        {presence === "dnd" ? <span className="h-0.5 w-1.5 rounded-full bg-(--dot-ground)" /> : null}
      </span>
      {label ? <span className="sr-only">{label}</span> : null}
    </span>
  );
}
