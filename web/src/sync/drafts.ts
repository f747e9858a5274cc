/**
 * What was typed and not handed over: a draft for each room, an edit for each message. Kept in the browser, in the
 * outbox's database, so no restore takes it.
 *
 * All tabs show the same words. What is typed in one is told to the others, with what stood there before. Where two say
 * different things of the same words, every tab makes the same of both; nothing that was typed goes. Whoever shows words
 * writes them to the disk, too: the one who typed them may come no further.
 */
import type { Message, MessageId, RoomId } from "../api/types.ts";
import type { Clock } from "./clock.ts";
import type { KeptEdit } from "./state.ts";
import type { Database, Write } from "./storage.ts";
import type { Store } from "./store.ts";
import type { DraftTurn, Note } from "./tabs.ts";
import { isBefore, merged, type Version, withLines } from "./words.ts";

/** Typing is stored, and told to the other tabs, when it pauses; not key by key. */
const WRITE_BEHIND_MS = 400;
/** What the disk refuses is tried again, ever more seldom up to this. */
const RETRY_MAX_MS = 30_000;
/** How long an edit waits whose message others deleted: what other tabs have typed in it is here by then. */
const MOVE_AFTER_MS = 2 * WRITE_BEHIND_MS;
/** How many versions of the same words a tab remembers, to know an old one again. */
const PAST = 8;
/** So many versions of the same words are known; of older ones, no more than what was made of them is shown. */
const VERSIONS_MAX = 8;
/** Of so many words a tab remembers what was said of them. */
const KNOWN_MAX = 200;
export const DRAFTS_SCHEMA = { drafts: "room", edits: "message" } as const;

type Kind = keyof typeof DRAFTS_SCHEMA;
type Key = RoomId | MessageId;
export type WordsNote = Extract<Note, { readonly type: "draft" | "edit" | "edit.dropped" }>;

interface Draft {
  readonly room: RoomId;
  readonly body: string;
}

/** What the tabs have said of the same words. */
interface Shared {
  readonly kind: Kind;
  readonly past: readonly string[];
  /** What all had before the latest change, and what each tab that changed it then made of it. */
  readonly base: string;
  readonly versions: readonly Version[];
  /** What became of it: all tabs have that, as far as this one knows. */
  readonly last: string;
}

export interface Drafts {
  load(): Promise<void>;
  set(room: RoomId, body: string): void;
  /** A message was handed over, and what the disk had of its draft went with it, if the disk took that. */
  sent(room: RoomId, body: string): void;
  /** A message of this room is with the server, or given up: what it was typed as isn't to stay. */
  settled(room: RoomId): void;
  /** Nothing of this room is wanted any more. */
  forget(room: RoomId): void;
  /** An edit that is empty or says what the message says is none. `on`: the version that it was begun on. */
  edit(message: Message, body: string, on?: Message["edited_at"]): void;
  dropEdit(message: MessageId): void;
  /** Others have deleted the message of an edit: its words go on in the room's draft. */
  orphan(edit: KeptEdit): void;
  /** Another tab tells. */
  heard(note: WordsNote): void;
  flush(): Promise<void>;
  stop(): void;
}

export interface DraftsOptions {
  readonly database: Database;
  readonly store: Store;
  readonly clock: Clock;
  /** This tab has no disk any more. */
  readonly lost: () => boolean;
  /** Tells the other tabs. */
  readonly tell: (note: Note) => void;
}

