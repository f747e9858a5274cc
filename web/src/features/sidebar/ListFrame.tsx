import { ArrowDown, ArrowUp } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useSelect } from "../../context/engine.tsx";
import { useTranslation } from "../../i18n/index.ts";
import { select } from "../../sync/select.ts";
import { cx } from "../../ui/cx.ts";

const sides = ["above", "below"] as const;
type Side = (typeof sides)[number];

/** The scrolled part of the sidebar. Where a row that means the reader lies out of sight, a button says so and leads there. */
export function ListFrame({ label, children }: { label: string; children: ReactNode }) {
  const list = useRef<HTMLElement>(null);
  const rooms = useSelect(select.rooms);
  const [hidden, setHidden] = useState<Side | "both" | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the rows are drawn anew whenever a room changes
  useEffect(() => {
    const look = () => {
      const [above, below] = sides.map((side) => hiddenRows(list.current, side).length > 0);
      setHidden(above && below ? "both" : above ? "above" : below ? "below" : null);
    };
    const nav = list.current;
    if (!nav) return;
    // Begins with a first look; on a phone the list may come into view later than its rows.
    const sized = new ResizeObserver(look);
    sized.observe(nav);
    nav.addEventListener("scroll", look, { passive: true });
    return () => {
      sized.disconnect();
      nav.removeEventListener("scroll", look);
    };
  }, [rooms]);

  function go(side: Side) {
    const rows = hiddenRows(list.current, side);
    const row = side === "above" ? rows.at(-1) : rows[0];
    row?.scrollIntoView({ block: "center" });
    // The button may be gone now.
    row?.focus({ preventScroll: true });
  }

  const pill = (side: Side) =>
    hidden === side || hidden === "both" ? <Pill side={side} onClick={() => go(side)} /> : null;
  return (
    <div className="relative flex min-h-0 flex-1 flex-col">
      {pill("above")}
      <nav
        ref={list}
        aria-label={label}
        className="scrollbar-none min-h-0 flex-1 overflow-y-auto overscroll-contain px-2 pb-3"
      >
        {children}
      </nav>
      {pill("below")}
    </div>
  );
}

function Pill({ side, onClick }: { side: Side; onClick: () => void }) {
  const { t } = useTranslation();
  const Icon = side === "above" ? ArrowUp : ArrowDown;
  return (
    <button
      type="button"
      onClick={onClick}
      className={cx(
        "transition-tone absolute left-1/2 z-10 flex h-8 -translate-x-1/2 items-center gap-1.5 whitespace-nowrap rounded-full bg-accent px-3 font-semibold text-on-accent text-s shadow-float pointer-coarse:h-11",
        side === "above" ? "top-1" : "bottom-2",
      )}
    >
      <Icon aria-hidden="true" className="size-4" />
      {t(`sidebar.hidden.${side}`)}
    </button>
  );
}

/** The rows that mean the reader and lie out of sight on one side, from the top down. */
function hiddenRows(list: HTMLElement | null, side: Side): readonly HTMLElement[] {
  if (!list) return [];
  const { top, bottom } = list.getBoundingClientRect();
  return [...list.querySelectorAll<HTMLElement>("[data-meant]")].filter((row) => {
    const box = row.getBoundingClientRect();
    const middle = (box.top + box.bottom) / 2;
    return side === "above" ? middle < top : middle > bottom;
  });
}
