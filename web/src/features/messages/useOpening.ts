import type { Virtualizer } from "@tanstack/react-virtual";
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import type { RoomId, Ts } from "../../api/types.ts";
import { useEngine } from "../../context/engine.tsx";
import { explainAll } from "../../i18n/explain.ts";
import { useTranslation } from "../../i18n/index.ts";
import { select } from "../../sync/select.ts";
import { notify } from "../../ui/toast.tsx";
import { type Line, placeOf } from "./timeline.ts";

/** How many frames the list takes to come to rest where it opens. */
const settleFrames = 3;
/** How long a message that a link led to is marked, in milliseconds. */
const markedMs = 3_000;

/** Where a room's list stands from the beginning. */
export interface Opening {
  /** The list stands where it was opened at: from here on its position means something. */
  readonly settled: boolean;
  /** The message that a link has just led to. */
  readonly marked: Ts | null;
}

/** Opens a room at a link's message, at the "New" line, or at its end; a later link leads on from there. */
export function useOpening({
  room,
  target,
  lines,
  ready,
  height,
  virtualizer,
  onStand,
}: {
  room: RoomId;
  /** Where a link leads. */
  target: Ts | null;
  lines: readonly Line[];
  /** What it opens at is there. */
  ready: boolean;
  height: number;
  virtualizer: Virtualizer<HTMLDivElement, Element>;
  /** It was brought to its end, or to a message: that of a link by its key. */
  onStand: (atEnd: boolean, key?: string) => void;
}): Opening {
  const { t } = useTranslation();
  const engine = useEngine();
  const opened = useRef(false);
  const [resting, setResting] = useState(false);
  const [frames, setFrames] = useState(0);
  const [sought, setSought] = useState<Ts | null>(target);
  const [marked, setMarked] = useState<Ts | null>(null);

  useLayoutEffect(() => {
    if (opened.current || lines.length === 0 || height === 0) return;
    if (!ready) {
      if (target === null) virtualizer.scrollToEnd();
      return;
    }
    opened.current = true;
    setFrames(settleFrames);
    if (target !== null) return;
    const newAt = lines.findIndex(({ firstNew }) => firstNew);
    onStand(newAt < 0);
    if (newAt >= 0) virtualizer.scrollToIndex(newAt, { align: "start" });
    else virtualizer.scrollToEnd();
  }, [lines, height, target, ready, virtualizer, onStand]);

  // Rows that are measured for the first time move the place that was opened at; what comes before them must not come meanwhile.
  useEffect(() => {
    if (frames === 0) return;
    const frame = requestAnimationFrame(() => {
      if (frames === 1) setResting(true);
      setFrames(frames - 1);
    });
    return () => cancelAnimationFrame(frame);
  }, [frames]);

  // A link: first the history around it, then the place itself.
  useEffect(() => setSought(target), [target]);
  useEffect(() => {
    if (target === null) return;
    let wanted = true;
    const missed = (instead: Ts | null, detail?: string) => {
      setSought(instead);
      notify({ text: t("messages.link_failed"), ...(detail ? { detail } : {}), tone: "danger" });
    };
    engine.jumpTo(room, target).then(
      () => {
        const places = select
          .view(room)(engine.getState())
          .rows.flatMap((row) => placeOf(row) ?? []);
        if (!wanted || places.includes(target)) return;
        // It was before one's time here, or is kept no longer.
        const nearest = places.find((ts) => ts > target) ?? places.at(-1);
        if (nearest === undefined) missed(null);
        else missed(nearest, t("messages.link_nearest"));
      },
      (error: unknown) => {
        if (wanted) missed(null, explainAll(error));
      },
    );
    return () => {
      wanted = false;
    };
  }, [engine, room, target, t]);
  useLayoutEffect(() => {
    if (sought === null || height === 0) return;
    const index = lines.findIndex(({ row }) => placeOf(row) === sought);
    const line = lines[index];
    if (!line) return;
    onStand(false, line.key);
    virtualizer.scrollToIndex(index, { align: "start" });
    setResting(false);
    setFrames(settleFrames);
    setSought(null);
    setMarked(sought);
  }, [sought, height, lines, virtualizer, onStand]);
  useEffect(() => {
    if (marked === null) return;
    const timer = setTimeout(() => setMarked(null), markedMs);
    return () => clearTimeout(timer);
  }, [marked]);

  return { settled: resting && sought === null, marked };
}
