import { cx } from "./cx.ts";
import { type Presence, PresenceDot } from "./PresenceDot.tsx";
import { groundOf, initialsOf } from "./person.ts";

const sizes = {
  xs: "size-5 rounded-s text-[0.5625rem]",
  s: "size-6 rounded-row text-[0.625rem]",
  m: "size-9 rounded-avatar text-[0.875rem]",
  self: "size-8 rounded-avatar text-[0.78125rem]",
  xl: "size-16 rounded-avatar text-xl",
};

/** Somebody's picture, or the initials on a colour made from the name. Decoration: the name stands beside it. */
export function Avatar({
  name,
  seed = name,
  src,
  size = "m",
  presence,
  presenceLabel,
  ground = "rail",
  className,
}: {
  name: string;
  /** What the colour is made from, where the name alone may change. */
  seed?: string;
  src?: string;
  size?: keyof typeof sizes;
  presence?: Presence;
  /** The presence in words; without it the dot is decoration too. */
  presenceLabel?: string;
  ground?: "rail" | "canvas" | "raised";
  className?: string;
}) {
  return (
    <span className={cx("relative inline-block shrink-0 select-none", className)}>
      {src ? (
        <img src={src} alt="" className={cx("object-cover", sizes[size])} />
      ) : (
        <span
          aria-hidden="true"
          className={cx("grid place-items-center font-bold leading-none text-on-person", groundOf(seed), sizes[size])}
        >
          {initialsOf(name)}
        </span>
      )}
      {presence ? (
        <PresenceDot
          presence={presence}
          ground={ground}
          size={size === "xs" ? "s" : "m"}
          className="absolute -right-1 -bottom-1"
          {...(presenceLabel ? { label: presenceLabel } : {})}
        />
      ) : null}
    </span>
  );
}
