import { useRender } from "@base-ui/react/use-render";
import type { ComponentPropsWithRef, ReactElement, ReactNode } from "react";
import { cx } from "./cx.ts";
import { Spinner } from "./Spinner.tsx";

const tones = {
  primary: "bg-accent text-on-accent hover:bg-accent-strong",
  secondary: "border border-line-strong bg-transparent text-text hover:bg-hover",
  ghost: "bg-transparent text-muted hover:bg-hover hover:text-text",
  danger: "bg-danger text-on-danger hover:bg-danger-strong",
};

const sizes = {
  m: "h-9 gap-2 rounded-m px-3.5 text-s pointer-coarse:h-11 pointer-coarse:px-4",
  l: "h-11 gap-2.5 rounded-m px-4 text-m",
};

/** What a button may be told. */
export interface ButtonProps extends Omit<ComponentPropsWithRef<"button">, "type"> {
  /** One primary button a screen. */
  tone?: keyof typeof tones;
  size?: keyof typeof sizes;
  /** Fills its parent's width. */
  wide?: boolean;
  /** Something is under way: the button shows it, keeps its width and its focus, and ignores clicks. */
  busy?: boolean;
  type?: "button" | "submit";
  /** An element to be instead of a `<button>`: a link that looks like one. */
  render?: ReactElement;
  icon?: ReactNode;
}

/** A button. */
export function Button(props: ButtonProps) {
  const { tone = "secondary", size = "m", wide, busy, type = "button", render, icon, className, ...rest } = props;
  const look = cx(
    "transition-tone relative inline-flex shrink-0 select-none items-center justify-center whitespace-nowrap font-semibold no-underline",
    "disabled:cursor-not-allowed disabled:border-line disabled:bg-sunken disabled:text-faint",
    tones[tone],
    sizes[size],
    wide && "w-full",
    busy && "cursor-progress",
    className,
  );
  const content = (
    <>
      {busy ? (
        <span className="absolute inset-0 grid place-items-center">
          <Spinner />
        </span>
      ) : null}
      <span className={cx("inline-flex items-center gap-[inherit]", busy && "opacity-0")}>
        {icon}
        {rest.children}
      </span>
    </>
  );
  const own = render ? {} : { type, "aria-disabled": busy || undefined };
  return useRender({
    defaultTagName: "button",
    ...(render ? { render } : {}),
    props: {
      ...rest,
      ...own,
      "aria-busy": busy || undefined,
      className: look,
      children: content,
      onClick: busy ? stop : rest.onClick,
    },
  });
}

function stop(event: { preventDefault(): void }) {
  event.preventDefault();
}
