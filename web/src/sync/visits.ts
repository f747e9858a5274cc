/**
 * The room on screen, and the windows of those that were: what is loaded, watched and forgotten as a person goes from room
 * to room and through their history.
 */
import type { RoomId, Ts } from "../api/types.ts";
import type { Loader } from "./loader.ts";
import type { Reads } from "./reads.ts";
import type { Link } from "./socket.ts";
import { roomStream } from "./state.ts";
import type { Store } from "./store.ts";
import type { Asked } from "./window.ts";

/** Rooms whose window is kept in memory and on disk. */
export const WINDOWS_MAX = 24;

export interface Visits {
  /** This room is on screen now, or none. */
  open(room: RoomId | null): Promise<void>;
  /** I am in this room no more; if it is on screen it may still be looked at from outside. */
  left(room: RoomId): void;
  /** The link is live again. */
  resume(): void;
  /** Nobody is here any more. */
  end(): void;
  /** Loads a page; the same one isn't asked for twice at the same time. */
  history(room: RoomId, asked: Asked): Promise<boolean>;
  extend(room: RoomId, kind: "before" | "after"): Promise<boolean>;
  jumpTo(room: RoomId, ts: Ts): Promise<boolean>;
  jumpToLatest(room: RoomId): Promise<boolean>;
}

export interface VisitsOptions {
  readonly store: Store;
  readonly link: Link;
  readonly loader: Loader;
  readonly reads: Reads;
}

export function createVisits({ store, link, loader, reads }: VisitsOptions): Visits {
  let active: RoomId | null = null;
  /** Counts the changes of the room on screen. */
  let changes = 0;
  /** Rooms by when they were last on screen, the latest last. */
  let seen: RoomId[] = [];
  const loading = new Map<string, Promise<boolean>>();

  async function open(room: RoomId | null): Promise<void> {
    if (active !== null) reads.flush(active);
    if (active !== null && active !== room) unwatchIfOutside(active);
    if (active !== room) changes += 1;
    active = room;
    if (room === null) return;
    seen = [...seen.filter((id) => id !== room), room];
    forgetOldest();
    if (!store.getState().rooms.get(room)?.mine) {
      await loader.room(room);
      if (active !== room) return;
      await watchIfOutside(room);
      if (active !== room) return;
    }
    if (!store.getState().windows.has(room)) await history(room, { kind: "newest" });
    meetAuthors(room);
  }

  /** A public room that I'm not in tells its events only to those who ask. */
  async function watchIfOutside(room: RoomId): Promise<void> {
    const entry = store.getState().rooms.get(room);
    if (!entry || entry.mine || entry.room.kind !== "public" || !link.live) return;
    const stream = roomStream(room);
    // Named in `sync` it is watched already.
    if (store.getState().cursors.has(stream)) return;
    const visit = changes;
    const answer = await link.ask("watch", { stream });
    const head = (answer as { head?: unknown } | null)?.head;
    // Left, and perhaps opened again, while the answer was on its way: that visit's own answer counts.
    if (typeof head === "number" && visit === changes) store.dispatch({ type: "watched", room, head });
  }

  function unwatchIfOutside(room: RoomId): void {
    const entry = store.getState().rooms.get(room);
    if (!entry || entry.mine) return;
    link.tell("unwatch", { stream: roomStream(room) });
    store.dispatch({ type: "unwatched", room });
  }

  function forgetOldest(): void {
    const { windows } = store.getState();
    if (windows.size <= WINDOWS_MAX) return;
    const recent = new Set(seen.slice(-WINDOWS_MAX));
    const others = [...windows.keys()].filter((id) => !recent.has(id));
    const excess = windows.size - WINDOWS_MAX;
    const oldest = [...others, ...seen.filter((id) => windows.has(id) && id !== active)];
    store.dispatch({ type: "forget", rooms: oldest.slice(0, excess) });
  }

  function history(room: RoomId, asked: Asked): Promise<boolean> {
    const key = `${room} ${JSON.stringify(asked)}`;
    const running = loading.get(key);
    if (running) return running;
    const load = loader.history(room, asked).finally(() => loading.delete(key));
    loading.set(key, load);
    return load;
  }

  async function extend(room: RoomId, kind: "before" | "after"): Promise<boolean> {
    const window = store.getState().windows.get(room);
    const edge = kind === "before" ? window?.rows[0] : window?.rows.at(-1);
    if (!window || !(kind === "before" ? window.has_before : window.has_after)) return false;
    if (!edge) return history(room, { kind: "reload" });
    const loaded = await history(room, { kind, ts: edge.message.ts });
    meetAuthors(room);
    return loaded;
  }

  /** Looks up who wrote here and isn't known, such as people who are gone. */
  function meetAuthors(room: RoomId): void {
    for (const { message } of store.getState().windows.get(room)?.rows ?? []) {
      loader.user(message.author);
    }
  }

  return {
    open,
    left(room) {
      if (room === active) void open(room).catch(() => {});
    },
    resume() {
      if (active !== null) void watchIfOutside(active).catch(() => {});
    },
    end() {
      active = null;
      seen = [];
    },
    history,
    extend,
    async jumpTo(room, ts) {
      const window = store.getState().windows.get(room);
      const first = window?.rows[0]?.message.ts;
      const last = window?.rows.at(-1)?.message.ts;
      if (first !== undefined && last !== undefined && first <= ts && ts <= last) return false;
      const loaded = await history(room, { kind: "around", ts });
      meetAuthors(room);
      return loaded;
    },
    async jumpToLatest(room) {
      const window = store.getState().windows.get(room);
      return !window || window.has_after ? history(room, { kind: "reload" }) : false;
    },
  };
}
