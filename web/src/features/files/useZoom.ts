import { type PointerEvent, type RefObject, useEffect, useEffectEvent, useRef, useState } from "react";

const most = 8;
const step = 1.5;
/** A finger that goes so far to the side means the next image; down, that it has been looked at. */
const swipePx = 60;
/** Two taps within so long are one. */
const doubleMs = 300;

interface View {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

const whole: View = { scale: 1, x: 0, y: 0 };

/**
 * How far something is magnified and where it stands: by keys, wheel, double tap, two fingers. One finger swipes to the
 * next or the one before, pulls it down and away, or moves it when it is magnified.
 */
export function useZoom({
  key,
  open,
  onSwipe,
  onPullDown,
}: {
  key: string;
  open: boolean;
  onSwipe: (by: 1 | -1) => void;
  onPullDown: () => void;
}) {
  const frame: RefObject<HTMLDivElement | null> = useRef(null);
  const [view, setView] = useState(whole);
  const fingers = useRef(new Map<number, { x: number; y: number }>());
  const start = useRef({ x: 0, y: 0, moved: false, alone: true });
  const tapped = useRef(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another image is shown as a whole, and the same one again
  useEffect(() => {
    if (open) setView(whole);
  }, [key, open]);

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
    if (fingers.current.size === 1) start.current = { x: event.clientX, y: event.clientY, moved: false, alone: true };
    else start.current.alone = false;
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
    } else {
      setView({ ...whole, y: Math.max(pulled(event), 0) });
    }
  }

  /** How far down a finger that was alone all the time has gone, if it went down or up more than to a side. */
  function pulled(event: PointerEvent): number {
    const { x, y, alone } = start.current;
    if (!alone || event.pointerType === "mouse") return 0;
    const down = event.clientY - y;
    return Math.abs(down) > Math.abs(event.clientX - x) * 1.5 ? down : 0;
  }

  function onPointerUp(event: PointerEvent) {
    if (!fingers.current.delete(event.pointerId) || fingers.current.size > 0) return;
    const { x, y, moved, alone } = start.current;
    if (moved) {
      if (view.scale > 1 || event.pointerType === "mouse") return;
      if (!alone) return setView(whole);
      const across = event.clientX - x;
      const sideways = Math.abs(across) > swipePx && Math.abs(across) > Math.abs(event.clientY - y) * 1.5;
      if (sideways) onSwipe(across < 0 ? 1 : -1);
      // It stays where it was pulled to, while it fades.
      if (pulled(event) > swipePx) onPullDown();
      else setView(whole);
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
      onPointerCancel: (event: PointerEvent) => {
        fingers.current.delete(event.pointerId);
        if (view.scale === 1) setView(whole);
      },
    },
  };
}
