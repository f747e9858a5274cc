import type { Virtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, type RefObject, useCallback, useEffect, useRef, useState } from "react";
import type { Line } from "./timeline.ts";

/** The row that the keys stand on, of which one takes the focus of the whole list. */
export interface RowFocus {
  /** The key of the row that Tab leads to. */
  readonly reachable: string | null;
  reach(key: string): void;
  /** The focus goes to this row, as soon as it is on the page. */
  take(key: string): void;
  /** Its element, if it is on the page. */
  row(): HTMLElement | null;
  onKeyDown(event: KeyboardEvent): void;
}

/** Walks through rows by the arrow keys, Home and End, also to those that aren't on the page yet. */
export function useRowFocus(
  lines: readonly Line[],
  scroller: RefObject<HTMLElement | null>,
  virtualizer: Virtualizer<HTMLDivElement, Element>,
): RowFocus {
  const [reached, reach] = useState<string | null>(null);
  const last = lines.at(-1)?.key ?? null;
  const rowOf = useCallback(
    (key: string) => scroller.current?.querySelector<HTMLElement>(`[data-message="${CSS.escape(key)}"]`) ?? null,
    [scroller],
  );

  const wanted = useRef<string | null>(null);
  function onKeyDown(event: KeyboardEvent) {
    if (event.key !== "ArrowUp" && event.key !== "ArrowDown" && event.key !== "Home" && event.key !== "End") return;
    if (!(event.target instanceof HTMLElement) || event.target.dataset.message === undefined || event.altKey) return;
    event.preventDefault();
    const from = lines.findIndex(({ key }) => key === (event.target as HTMLElement).dataset.message);
    const to =
      event.key === "Home" ? 0 : event.key === "End" ? lines.length - 1 : from + (event.key === "ArrowUp" ? -1 : 1);
    const index = Math.max(0, Math.min(to, lines.length - 1));
    const line = lines[index];
    if (!line) return;
    reach(line.key);
    wanted.current = line.key;
    const shown = rowOf(line.key);
    if (shown) {
      wanted.current = null;
      shown.focus({ preventScroll: true });
      shown.scrollIntoView({ block: "nearest" });
    } else {
      virtualizer.scrollToIndex(index, { align: event.key === "ArrowDown" ? "end" : "auto" });
    }
  }
  // A row that was out of sight takes the focus once it is there.
  useEffect(() => {
    if (wanted.current === null) return;
    const shown = rowOf(wanted.current);
    if (!shown) return;
    wanted.current = null;
    shown.focus({ preventScroll: true });
  });

  return {
    reachable: lines.some(({ key }) => key === reached) ? reached : last,
    reach,
    take: useCallback((key: string) => {
      reach(key);
      wanted.current = key;
    }, []),
    row: useCallback(() => rowOf(reached ?? last ?? ""), [rowOf, reached, last]),
    onKeyDown,
  };
}
