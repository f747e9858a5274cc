import { type PointerEvent, type RefObject, useEffect, useEffectEvent, useRef, useState } from "react";

const most = 8;
const step = 1.5;
/** A finger that goes so far to the side means the next image. */
const swipePx = 60;
/** Two taps within so long are one. */
const doubleMs = 300;

interface View {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

const whole: View = { scale: 1, x: 0, y: 0 };

/** How far something is magnified and where it stands: by keys, wheel, double tap, two fingers. One finger swipes or moves it. */
export function useZoom({ key, onSwipe }: { key: string; onSwipe: (by: 1 | -1) => void }) {
  const frame: RefObject<HTMLDivElement | null> = useRef(null);
  const [view, setView] = useState(whole);
  const fingers = useRef(new Map<number, { x: number; y: number }>());
  const start = useRef({ x: 0, y: 0, moved: false });
  const tapped = useRef(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another image is shown as a whole
  useEffect(() => setView(whole), [key]);

  /** Magnifies so that what is under a point of the screen stays there. */
  function scaleTo(wanted: (scale: number) => number, at?: { x: number; y: number }) {
    const box = frame.current?.getBoundingClientRect();
    const x = at && box ? at.x - box.left - box.width / 2 : 0;
    const y = at && box ? at.y - box.top - box.height / 2 : 0;
    setView((now) => {
      const scale = Math.min(Math.max(wanted(now.scale), 1), most);
      if (scale === 1) return whole;
      const by = scale / now.scale;
      return held({ scale, x: x - (x - now.x) * by, y: y - (y - now.y) * by });
    });
  }

  /** No further than its edge reaches the middle of the frame. */
  function held({ scale, x, y }: View): View {
    const box = frame.current;
    const reach = (size: number) => (size * scale) / 2;
    const keep = (value: number, size: number) => Math.min(Math.max(value, -reach(size)), reach(size));
    return { scale, x: keep(x, box?.clientWidth ?? 0), y: keep(y, box?.clientHeight ?? 0) };
  }

  const onWheel = useEffectEvent((event: WheelEvent) => {
    event.preventDefault();
    scaleTo((scale) => scale * Math.exp(-event.deltaY / 400), { x: event.clientX, y: event.clientY });
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: each image has a frame of its own
  useEffect(() => {
    const element = frame.current;
    // React's own wheel listeners can't keep the page from scrolling.
    element?.addEventListener("wheel", onWheel, { passive: false });
    return () => element?.removeEventListener("wheel", onWheel);
  }, [key]);

  function onPointerDown(event: PointerEvent) {
    if (event.target instanceof Element && event.target.closest("button")) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    fingers.current.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (fingers.current.size === 1) start.current = { x: event.clientX, y: event.clientY, moved: false };
  }

  function onPointerMove(event: PointerEvent) {
    const before = fingers.current.get(event.pointerId);
    if (!before) return;
    const now = { x: event.clientX, y: event.clientY };
    const other = [...fingers.current].find(([id]) => id !== event.pointerId)?.[1];
    fingers.current.set(event.pointerId, now);
    if (Math.hypot(now.x - start.current.x, now.y - start.current.y) > 8) start.current.moved = true;
    if (other) {
      start.current.moved = true;
      const by = Math.hypot(now.x - other.x, now.y - other.y) / Math.hypot(before.x - other.x, before.y - other.y);
      const middle = { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 };
      if (Number.isFinite(by)) scaleTo((scale) => scale * by, middle);
    } else if (view.scale > 1) {
      setView((last) => held({ ...last, x: last.x + now.x - before.x, y: last.y + now.y - before.y }));
    }
  }

  function onPointerUp(event: PointerEvent) {
    if (!fingers.current.delete(event.pointerId) || fingers.current.size > 0) return;
    const { x, y, moved } = start.current;
    const across = event.clientX - x;
    if (moved) {
      const sideways = Math.abs(across) > swipePx && Math.abs(across) > Math.abs(event.clientY - y) * 1.5;
      if (view.scale === 1 && sideways && event.pointerType !== "mouse") onSwipe(across < 0 ? 1 : -1);
      return;
    }
    const at = { x: event.clientX, y: event.clientY };
    const twice = event.timeStamp - tapped.current < doubleMs;
    tapped.current = twice ? 0 : event.timeStamp;
    if (event.pointerType === "mouse" || twice) scaleTo((scale) => (scale > 1 ? 1 : 2.5), at);
  }

  return {
    ...view,
    frame,
    least: view.scale <= 1,
    most: view.scale >= most,
    larger: () => scaleTo((scale) => scale * step),
    smaller: () => scaleTo((scale) => scale / step),
    reset: () => setView(whole),
    handlers: {
      onPointerDown,
      onPointerMove,
      onPointerUp,
      onPointerCancel: (event: PointerEvent) => void fingers.current.delete(event.pointerId),
    },
  };
}