export function createDrafts({ database, store, clock, lost, tell }: DraftsOptions): Drafts {
  const shared = new Map<Key, Shared>();
  /** What the disk may not have as it is shown here. */
  const unsaved = new Map<Key, Kind>();
  /** Rooms whose draft was sent: where the disk refused the message, it keeps the draft until the server has it. */
  const owed = new Set<Key>();
  /** How a draft has changed since it was told last, where it wasn't typed. */
  const turns = new Map<Key, DraftTurn>();
  /** Edits that wait to go on in a draft. */
  const orphans = new Map<MessageId, () => void>();
  /** What other tabs told while the disk was read. */
  let early: WordsNote[] | null = [];
  let cancel: (() => void) | null = null;
  let cancelRetry: (() => void) | null = null;
  let refusals = 0;
  let stopped = false;

  function words(kind: Kind, key: Key): string {
    const { drafts, edits } = store.getState();
    return (kind === "drafts" ? drafts.get(key) : edits.get(key)?.body) ?? "";
  }

  /** What the tabs have said of some words; at first, what stands here. */
  function known(kind: Kind, key: Key): Shared {
    const body = words(kind, key);
    const said = shared.get(key) ?? { kind, past: [], base: body, versions: [], last: body };
    shared.set(key, said);
    return said;
  }

  /** All tabs come to the same, in whatever order they hear of the versions. */
  function agree(key: Key, { kind, past, last }: Shared, base: string, versions: readonly Version[]): string {
    const sorted = versions.toSorted((one, other) => (isBefore(one, other) ? -1 : 1));
    const body = sorted.map((version) => version.body).reduce((first, second) => both(kind, base, first, second));
    const next = { kind, base, versions: sorted.slice(-VERSIONS_MAX), last: body };
    shared.set(key, { ...next, past: body === last ? past : [...past, last].slice(-PAST) });
    return body;
  }

  /** These words are about to change here. */
  function touch(kind: Kind, key: Key): void {
    known(kind, key);
    save(kind, key);
  }

  function save(kind: Kind, key: Key): void {
    unsaved.set(key, kind);
    owed.delete(key);
    if (!stopped) cancel ??= clock.timer(() => void flush(), WRITE_BEHIND_MS);
  }

  /** The draft of this room was sent: off the disk only when its message is safe. */
  function owe(room: RoomId): void {
    unsaved.delete(room);
    owed.add(room);
  }

  /** Tells what was typed here since it was told last. */
  function announce(): void {
    for (const [key, said] of shared) {
      const body = words(said.kind, key);
      if (body === said.last) {
        if (shared.size > KNOWN_MAX) shared.delete(key);
        continue;
      }
      const before = said.last;
      const at = clock.now();
      const edit = store.getState().edits.get(key);
      agree(key, said, before, [{ body, at }]);
      if (said.kind === "drafts") tell({ type: "draft", room: key, body, before, at, how: turns.get(key) ?? "typed" });
      else if (edit) tell({ type: "edit", edit, before, at });
      else tell({ type: "edit.dropped", message: key, before, at });
      turns.delete(key);
    }
  }

  async function flush(): Promise<void> {
    cancel?.();
    cancel = null;
    cancelRetry?.();
    cancelRetry = null;
    if (stopped) return;
    // Told first: a page that is closing may come no further.
    announce();
    if (lost() || unsaved.size === 0) return;
    const changed = [...unsaved];
    unsaved.clear();
    try {
      await database.write(changed.map(([key, kind]) => write(kind, key)));
      refusals = 0;
    } catch {
      refusals += 1;
      for (const [key, kind] of changed) if (!owed.has(key)) unsaved.set(key, kind);
      const delay = Math.min(WRITE_BEHIND_MS * 2 ** Math.min(refusals, 10), RETRY_MAX_MS);
      if (!stopped) cancelRetry ??= clock.timer(() => void flush(), delay);
    }
  }

  function write(kind: Kind, key: Key): Write {
    const { drafts, edits } = store.getState();
    const body = drafts.get(key);
    const row = kind === "edits" ? edits.get(key) : body === undefined ? undefined : { room: key, body };
    return row === undefined ? { store: kind, remove: key } : { store: kind, put: row };
  }

  function set(room: RoomId, body: string): void {
    touch("drafts", room);
    store.dispatch({ type: "draft", room, body });
  }

  function dropEdit(message: MessageId): void {
    if (!store.getState().edits.has(message)) return;
    touch("edits", message);
    store.dispatch({ type: "edit.dropped", message });
    // At once: where its message is deleted next, nobody is to take its words for wanted.
    void flush();
  }

  /** The words of an edit go on in its room's draft; tabs that hear of the deletion at once make the same of it. */
  function move(message: MessageId): void {
    orphans.delete(message);
    announce();
    const edit = store.getState().edits.get(message);
    if (!edit) return;
    const { room, body } = edit;
    touch("drafts", room);
    touch("edits", message);
    const grown = withLines(words("drafts", room), body);
    if (grown !== words("drafts", room)) {
      turns.set(room, "moved");
      store.dispatch({ type: "edit.moved", room, body: grown });
    }
    store.dispatch({ type: "edit.dropped", message });
    void flush();
  }

  /** What is shown here once another tab has said what it has: `null` for what was known already. */
  function taken(kind: Kind, key: Key, before: string, told: Version): string | null {
    const pristine = !shared.has(key);
    const said = known(kind, key);
    const { past, base, versions, last } = said;
    const own = words(kind, key);
    let next = last;
    if (pristine || before === last) next = agree(key, said, before, [told]);
    else if (told.body !== last) {
      // It crossed what followed it.
      const at = past.lastIndexOf(before);
      if (at >= 0 && past[at + 1] === told.body) return null;
      const others = before === base ? versions : [{ body: last, at: versions.at(-1)?.at ?? 0 }];
      next = agree(key, said, before, [...others, told]);
    }
    return own === last ? next : both(kind, last, next, own);
  }

  function heard(note: WordsNote): void {
    if (early) {
      early.push(note);
      return;
    }
    switch (note.type) {
      case "draft": {
        const { room, before, body, at } = note;
        const next = taken("drafts", room, before, { body, at });
        if (next === null) return;
        if (note.how === "sent" && next === "") owe(room);
        else save("drafts", room);
        if (next === words("drafts", room)) return;
        store.dispatch({ type: note.how === "moved" ? "edit.moved" : "draft", room, body: next });
        return;
      }
      case "edit":
      case "edit.dropped": {
        const edit = note.type === "edit" ? note.edit : null;
        const message = note.type === "edit" ? note.edit.message : note.message;
        const { before, at } = note;
        const next = taken("edits", message, before, { body: edit?.body ?? "", at });
        if (next === null) return;
        save("edits", message);
        const row = edit ?? store.getState().edits.get(message);
        if (next === "") store.dispatch({ type: "edit.dropped", message });
        else if (row && next !== words("edits", message)) {
          store.dispatch({ type: "edit", edit: { ...row, body: next } });
        }
      }
    }
  }

  return {
    async load() {
      const disk = await database.read(Object.keys(DRAFTS_SCHEMA)).catch(() => null);
      if (stopped) return;
      if (disk) {
        const drafts = (disk.get("drafts") ?? []) as Draft[];
        const edits = ((disk.get("edits") ?? []) as KeptEdit[]).sort((a, b) => a.at - b.at);
        store.dispatch({
          type: "drafts",
          drafts: new Map(drafts.map(({ room, body }) => [room, body])),
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
      touch("drafts", room);
      // What was sent wasn't it: the disk lost it nevertheless.
      if (own.trim() !== body.trim()) return;
      // The others are to know what goes.
      announce();
      store.dispatch({ type: "draft", room, body: "" });
      turns.set(room, "sent");
      announce();
      owe(room);
    },
    settled(room) {
      if (owed.delete(room)) save("drafts", room);
    },
    forget(room) {
      set(room, "");
      for (const edit of store.getState().edits.values()) if (edit.room === room) dropEdit(edit.message);
    },
    edit(message, body, begun = message.edited_at) {
      const { id, room } = message;
      if (body.trim() === "" || body === message.body) return dropEdit(id);
      const before = [...store.getState().edits.keys()];
      for (const key of before) known("edits", key);
      touch("edits", id);
      const { on = begun } = store.getState().edits.get(id) ?? {};
      store.dispatch({ type: "edit", edit: { message: id, room, body, at: clock.now(), on } });
      // Where there are too many, the oldest go.
      const { edits } = store.getState();
      for (const key of before) if (!edits.has(key)) save("edits", key);
    },
    dropEdit,
    orphan({ message }) {
      if (orphans.has(message) || stopped) return;
      orphans.set(
        message,
        clock.timer(() => move(message), MOVE_AFTER_MS),
      );
      void flush();
    },
    heard,
    flush,
    stop() {
      stopped = true;
      cancel?.();
      cancelRetry?.();
      for (const end of orphans.values()) end();
    },
  };
}

/** One text of two; of an edit that one tab is done with, all that another made of it. */
function both(kind: Kind, base: string, first: string, second: string): string {
  return kind === "edits" && (first === "" || second === "") ? first + second : merged(base, first, second);
}

/** Whether a note is about what was typed. */
export function isOfWords(note: Note): note is WordsNote {
  return note.type === "draft" || note.type === "edit" || note.type === "edit.dropped";
}
