/**
 * What was typed and not handed over: a draft for each room, an edit for each message. Kept in the browser, in the
 * outbox's database, so no restore takes it.
 */
import type { Message, MessageId, RoomId } from "../api/types.ts";
import type { Clock } from "./clock.ts";
import type { KeptEdit } from "./state.ts";
import type { Database, Write } from "./storage.ts";
import type { Store } from "./store.ts";
import type { Note } from "./tabs.ts";

/** Typing is stored when it pauses, not key by key. */
const WRITE_BEHIND_MS = 400;
export const DRAFTS_SCHEMA = { drafts: "room", edits: "message" } as const;

type Kind = keyof typeof DRAFTS_SCHEMA;

export interface Drafts {
  load(): Promise<void>;
  /** What this tab shows of a room's draft from now on. */
  get(room: RoomId): string;
  set(room: RoomId, body: string): void;
  /** The draft went with a message, and off the disk with it. */
  sent(room: RoomId): void;
  /** Another tab sent this, and took the draft off the disk: what is shown here is another one, and is stored again. */
  sentElsewhere(room: RoomId, body: string): void;
  /** Adds to a room's draft, as it lies on the disk: another tab may have written it. */
  append(room: RoomId, body: string): Promise<void>;
  /** Nothing of this room is wanted any more. */
  forget(room: RoomId): void;
  /** An edit that is empty or says what the message says is none. */
  edit(message: Message, body: string): void;
  /** Whether an edit was typed in this tab. */
  wrote(message: MessageId): boolean;
  dropEdit(message: MessageId): void;
  /** Another tab is done with an edit: what wasn't typed here isn't wanted here, either. */
  droppedElsewhere(message: MessageId): void;
  flush(): Promise<void>;
}

export interface DraftsOptions {
  readonly database: Database;
  readonly store: Store;
  readonly clock: Clock;
  /** Tells the other tabs. */
  readonly tell: (note: Note) => void;
}

export function createDrafts({ database, store, clock, tell }: DraftsOptions): Drafts {
  /** What differs from the disk, by where it lies there. */
  const dirty = new Map<RoomId | MessageId, Kind>();
  /** Rooms whose draft was typed or shown here. */
  const held = new Set<RoomId>();
  /** Edits that were typed here. */
  const written = new Set<MessageId>();
  let cancel: (() => void) | null = null;

  async function flush(): Promise<void> {
    cancel?.();
    cancel = null;
    const writes = [...dirty].map(([key, kind]) => write(kind, key));
    dirty.clear();
    await database.write(writes).catch(() => {});
  }

  function write(kind: Kind, key: RoomId | MessageId): Write {
    const { drafts, edits } = store.getState();
    const body = drafts.get(key);
    const row = kind === "edits" ? edits.get(key) : body === undefined ? undefined : { room: key, body };
    return row === undefined ? { store: kind, remove: key } : { store: kind, put: row };
  }

  function touch(kind: Kind, key: RoomId | MessageId): void {
    dirty.set(key, kind);
    cancel ??= clock.timer(() => void flush(), WRITE_BEHIND_MS);
  }

  function dropEdit(message: MessageId): void {
    if (!store.getState().edits.has(message)) return;
    store.dispatch({ type: "edit.dropped", message });
    touch("edits", message);
    written.delete(message);
    tell({ type: "edit.dropped", message });
  }

  function set(room: RoomId, body: string): void {
    held.add(room);
    store.dispatch({ type: "draft", room, body });
    touch("drafts", room);
  }

  return {
    async load() {
      const disk = await database.read(Object.keys(DRAFTS_SCHEMA)).catch(() => null);
      if (!disk) return;
      const drafts = (disk.get("drafts") ?? []) as { room: RoomId; body: string }[];
      const edits = (disk.get("edits") ?? []) as KeptEdit[];
      edits.sort((a, b) => a.at - b.at);
      store.dispatch({
        type: "drafts",
        drafts: new Map(drafts.map(({ room, body }) => [room, body])),
        edits: new Map(edits.map((edit) => [edit.message, edit])),
      });
    },
    get(room) {
      held.add(room);
      return store.getState().drafts.get(room) ?? "";
    },
    set,
    async append(room, body) {
      const disk = await database.read(["drafts"]).catch(() => null);
      const rows = (disk?.get("drafts") ?? []) as { room: RoomId; body: string }[];
      const shown = held.has(room) ? store.getState().drafts.get(room) : undefined;
      const before = shown ?? rows.find((row) => row.room === room)?.body;
      set(room, before === undefined ? body : `${before}\n${body}`);
    },
    forget(room) {
      if (store.getState().drafts.has(room)) set(room, "");
      for (const edit of store.getState().edits.values()) if (edit.room === room) dropEdit(edit.message);
    },
    sent(room) {
      store.dispatch({ type: "draft", room, body: "" });
      dirty.delete(room);
    },
    sentElsewhere(room, body) {
      const own = store.getState().drafts.get(room);
      if (own === undefined) return;
      if (held.has(room) && own.trim() !== body.trim()) touch("drafts", room);
      else store.dispatch({ type: "draft", room, body: "" });
    },
    edit(message, body) {
      const { id, room } = message;
      if (body.trim() === "" || body === message.body) return dropEdit(id);
      const before = store.getState().edits;
      written.add(id);
      store.dispatch({ type: "edit", edit: { message: id, room, body, at: clock.now() } });
      const { edits } = store.getState();
      for (const key of [id, ...before.keys()]) if (key === id || !edits.has(key)) touch("edits", key);
    },
    wrote: (message) => written.has(message),
    dropEdit,
    droppedElsewhere(message) {
      if (!written.has(message)) store.dispatch({ type: "edit.dropped", message });
    },
    flush,
  };
}
