/**
 * What was typed and not handed over: a draft for each room, an edit for each message. Kept in the browser, in the
 * outbox's database, so no restore takes it.
 *
 * All tabs show the same words. What is typed in one is told to the others, with what stood there before; whoever shows
 * just that, or nothing, takes it. Where two were typing at once both keep what they have, and the disk the later one.
 */
import type { Message, MessageId, RoomId } from "../api/types.ts";
import type { Clock } from "./clock.ts";
import type { KeptEdit } from "./state.ts";
import type { Database, Write } from "./storage.ts";
import type { Store } from "./store.ts";
import type { Note } from "./tabs.ts";

/** Typing is stored, and told to the other tabs, when it pauses; not key by key. */
const WRITE_BEHIND_MS = 400;
export const DRAFTS_SCHEMA = { drafts: "room", edits: "message" } as const;

type Kind = keyof typeof DRAFTS_SCHEMA;
type Key = RoomId | MessageId;
export type WordsNote = Extract<
  Note,
  { readonly type: "draft" | "edit" | "edit.dropped" | "edit.orphaned" | "edit.moved" }
>;

interface Draft {
  readonly room: RoomId;
  readonly body: string;
}

export interface Drafts {
  load(): Promise<void>;
  set(room: RoomId, body: string): void;
  /** A message was handed over; the draft that went with it is off the disk already. */
  sent(room: RoomId, body: string): void;
  /** Nothing of this room is wanted any more. */
  forget(room: RoomId): void;
  /** An edit that is empty or says what the message says is none. */
  edit(message: Message, body: string): void;
  dropEdit(message: MessageId): void;
  /** Others have deleted the message of an edit: its words go on in the room's draft. */
  orphan(edit: KeptEdit): void;
  /** Another tab tells. */
  heard(note: WordsNote): void;
  flush(): Promise<void>;
}

export interface DraftsOptions {
  readonly database: Database;
  readonly store: Store;
  readonly clock: Clock;
  /** One tab moves the edits of deleted messages, so that none is moved twice. */
  readonly leading: () => boolean;
  /** This tab has no disk any more. */
  readonly lost: () => boolean;
  /** Tells the other tabs. */
  readonly tell: (note: Note) => void;
}

