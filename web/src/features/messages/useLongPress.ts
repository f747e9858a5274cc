import { type MouseEvent, type PointerEvent, useRef } from "react";

const pressMs = 450;
const slipPx = 10;

/** Handlers that call `onPress` when a finger rests on an element. */
export function useLongPress(onPress: () => void) {
  const press = useRef<{ timer: ReturnType<typeof setTimeout>; x: number; y: number } | null>(null);
  const byTouch = useRef(false);
  const end = () => {
    if (press.current) clearTimeout(press.current.timer);
    press.current = null;
  };
  return {
    onPointerDown: (event: PointerEvent) => {
      byTouch.current = event.pointerType === "touch";
      if (!byTouch.current) return;
      end();
      const timer = setTimeout(() => {
        press.current = null;
        swallowTap();
        onPress();
      }, pressMs);
      press.current = { timer, x: event.clientX, y: event.clientY };
    },
    onPointerMove: (event: PointerEvent) => {
      const from = press.current;
      if (from && Math.hypot(event.clientX - from.x, event.clientY - from.y) > slipPx) end();
    },
    onPointerUp: end,
    onPointerCancel: end,
    onContextMenu: (event: MouseEvent) => {
      if (byTouch.current && !(event.target instanceof Element && event.target.closest("a"))) event.preventDefault();
    },
  };
}

/** The finger that opened something must not choose in it when it goes up. */
function swallowTap(): void {
  const done = new AbortController();
  const { signal } = done;
  const swallow = (event: Event) => {
    event.preventDefault();
    done.abort();
  };
  window.addEventListener("touchend", swallow, { capture: true, passive: false, signal });
  window.addEventListener("touchcancel", () => done.abort(), { capture: true, signal });
}
