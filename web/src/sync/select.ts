/**
 * What views read. Each selector answers with the same object as long as what it shows is the same, so it
 * can stand in `useSyncExternalStore` as it is.
 */
import type { Member, Message, PresenceStatus, Room, RoomId, Ts, User, UserId } from "../api/types.ts";
import type { Change, KeptEdit, Membership, OutboxEntry, OutgoingFile, RoomEntry, State, Window } from "./state.ts";

/** A line of the message list: a message of the room, or one of mine on its way. */
export interface Row {
  /** Stays the same when a pending row becomes its message. */
  readonly key: string;
  /** `null` while the message is on its way. */
  readonly message: Message | null;
  /** Mine, on its way or failed; `null` once it is a message. */
  readonly pending: OutboxEntry | null;
}

export interface RoomView {
  readonly rows: readonly Row[];
  readonly has_before: boolean;
  readonly has_after: boolean;
  /** False: nothing is known of the room's history yet; show the loading state. */
  readonly loaded: boolean;
}

const NO_ROWS: readonly Row[] = [];
const NO_USERS: readonly UserId[] = [];
const NO_ENTRIES: readonly OutboxEntry[] = [];
const NO_FILES: readonly OutgoingFile[] = [];
const NOT_LOADED: RoomView = { rows: NO_ROWS, has_before: false, has_after: false, loaded: false };

/** The sum of what is unread, for the title and the favicon. */
export interface Totals {
  readonly unread_rooms: number;
  readonly mentions: number;
  /** Unread messages in direct rooms count as mentions do. */
  readonly direct: number;
}

export const select = {
  me: (state: State) => state.me,
  session: (state: State) => state.session,
  ended: (state: State) => state.ended,
  connection: (state: State) => state.connection,
  ready: (state: State) => state.ready,
  user:
    (id: UserId) =>
    (state: State): User | null =>
      state.users.get(id)?.user ?? null,
  users: (state: State): readonly User[] => usersOf(state.users),
  room:
    (id: RoomId) =>
    (state: State): Room | null =>
      state.rooms.get(id)?.room ?? null,
  membership:
    (id: RoomId) =>
    (state: State): Membership | null =>
      state.rooms.get(id)?.mine ?? null,
  /** My rooms, the one with the newest message first. */
  rooms: (state: State): readonly RoomEntry[] => roomsOf(state.rooms),
  view:
    (id: RoomId) =>
    (state: State): RoomView =>
      viewOf(state, id),
  members:
    (id: RoomId) =>
    (state: State): readonly Member[] | null => {
      const list = state.members.get(id);
      return list ? membersOf(list.items) : null;
    },
  outbox:
    (id: RoomId) =>
    (state: State): readonly OutboxEntry[] =>
      state.outbox.get(id) ?? NO_ENTRIES,
  /** Files in a room's tray: those that no message has taken along yet. */
  tray:
    (id: RoomId) =>
    (state: State): readonly OutgoingFile[] =>
      traysOf(state.outgoing, state.outbox).get(id) ?? NO_FILES,
  outgoing:
    (id: string) =>
    (state: State): OutgoingFile | null =>
      state.outgoing.get(id) ?? null,
  /** How many messages are on their way in all rooms; signing out deletes them. */
  waiting: (state: State): number => {
    let count = 0;
    for (const entries of state.outbox.values()) count += entries.length;
    return count;
  },
  change:
    (message: string) =>
    (state: State): Change | null =>
      state.changes.get(message) ?? null,
  draft:
    (id: RoomId) =>
    (state: State): string =>
      state.drafts.get(id) ?? "",
  drafts: (state: State) => state.drafts,
  moves:
    (id: RoomId) =>
    (state: State): number =>
      state.moves.get(id) ?? 0,
  edit:
    (message: string) =>
    (state: State): KeptEdit | null =>
      state.edits.get(message) ?? null,
  presence:
    (id: UserId) =>
    (state: State): PresenceStatus =>
      state.presence.get(id) ?? "offline",
  typing:
    (id: RoomId) =>
    (state: State): readonly UserId[] =>
      state.typing.get(id) ?? NO_USERS,
  totals: (state: State): Totals => totalsOf(state.rooms),
  /** A message of what is loaded. */
  message:
    (room: RoomId, id: string) =>
    (state: State): Message | null =>
      state.windows.get(room)?.rows.find(({ message }) => message.id === id)?.message ?? null,
  /** The last message of mine in what is loaded, for ↑ in the composer. */
  lastOwn:
    (id: RoomId) =>
    (state: State): Message | null => {
      const rows = state.windows.get(id)?.rows ?? [];
      for (let i = rows.length - 1; i >= 0; i -= 1) {
        const message = rows[i]?.message;
        if (message && message.author === state.me?.id && !message.deleted_at) return message;
      }
      return null;
    },
} as const;