export function createDrafts({ database, store, clock, leading, lost, tell }: DraftsOptions): Drafts {
  /** What was typed since the last flush, with what stood there before: that is what the other tabs know. */
  const dirty = new Map<Key, { readonly kind: Kind; readonly before: string }>();
  /** What other tabs told while the disk was read. */
  let early: WordsNote[] | null = [];
  let cancel: (() => void) | null = null;
  let moving: Promise<void> = Promise.resolve();

  function words(kind: Kind, key: Key): string {
    const { drafts, edits } = store.getState();
    return (kind === "drafts" ? drafts.get(key) : edits.get(key)?.body) ?? "";
  }

  function touch(kind: Kind, key: Key, before: string): void {
    if (!dirty.has(key)) dirty.set(key, { kind, before });
    cancel ??= clock.timer(() => void flush(), WRITE_BEHIND_MS);
  }

  async function flush(): Promise<void> {
    cancel?.();
    cancel = null;
    const changed = [...dirty];
    dirty.clear();
    // Told first: a page that is closing may come no further.
    for (const [key, { kind, before }] of changed) announce(kind, key, before);
    const writes = changed.map(([key, { kind }]) => write(kind, key));
    await database.write(writes).catch(() => {
      for (const [key, change] of changed) if (!dirty.has(key)) dirty.set(key, change);
    });
  }

  function announce(kind: Kind, key: Key, before: string): void {
    const edit = store.getState().edits.get(key);
    if (kind === "drafts") tell({ type: "draft", room: key, body: words(kind, key), before });
    else if (edit) tell({ type: "edit", edit, before });
    else tell({ type: "edit.dropped", message: key, before });
  }

  function write(kind: Kind, key: Key): Write {
    const { drafts, edits } = store.getState();
    const body = drafts.get(key);
    const row = kind === "edits" ? edits.get(key) : body === undefined ? undefined : { room: key, body };
    return row === undefined ? { store: kind, remove: key } : { store: kind, put: row };
  }

  function set(room: RoomId, body: string): void {
    touch("drafts", room, words("drafts", room));
    store.dispatch({ type: "draft", room, body });
  }

  function dropEdit(message: MessageId): void {
    if (!store.getState().edits.has(message)) return;
    touch("edits", message, words("edits", message));
    store.dispatch({ type: "edit.dropped", message });
    // At once: where its message is deleted next, nobody is to take its words for wanted.
    void flush();
  }

  /** Whether this tab shows from now on what another one has there. */
  function takes(kind: Kind, key: Key, body: string, before: string): boolean {
    const own = words(kind, key);
    if (own === "" || own === before || own === body) return true;
    // What stands here isn't on the disk any more.
    if (body === "") touch(kind, key, own);
    return false;
  }

  /** Moves an edit as the disk has it: what this tab shows may be older. */
  async function move(message: MessageId): Promise<void> {
    await flush();
    const disk = await read();
    // What the disk refused is here only.
    if (!disk || dirty.has(message)) return moveHere(message);
    const edit = disk.edits.find((row) => row.message === message);
    if (!edit) return;
    const { room, body } = edit;
    const before = disk.drafts.find((row) => row.room === room)?.body ?? "";
    const draft: Draft = { room, body: added(before, body) };
    try {
      await database.write([
        { store: "drafts", put: draft },
        { store: "edits", remove: message },
      ]);
    } catch {
      return moveHere(message);
    }
    tell({ type: "edit.moved", message, room, body, before });
    moved(message, room, body, before);
  }

  /** Moves an edit in memory; the others hear of the draft with the next flush. */
  function moveHere(message: MessageId): void {
    const edit = store.getState().edits.get(message);
    if (!edit) return;
    const { room, body } = edit;
    const before = words("drafts", room);
    set(room, before);
    moved(message, room, body, before);
  }

  async function read(): Promise<{ readonly drafts: Draft[]; readonly edits: KeptEdit[] } | null> {
    const rows = await database.read(Object.keys(DRAFTS_SCHEMA)).catch(() => null);
    return rows && { drafts: (rows.get("drafts") ?? []) as Draft[], edits: (rows.get("edits") ?? []) as KeptEdit[] };
  }

  /** An edit's words were added to the draft that was `before`. */
  function moved(message: MessageId, room: RoomId, body: string, before: string): void {
    const own = words("drafts", room);
    const whole = added(before, body);
    const typedOn = dirty.get(room)?.before === before;
    const takes = !typedOn && (own === "" || own === before);
    if (typedOn) dirty.set(room, { kind: "drafts", before: whole });
    else if (!takes) touch("drafts", room, own);
    const next = takes ? whole : added(own, body);
    if (next !== own) store.dispatch({ type: "edit.moved", room, body: next });
    const kept = words("edits", message);
    if (kept === body) {
      dirty.delete(message);
      store.dispatch({ type: "edit.dropped", message });
    } else if (kept !== "") {
      touch("edits", message, kept);
    }
  }

  function heard(note: WordsNote): void {
    if (early) {
      early.push(note);
      return;
    }
    switch (note.type) {
      case "draft":
        if (takes("drafts", note.room, note.body, note.before)) store.dispatch(note);
        return;
      case "edit":
        if (takes("edits", note.edit.message, note.edit.body, note.before)) store.dispatch(note);
        return;
      case "edit.dropped":
        if (takes("edits", note.message, "", note.before)) store.dispatch(note);
        return;
      case "edit.orphaned":
        if (leading()) moving = moving.then(() => move(note.message));
        return;
      case "edit.moved":
        moved(note.message, note.room, note.body, note.before);
    }
  }

  return {
    async load() {
      const disk = await read();
      if (disk) {
        const edits = disk.edits.sort((a, b) => a.at - b.at);
        store.dispatch({
          type: "drafts",
          drafts: new Map(disk.drafts.map(({ room, body }) => [room, body])),
          edits: new Map(edits.map((edit) => [edit.message, edit])),
        });
      }
      const notes = early ?? [];
      early = null;
      notes.forEach(heard);
    },
    set,
    sent(room, body) {
      const own = words("drafts", room);
      if (own === "") return;
      // The disk lost it with what was sent.
      if (own.trim() !== body.trim()) return touch("drafts", room, own);
      const before = dirty.get(room)?.before ?? own;
      dirty.delete(room);
      store.dispatch({ type: "draft", room, body: "" });
      tell({ type: "draft", room, body: own, before });
      tell({ type: "draft", room, body: "", before: own });
    },
    forget(room) {
      set(room, "");
      for (const edit of store.getState().edits.values()) if (edit.room === room) dropEdit(edit.message);
    },
    edit(message, body) {
      const { id, room } = message;
      if (body.trim() === "" || body === message.body) return dropEdit(id);
      const before = [...store.getState().edits.values()];
      touch("edits", id, words("edits", id));
      const { on = message.edited_at } = store.getState().edits.get(id) ?? {};
      store.dispatch({ type: "edit", edit: { message: id, room, body, at: clock.now(), on } });
      const { edits } = store.getState();
      for (const old of before) if (!edits.has(old.message)) touch("edits", old.message, old.body);
    },
    dropEdit,
    orphan({ message }) {
      if (lost()) moveHere(message);
      else if (leading()) moving = moving.then(() => move(message));
      else void flush().then(() => tell({ type: "edit.orphaned", message }));
    },
    heard,
    flush,
  };
}

/** A draft with the words of an edit; where they stand there already, they were added before. */
function added(draft: string, words: string): string {
  if (draft === "") return words;
  return `\n${draft}\n`.includes(`\n${words}\n`) ? draft : `${draft}\n${words}`;
}

/** Whether a note is about what was typed. */
export function isOfWords(note: Note): note is WordsNote {
  return note.type === "draft" || note.type.startsWith("edit");
}
