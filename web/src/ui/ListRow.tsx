import { useRender } from "@base-ui/react/use-render";
import type { ComponentPropsWithRef, ReactElement, ReactNode } from "react";
import { cx } from "./cx.ts";

/** What a row may be told. */
export interface ListRowProps extends Omit<ComponentPropsWithRef<"button">, "type"> {
  icon?: ReactNode;
  /** At the far end: a number, a mark. */
  trailing?: ReactNode;
  /** It is the one that is shown now. */
  active?: boolean;
  /** Weight says that something in it is new. */
  strong?: boolean;
  /** It has been quietened. */
  quiet?: boolean;
  /** An element to be instead of a `<button>`, usually a link. */
  render?: ReactElement;
}

/** One line of a list: icon, name, something at the end. */
export function ListRow({ icon, trailing, active, strong, quiet, render, className, children, ...rest }: ListRowProps) {
  return useRender({
    defaultTagName: "button",
    ...(render ? { render } : {}),
    props: {
      ...(render ? {} : { type: "button" }),
      "aria-current": active ? "page" : undefined,
      ...rest,
      className: cx(
        "transition-tone focus-inset group/row relative flex h-8 w-full items-center gap-2.5 rounded-row px-2 text-left text-[0.90625rem] no-underline pointer-coarse:h-11 pointer-coarse:text-touch",
        active ? "bg-accent-soft text-text" : "hover:bg-hover",
        !active && (strong ? "text-text" : quiet ? "text-faint" : "text-muted"),
        (active || strong) && "font-semibold",
        className,
      ),
      children: (
        <>
          {icon ? (
            <span
              className={cx(
                "grid size-5 shrink-0 place-items-center [&>svg]:size-4",
                active ? "text-accent" : "text-faint",
              )}
            >
              {icon}
            </span>
          ) : null}
          <span className="min-w-0 flex-1 truncate">{children}</span>
          {trailing ? <span className="ml-auto flex shrink-0 items-center gap-1.5">{trailing}</span> : null}
        </>
      ),
    },
  });
}
