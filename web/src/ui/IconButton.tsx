import type { ComponentPropsWithRef, ReactNode } from "react";
import { cx } from "./cx.ts";
import { Tooltip } from "./Tooltip.tsx";

const sizes = {
  s: "size-7 rounded-s [&_svg]:size-4",
  m: "size-8 rounded-row [&_svg]:size-[18px]",
};

const look =
  "transition-tone inline-grid shrink-0 place-items-center text-muted hover:bg-hover hover:text-text disabled:cursor-not-allowed disabled:bg-transparent disabled:text-faint aria-pressed:bg-accent-soft aria-pressed:text-accent data-[popup-open]:bg-hover data-[popup-open]:text-text pointer-coarse:size-11";

/** The look of an icon button, for one whose icon needs no tooltip. */
export const iconButton = cx(look, sizes.m);

/** What an icon button may be told. */
export interface IconButtonProps extends Omit<ComponentPropsWithRef<"button">, "aria-label" | "children" | "type"> {
  /** The name, for screen readers and in the tooltip. */
  label: string;
  icon: ReactNode;
  size?: keyof typeof sizes;
  /** Beside the label in the tooltip: the keys that do the same. */
  keys?: ReactNode;
  tooltipSide?: "top" | "right" | "bottom" | "left";
  /** Says that it is switched on; leave out for what isn't a switch. */
  pressed?: boolean;
}

/** A button that is only an icon: named for everyone, 44 px under a finger. */
export function IconButton(props: IconButtonProps) {
  const { label, icon, size = "m", keys, tooltipSide = "bottom", pressed, className, ...rest } = props;
  const text = keys ? (
    <>
      {label}
      {keys}
    </>
  ) : (
    label
  );
  return (
    <Tooltip text={text} side={tooltipSide}>
      <button
        type="button"
        aria-label={label}
        aria-pressed={pressed}
        className={cx(look, sizes[size], className)}
        {...rest}
      >
        {icon}
      </button>
    </Tooltip>
  );
}
