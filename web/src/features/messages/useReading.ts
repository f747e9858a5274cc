import { useCallback, useEffect, useRef, useState } from "react";
import type { Message, RoomId, Ts } from "../../api/types.ts";
import { useEngine, useSelect } from "../../context/engine.tsx";
import { explainAll } from "../../i18n/explain.ts";
import { select } from "../../sync/select.ts";
import { notify } from "../../ui/toast.tsx";

/** Positions that follow each other faster than this are told as one. */
const settleMs = 250;

/** Where the reader stands in a room: the "New" line, and what was seen. */
export interface Reading {
  /** The "New" line stands after this; `null` for none. */
  readonly lineTs: Ts | null;
  /** Everything up to here was seen. */
  seen(ts: Ts): void;
  /** Everything is read, and the line goes. */
  readAll(): void;
  /** Everything from here on is unread again, until the room is left. */
  unreadFrom(message: Message): void;
}

/** Keeps the reader's place in the room; `caughtUp` says that they see the newest message. */
export function useReading(room: RoomId, caughtUp: boolean): Reading {
  const engine = useEngine();
  const membership = useSelect(select.membership(room));
  const [lineTs, setLineTs] = useState<Ts | null | undefined>(() => lineOf(membership));
  const held = useRef(false);
  const unread = membership?.unread ?? 0;
  const before = useRef(unread);
  const readTs = membership?.read_ts ?? null;

  // The first place that is known decides where the line stands.
  if (lineTs === undefined && membership) setLineTs(lineOf(membership));

  useEffect(() => {
    if (before.current === 0 && unread > 0 && !caughtUp && readTs !== null) setLineTs(readTs);
    before.current = unread;
  }, [unread, caughtUp, readTs]);

  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  const waiting = useRef<Ts | null>(null);
  const flush = useCallback(() => {
    if (timer.current) clearTimeout(timer.current);
    timer.current = null;
    const ts = waiting.current;
    waiting.current = null;
    // The position is told again by the next message that is seen.
    if (ts !== null) engine.markRead(room, ts).catch(() => {});
  }, [engine, room]);
  useEffect(() => flush, [flush]);

  const seen = useCallback(
    (ts: Ts) => {
      if (held.current || readTs === null || ts <= readTs) return;
      waiting.current = Math.max(waiting.current ?? 0, ts);
      timer.current ??= setTimeout(flush, settleMs);
    },
    [readTs, flush],
  );

  const readAll = useCallback(() => {
    held.current = false;
    setLineTs(null);
    const last = select.membership(room)(engine.getState())?.last_ts;
    if (last !== undefined) engine.markRead(room, last).catch(() => {});
  }, [engine, room]);

  const unreadFrom = useCallback(
    (message: Message) => {
      held.current = true;
      if (timer.current) clearTimeout(timer.current);
      timer.current = null;
      waiting.current = null;
      setLineTs(message.ts - 1);
      engine
        .markRead(room, message.ts - 1, { unread: true })
        .catch((error: unknown) => notify({ text: explainAll(error), tone: "danger" }));
    },
    [engine, room],
  );

  return { lineTs: lineTs ?? null, seen, readAll, unreadFrom };
}

function lineOf(membership: { unread: number; read_ts: Ts } | null): Ts | null | undefined {
  if (!membership) return undefined;
  return membership.unread > 0 ? membership.read_ts : null;
}
