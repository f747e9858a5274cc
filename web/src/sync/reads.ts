/**
 * Read positions on their way to the server: shown at once, sent at most every 3 s a room, when the room is
 * left, and again when the link is back.
 */
import { type Api, Problem } from "../api/client.ts";
import type { RoomId, Ts } from "../api/types.ts";
import type { Clock } from "./clock.ts";
import type { Link } from "./socket.ts";
import type { Store } from "./store.ts";

const SPACING_MS = 3_000;

export interface Reads {
  /** Takes up what the last page of this browser could not send. */
  resume(): void;
  read(room: RoomId, ts: Ts): void;
  /** "Mark unread from here": straight to the server, which takes a step back only when asked so. */
  unread(room: RoomId, ts: Ts): Promise<void>;
  /** Sends what waits for this room, or for all. */
  flush(room?: RoomId): void;
  stop(): void;
}

export function createReads(store: Store, api: Api, link: Link, clock: Clock): Reads {
  const waiting = new Map<RoomId, Ts>();
  const pauses = new Map<RoomId, () => void>();

  function send(room: RoomId): void {
    const ts = waiting.get(room);
    if (ts === undefined || !link.live) return;
    waiting.delete(room);
    pauses.get(room)?.();
    pauses.set(
      room,
      clock.timer(() => {
        pauses.delete(room);
        send(room);
      }, SPACING_MS),
    );
    link.ask("read", { room, ts }).catch((error: unknown) => {
      if (error instanceof Problem && !error.transient) doubt(room);
      // Lost with the link, or refused for the moment: sent with the next chance.
      else hold(room);
    });
  }

  /** Has the position wait that the server isn't known to have; the state's is the newest, whatever was lost. */
  function hold(room: RoomId): void {
    const mine = store.getState().rooms.get(room)?.mine;
    if (mine && mine.read_ts > mine.server_read_ts) waiting.set(room, mine.read_ts);
  }

  /** What was shown here may not be what the server has. */
  function doubt(room: RoomId): void {
    store.dispatch({ type: "stale", things: [`room:${room}`] });
  }

  return {
    resume() {
      for (const room of store.getState().rooms.keys()) hold(room);
    },
    read(room, ts) {
      const mine = store.getState().rooms.get(room)?.mine;
      if (!mine || ts <= mine.read_ts) return;
      store.dispatch({ type: "read", room, ts });
      waiting.set(room, ts);
      if (!pauses.has(room)) send(room);
    },
    async unread(room, ts) {
      // What waits would undo the step back, also what came to wait meanwhile.
      waiting.delete(room);
      try {
        const position = await api.read(room, ts, true);
        waiting.delete(room);
        store.dispatch({ type: "read.answered", room, ...position });
      } catch (error) {
        hold(room);
        throw error;
      }
    },
    flush(room) {
      for (const id of room === undefined ? [...waiting.keys()] : [room]) send(id);
    },
    stop() {
      for (const cancel of pauses.values()) cancel();
      pauses.clear();
    },
  };
}
