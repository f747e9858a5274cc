/**
 * The state on disk, so that a room paints before the network answers. What is stored is always one whole
 * state's difference to the one stored before, cursors included, in one transaction: a cursor is never ahead of
 * its rows. Only the leading tab writes.
 */
import type { RoomId } from "../api/types.ts";
import type { Clock } from "./clock.ts";
import type { MemberList, MessageRow, RoomEntry, Stale, State, UserEntry, Window } from "./state.ts";
import type { Database, Schema, Write } from "./storage.ts";

const schema: Schema = { meta: "key", rooms: "id", users: "id", windows: "id", messages: "id" };
export const CACHE_SCHEMA = schema;

/** A burst of events becomes one transaction. */
const WRITE_BEHIND_MS = 300;
/** Messages of a room that a reload brings back at once; more comes from the server when scrolled to. */
const MESSAGES_KEPT = 200;

interface StoredMessage {
  readonly id: string;
  readonly room: RoomId;
  readonly row: MessageRow;
}

interface StoredMeta {
  readonly key: "meta";
  readonly cursors: State["cursors"];
  readonly stale: ReadonlyMap<Stale, number>;
  readonly me: State["me"];
  readonly epoch: string | null;
  readonly ready: boolean;
  readonly workspace: State["workspace"];
  readonly personal: State["personal"];
}

interface StoredRoom extends RoomEntry {
  readonly id: RoomId;
}

interface StoredWindow {
  readonly id: RoomId;
  readonly has_before: boolean;
  readonly members: MemberList | null;
}

/** What the cache holds, or `null` if it holds no whole state. */
export async function readCache(database: Database): Promise<Partial<State> | null> {
  const stored = await database.read(["meta", "rooms", "users", "windows", "messages"]);
  const meta = stored.get("meta")?.[0] as StoredMeta | undefined;
  if (!meta?.ready) return null;
  const rooms = new Map<RoomId, RoomEntry>();
  for (const { id, ...entry } of (stored.get("rooms") ?? []) as StoredRoom[]) rooms.set(id, entry);
  const users = new Map<string, UserEntry>();
  for (const entry of (stored.get("users") ?? []) as (UserEntry & { id: string })[]) {
    users.set(entry.id, { user: entry.user, as_of: entry.as_of });
  }
  const rows = Map.groupBy((stored.get("messages") ?? []) as StoredMessage[], (item) => item.room);
  const windows = new Map<RoomId, Window>();
  const members = new Map<RoomId, MemberList>();
  for (const { id, has_before, members: list } of (stored.get("windows") ?? []) as StoredWindow[]) {
    const ordered = (rows.get(id) ?? []).map((item) => item.row).sort((a, b) => a.message.ts - b.message.ts);
    windows.set(id, { rows: ordered, has_before, has_after: false });
    if (list) members.set(id, list);
  }
  const { cursors, stale, me, epoch, ready, workspace, personal } = meta;
  return { cursors, stale, me, epoch, ready, workspace, personal, rooms, users, windows, members };
}

export interface Cache {
  /** Stores what changed, soon. */
  touch(): void;
  /** Stores what changed, now. */
  flush(): Promise<void>;
  close(): void;
}

export interface CacheOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly getState: () => State;
}

export function createCache({ database, clock, getState }: CacheOptions): Cache {
  // What the disk has is unknown until the first write, which therefore replaces it.
  let stored: State | null = null;
  let cancel: (() => void) | null = null;
  let writing: Promise<void> = Promise.resolve();
  let open = true;

  function flush(): Promise<void> {
    cancel?.();
    cancel = null;
    writing = writing.then(async () => {
      const state = getState();
      if (!open || state === stored || !state.ready) return;
      try {
        await database.write(difference(stored, state));
        stored = state;
      } catch {
        // A full disk, or a browser that takes storage back: start over with a whole write next time.
        stored = null;
      }
    });
    return writing;
  }

  return {
    touch() {
      if (open) cancel ??= clock.timer(() => void flush(), WRITE_BEHIND_MS);
    },
    flush,
    close() {
      open = false;
      cancel?.();
      database.close();
    },
  };
}

/** What to write so that a disk that holds `before` holds `after`. */
export function difference(before: State | null, after: State): Write[] {
  const writes: Write[] = [];
  if (!before) for (const store of Object.keys(schema)) writes.push({ store, clear: true });
  const { cursors, stale, me, epoch, ready, workspace, personal } = after;
  const meta: StoredMeta = { key: "meta", cursors, stale, me, epoch, ready, workspace, personal };
  writes.push({ store: "meta", put: meta });
  changes(before?.rooms, after.rooms, (id, entry) => {
    writes.push(entry ? { store: "rooms", put: { id, ...entry } } : { store: "rooms", remove: id });
  });
  changes(before?.users, after.users, (id, entry) => {
    writes.push(entry ? { store: "users", put: { id, ...entry } } : { store: "users", remove: id });
  });
  const ids = new Set([...(before?.windows.keys() ?? []), ...after.windows.keys()]);
  for (const id of ids) writes.push(...windowDifference(id, before, after));
  return writes;
}

function windowDifference(id: RoomId, before: State | null, after: State): Write[] {
  const old = before?.windows.get(id);
  const now = after.windows.get(id);
  const list = after.members.get(id) ?? null;
  if (old === now && before?.members.get(id) === after.members.get(id)) return [];
  const writes: Write[] = [];
  const known = new Map(kept(old).map((row) => [row.message.id, row]));
  for (const row of kept(now)) {
    if (known.get(row.message.id) !== row) {
      writes.push({ store: "messages", put: { id: row.message.id, room: id, row } satisfies StoredMessage });
    }
    known.delete(row.message.id);
  }
  for (const gone of known.keys()) writes.push({ store: "messages", remove: gone });
  if (now && !now.has_after) {
    const has_before = now.has_before || now.rows.length > MESSAGES_KEPT;
    writes.push({ store: "windows", put: { id, has_before, members: list } satisfies StoredWindow });
  } else writes.push({ store: "windows", remove: id });
  return writes;
}

const NONE: readonly MessageRow[] = [];

/** Only a window that reaches the newest message can be kept current by the events after a reload. */
function kept(window: Window | undefined): readonly MessageRow[] {
  return window && !window.has_after ? window.rows.slice(-MESSAGES_KEPT) : NONE;
}

function changes<V>(
  before: ReadonlyMap<string, V> | undefined,
  after: ReadonlyMap<string, V>,
  changed: (id: string, value: V | undefined) => void,
): void {
  if (before === after) return;
  for (const [id, value] of after) if (before?.get(id) !== value) changed(id, value);
  for (const id of before?.keys() ?? []) if (!after.has(id)) changed(id, undefined);
}