/** Keeps the last answer for each source object. */
function perSource<S extends object, T>(make: (source: S) => T): (source: S) => T {
  const answers = new WeakMap<S, { readonly value: T }>();
  return (source) => {
    const known = answers.get(source);
    if (known) return known.value;
    const value = make(source);
    answers.set(source, { value });
    return value;
  };
}

const usersOf = perSource((users: State["users"]): readonly User[] =>
  [...users.values()].map((entry) => entry.user).sort((a, b) => a.username.localeCompare(b.username)),
);

const roomsOf = perSource((rooms: State["rooms"]): readonly RoomEntry[] =>
  [...rooms.values()]
    .filter((entry) => entry.mine !== null)
    .sort((a, b) => (b.mine?.last_ts ?? 0) - (a.mine?.last_ts ?? 0)),
);

const membersOf = perSource((items: ReadonlyMap<UserId, Member>): readonly Member[] => [...items.values()]);

const totalsOf = perSource((rooms: State["rooms"]): Totals => {
  let unread_rooms = 0;
  let mentions = 0;
  let direct = 0;
  for (const { room, mine } of rooms.values()) {
    if (!mine) continue;
    if (mine.unread > 0) unread_rooms += 1;
    if (room.kind === "direct") direct += mine.unread;
    else mentions += mine.mentions;
  }
  return { unread_rooms, mentions, direct };
});

interface Trays {
  readonly outgoing: State["outgoing"];
  readonly outbox: State["outbox"];
  readonly byRoom: ReadonlyMap<RoomId, readonly OutgoingFile[]>;
}

/** The last answer: there is one state. */
let trays: Trays = { outgoing: new Map(), outbox: new Map(), byRoom: new Map() };

function traysOf(outgoing: State["outgoing"], outbox: State["outbox"]): Trays["byRoom"] {
  if (trays.outgoing === outgoing && trays.outbox === outbox) return trays.byRoom;
  const taken = new Set([...outbox.values()].flat().flatMap(({ attachments }) => attachments));
  const free = [...outgoing.values()].filter(({ id }) => !taken.has(id));
  const byRoom = new Map<RoomId, readonly OutgoingFile[]>();
  for (const [room, files] of Map.groupBy(free, (file) => file.room)) {
    const before = trays.byRoom.get(room);
    const same = before?.length === files.length && files.every((file, at) => file === before[at]);
    byRoom.set(room, same ? before : files);
  }
  trays = { outgoing, outbox, byRoom };
  return byRoom;
}

interface Seen {
  readonly entries: readonly OutboxEntry[];
  readonly me: UserId | null;
  readonly view: RoomView;
}

const views = new WeakMap<Window, Seen>();
const emptyWindows = new WeakMap<readonly OutboxEntry[], RoomView>();

function viewOf(state: State, id: RoomId): RoomView {
  const window = state.windows.get(id);
  const entries = state.outbox.get(id) ?? NO_ENTRIES;
  if (!window) {
    if (entries.length === 0) return NOT_LOADED;
    let view = emptyWindows.get(entries);
    if (!view) {
      view = { ...NOT_LOADED, rows: entries.map(pendingRow) };
      emptyWindows.set(entries, view);
    }
    return view;
  }
  const me = state.me?.id ?? null;
  const seen = views.get(window);
  if (seen && seen.entries === entries && seen.me === me) return seen.view;
  const rows = window.rows.map(({ message }) => messageRow(message, me));
  // What is on its way is newer than anything shown, so it stands only under the newest messages.
  if (!window.has_after && entries.length > 0) {
    // Another tab may say that an entry is gone a moment after its message has come.
    const come = new Set(rows.map(({ key }) => key));
    rows.push(...entries.filter(({ client_id }) => !come.has(client_id)).map(pendingRow));
  }
  const { has_before, has_after } = window;
  const view: RoomView = { rows, has_before, has_after, loaded: true };
  views.set(window, { entries, me, view });
  return view;
}

const rowsOfMessages = new WeakMap<Message, Row>();
const rowsOfEntries = new WeakMap<OutboxEntry, Row>();

function messageRow(message: Message, me: UserId | null): Row {
  let row = rowsOfMessages.get(message);
  if (!row) {
    const own = message.author === me && message.client_id !== null;
    row = { key: own ? (message.client_id ?? message.id) : message.id, message, pending: null };
    rowsOfMessages.set(message, row);
  }
  return row;
}

function pendingRow(entry: OutboxEntry): Row {
  let row = rowsOfEntries.get(entry);
  if (!row) {
    row = { key: entry.client_id, message: null, pending: entry };
    rowsOfEntries.set(entry, row);
  }
  return row;
}

/** Where the "new" line stands: the first row after the read position that somebody else wrote. */
export function firstUnread(view: RoomView, readTs: Ts, me: UserId | null): Row | null {
  const isNew = ({ message }: Row): boolean =>
    message !== null && message.ts > readTs && message.author !== me && message.kind !== "system";
  return view.rows.find(isNew) ?? null;
}
