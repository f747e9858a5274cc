import { useState } from "react";
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

const none: readonly string[] = [];

/** Pictures that weren't there a moment ago: whoever is shown a hundred times is asked for once. */
const missing = new Set<string>();
const missingMost = 500;

function Face({
  name,
  seed,
  pictures,
  look,
}: {
  name: string;
  seed: string;
  pictures: readonly string[];
  look: string;
}) {
  const [failed, setFailed] = useState(() => pictures.filter((picture) => missing.has(picture)).length);
  const [shown, setShown] = useState(false);
  const src = pictures[failed];
  function onError() {
    if (missing.size >= missingMost) missing.clear();
    if (src) missing.add(src);
    setFailed(failed + 1);
  }
  return (
    <span className={cx("relative block overflow-hidden", look)}>
      {src && shown ? null : (
        <span
          aria-hidden="true"
          className={cx("grid size-full place-items-center font-bold leading-none text-on-person", groundOf(seed))}
        >
          {initialsOf(name)}
        </span>
      )}
      {src ? (
        <img
          src={src}
          alt=""
          draggable={false}
          onLoad={() => setShown(true)}
          onError={onError}
          className={cx("absolute inset-0 size-full object-cover", !shown && "opacity-0")}
        />
      ) : null}
    </span>
  );
}

/** Somebody's picture, or the initials on a colour made from the name. Decoration: the name stands beside it. */
export function Avatar({
  name,
  seed = name,
  pictures = none,
  size = "m",
  presence,
  presenceLabel,
  ground = "rail",
  className,
}: {
  name: string;
  /** What the colour is made from, where the name alone may change. */
  seed?: string;
  /** Addresses of the picture: the first that can be had is shown. */
  pictures?: readonly string[];
  size?: keyof typeof sizes;
  presence?: Presence;
  /** The presence in words; without it the dot is decoration too. */
  presenceLabel?: string;
  ground?: "rail" | "canvas" | "raised";
  className?: string;
}) {
  return (
    <span className={cx("relative inline-block shrink-0 select-none", className)}>
      <Face key={pictures[0]} name={name} seed={seed} pictures={pictures} look={sizes[size]} />
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
