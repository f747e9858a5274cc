import { useEffect } from "react";
import { useEngine } from "../../context/engine.tsx";

/** How often a stream of pointer moves is worth telling. */
const everyMs = 10_000;

/** Tells the engine that somebody is here, which ends the automatic away. */
export function useActivity(): void {
  const engine = useEngine();
  useEffect(() => {
    let last = 0;
    const act = () => {
      const now = performance.now();
      if (last !== 0 && now - last < everyMs) return;
      last = now;
      engine.touch();
    };
    const events = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart"] as const;
    for (const event of events) window.addEventListener(event, act, { passive: true });
    return () => {
      for (const event of events) window.removeEventListener(event, act);
    };
  }, [engine]);
}
