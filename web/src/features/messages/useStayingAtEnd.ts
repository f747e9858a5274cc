import type { Virtualizer } from "@tanstack/react-virtual";
import { type RefObject, useLayoutEffect, useRef } from "react";

/** Nearer to the newest message than this counts as being there, in pixels. */
export const endPx = 60;

/** Keeps who stands at the end there, whatever grows, shrinks, wraps anew or is turned; only who scrolls leaves it. */
export function useStayingAtEnd({
  scroller,
  virtualizer,
  standsAtEnd,
  height,
  keeps,
}: {
  scroller: RefObject<HTMLElement | null>;
  virtualizer: Virtualizer<HTMLDivElement, Element>;
  /** Whether the reader stands at the end: kept here, and set by whoever takes them elsewhere. */
  standsAtEnd: RefObject<boolean>;
  /** How high the list is. */
  height: number;
  /** The list has settled, and what it ends with is the newest: its end is worth keeping. */
  keeps: boolean;
}): void {
  /** How the list stood when it was last scrolled or shaped anew. */
  const stood = useRef({ top: 0, whole: 0, height: 0 });
  /** How far from the end the reader chose to stand. */
  const gap = useRef(0);

  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    // A keyboard that opens or a window that shrinks leaves the newest message in sight.
    const observer = new ResizeObserver(() => {
      if (standsAtEnd.current) virtualizer.scrollToEnd();
    });
    observer.observe(element);
    const onScroll = () => {
      const before = stood.current;
      const now = standing(element);
      stood.current = now;
      const rest = restOf(now);
      if (rest <= endPx) standsAtEnd.current = true;
      // Only who scrolls leaves the end: what grows, shrinks or is turned moves by itself.
      if (now.whole !== before.whole || now.height !== before.height) return;
      if (now.top < before.top || rest < gap.current) gap.current = rest;
      if (rest > endPx && now.top < before.top) standsAtEnd.current = false;
    };
    // Before the virtualizer hears of it, and makes and measures other rows.
    const early = { capture: true, passive: true };
    element.addEventListener("scroll", onScroll, early);
    return () => {
      observer.disconnect();
      element.removeEventListener("scroll", onScroll, early);
    };
  }, [scroller, virtualizer, standsAtEnd]);

  // Rows that wrap anew grow after the list was resized.
  const shape = useRef("");
  const total = virtualizer.getTotalSize();
  useLayoutEffect(() => {
    const now = `${height} ${total}`;
    if (shape.current === now) return;
    shape.current = now;
    const element = scroller.current;
    if (!element) return;
    // Rows that are measured above move nothing below them.
    if (keeps && standsAtEnd.current && restOf(standing(element)) > gap.current + 1) {
      gap.current = 0;
      virtualizer.scrollToEnd();
    }
    stood.current = standing(element);
  });
}

/** Where an element is scrolled to, and how high it and what it shows are. */
function standing({ scrollTop, scrollHeight, clientHeight }: HTMLElement) {
  return { top: scrollTop, whole: scrollHeight, height: clientHeight };
}

/** How much of it is below what is seen. */
function restOf({ top, whole, height }: ReturnType<typeof standing>): number {
  return whole - top - height;
}
