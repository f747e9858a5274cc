import { Link, type LinkProps } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Tooltip } from "../../ui/Tooltip.tsx";

/** A link that is only an icon. */
export function IconButtonLink({
  to,
  label,
  icon,
}: {
  to: NonNullable<LinkProps["to"]>;
  label: string;
  icon: ReactNode;
}) {
  return (
    <Tooltip text={label} side="bottom">
      <Link
        to={to}
        aria-label={label}
        className="transition-tone grid size-9 shrink-0 place-items-center rounded-row text-muted hover:bg-hover hover:text-text pointer-coarse:size-11 [&_svg]:size-5"
      >
        {icon}
      </Link>
    </Tooltip>
  );
}
