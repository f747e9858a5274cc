/**
 * What a durable event changes besides its cursor. Pure, and safe to repeat: each row knows up to which event
 * it is current (`as_of`), so an event that a snapshot holds already changes nothing.
 */
import type {
  ClientId,
  Message,
  MessageId,
  Reaction,
  Room,
  RoomId,
  ServerRoom,
  StreamId,
  UserId,
} from "../api/types.ts";
import { type Counted, countChanged, countCreated, moveRead, recount } from "./counts.ts";
import type { DurableEvent } from "./protocol.ts";
import {
  knownReason,
  type Membership,
  type MessageRow,
  type OutgoingFile,
  type OutgoingId,
  type RoomEntry,
  roomOf,
  roomStream,
  type Stale,
  type State,
  type Window,
  withEntry,
  withItem,
  withoutEntry,
  withoutItem,
} from "./state.ts";
import { insertRow, isThreadOnly, replaceRow, rowOf, trimRows, updateRow } from "./window.ts";

export function applyToRows(state: State, event: DurableEvent): State {
  const room = roomOf(event.s);
  if (room !== null) return applyRoomEvent(state, room, event);
  return event.s === "workspace" ? applyWorkspaceEvent(state, event) : applyUserEvent(state, event);
}

function applyRoomEvent(state: State, room: RoomId, event: DurableEvent): State {
  const { n } = event;
  switch (event.t) {
    case "message.created":
      return messageCreated(state, room, event.d, n);
    case "message.updated":
    case "message.deleted":
      return messageChanged(state, room, event.d, n, event.t === "message.deleted");
    case "reaction.added":
    case "reaction.removed": {
      const { message, user, emoji } = event.d;
      const react = event.t === "reaction.added" ? addReaction : removeReaction;
      return changeRow(state, room, message, n, (row) => ({ ...row, reactions: react(row.reactions, emoji, user) }));
    }
    case "thread.updated": {
      const { root, reply_count } = event.d;
      return changeRow(state, room, root, n, (row) => ({ ...row, reply_count }));
    }
    case "pin.added":
    case "pin.removed": {
      const before = state.pins.get(room) ?? new Set<MessageId>();
      const after = event.t === "pin.added" ? withItem(before, event.d.message) : withoutItem(before, event.d.message);
      return { ...state, pins: withEntry(state.pins, room, after) };
    }
    case "member.joined":
    case "member.left":
    case "member.updated":
      return memberChanged(state, room, event);
    case "room.updated":
    case "room.archived":
      return changeEntry(state, room, (entry) =>
        n <= entry.as_of ? entry : { ...entry, room: newRoom(entry.room, event.d), as_of: n },
      );
    case "room.trimmed": {
      const window = state.windows.get(room);
      const trimmed = window ? trimRows(window, event.d.before_ts, n) : undefined;
      return markStale(trimmed ? setWindow(state, room, trimmed) : state, `room:${room}`);
    }
    case "room.history_changed":
      return markStale(state, `room:${room}`, `window:${room}`, `members:${room}`);
    default:
      return state;
  }
}

function messageCreated(state: State, room: RoomId, message: Message, n: number): State {
  const me = state.me?.id ?? null;
  let next = settleOutbox(state, message);
  const before = next.windows.get(room);
  const after = before && !isThreadOnly(message) ? insertRow(before, message, n) : before;
  if (after && after !== before) next = setWindow(next, room, after);
  next = withoutTyping(next, room, message.author);
  const entry = next.rooms.get(room);
  if (!entry) return next;
  const moved = isThreadOnly(message) ? entry : withLastTs(entry, message.ts);
  const exact = recount(moved, trusted(next, room), me, n);
  return withCounted(next, room, exact ? { entry: exact, doubtful: false } : countCreated(moved, message, me, n));
}

function messageChanged(state: State, room: RoomId, message: Message, n: number, deletion: boolean): State {
  const me = state.me?.id ?? null;
  const before = state.windows.get(room);
  const after = before ? updateRow(before, message.ts, message.id, n, () => message) : undefined;
  let next = after && after !== before ? setWindow(state, room, after) : state;
  if (next.changes.has(message.id)) next = settleChange(next, message);
  const entry = next.rooms.get(room);
  if (!entry) return next;
  const exact = recount(entry, trusted(next, room), me, n);
  if (exact) return setEntry(next, room, exact);
  return withCounted(next, room, countChanged(entry, message, me, n, deletion));
}

/** Counts that are a guess are read again. */
function withCounted(state: State, room: RoomId, { entry, doubtful }: Counted): State {
  const next = setEntry(state, room, entry);
  return doubtful ? markStale(next, `room:${room}`) : next;
}

/** A change that the event shows is done; an edit that failed keeps its text until the person drops it. */
function settleChange(state: State, message: Message): State {
  const change = state.changes.get(message.id);
  if (!change) return state;
  const done = message.deleted_at !== null || (change.kind === "edit" && change.body === message.body);
  return done ? { ...state, changes: withoutEntry(state.changes, message.id) } : state;
}

function memberChanged(state: State, room: RoomId, event: Extract<DurableEvent, { t: `member.${string}` }>): State {
  const { n, d: member } = event;
  const left = event.t === "member.left";
  const list = state.members.get(room);
  let next = state;
  if (list && n > list.as_of) {
    const kept = { user: member.user, role: member.role };
    const items = left ? withoutEntry(list.items, member.user) : new Map(list.items).set(member.user, kept);
    next = { ...next, members: withEntry(next.members, room, { items, as_of: n }) };
  }
  return changeEntry(next, room, (entry) => {
    if (n <= entry.as_of) return entry;
    const step = left ? -1 : event.t === "member.joined" ? 1 : 0;
    const changed = { ...entry.room, members: Math.max(entry.room.members + step, 0) };
    const isMe = member.user === state.me?.id && entry.mine !== null && !left;
    const mine = isMe && entry.mine ? { ...entry.mine, role: member.role } : entry.mine;
    return { ...entry, room: changed, mine, as_of: n };
  });
}

function applyUserEvent(state: State, event: DurableEvent): State {
  const { n } = event;
  switch (event.t) {
    case "room.joined":
      return roomJoined(state, event.d.room, event.d.head, n);
    case "room.left": {
      const entry = state.rooms.get(event.d.room);
      if (entry?.mine && n <= entry.mine.as_of) return state;
      return roomGone(state, event.d.room);
    }
    case "read.updated":
      return readUpdated(state, event.d, n);
    case "draft.updated":
    case "saved.updated":
    case "settings.updated":
      return { ...state, personal: new Map(state.personal).set(event.t, event.d) };
    case "session.revoked":
      if (event.d.session !== state.me?.session) return state;
      return { ...state, session: "signed_out", ended: state.ended ?? knownReason(event.d.reason) };
    default:
      return state;
  }
}

function roomJoined(state: State, room: RoomId, head: number, n: number): State {
  const entry = state.rooms.get(room);
  if (entry?.mine && n <= entry.mine.as_of) return state;
  // My place in the room comes with the room; until then its frames already count.
  return markStale(follow(state, roomStream(room), head), `room:${room}`);
}

/** A stream that was not followed is from `head` on; what was read of its room before may be older. */
export function follow(state: State, stream: StreamId, head: number): State {
  if (state.cursors.has(stream)) return state;
  const next = { ...state, cursors: withEntry(state.cursors, stream, head) };
  const room = roomOf(stream);
  if (room === null) return next;
  const stale: Stale[] = [];
  if (state.windows.has(room)) stale.push(`window:${room}`);
  if (state.members.has(room)) stale.push(`members:${room}`);
  return markStale(next, ...stale);
}

/** Forgets a room that may not be read any more; one that is public stays known by name. */
export function roomGone(state: State, room: RoomId): State {
  const entry = state.rooms.get(room);
  const rooms =
    entry?.room.kind === "public"
      ? new Map(state.rooms).set(room, { ...entry, mine: null, uncounted: new Set<MessageId>() })
      : withoutEntry(state.rooms, room);
  let stale = state.stale;
  for (const kind of ["room", "window", "members"] as const)
    stale = withoutEntry<Stale, number>(stale, `${kind}:${room}`);
  return {
    ...state,
    rooms,
    stale,
    cursors: withoutEntry(state.cursors, roomStream(room)),
    windows: withoutEntry(state.windows, room),
    members: withoutEntry(state.members, room),
    pins: withoutEntry(state.pins, room),
    typing: withoutEntry(state.typing, room),
  };
}

function readUpdated(
  state: State,
  told: { readonly room: RoomId; readonly read_ts: number; readonly unread: number; readonly mentions: number },
  n: number,
): State {
  const entry = state.rooms.get(told.room);
  if (!entry?.mine || n <= entry.mine.as_of) return state;
  return withReadPosition(setEntry(state, told.room, { ...entry, mine: { ...entry.mine, as_of: n } }), told.room, told);
}

/** Takes over the server's read position, unless a later one of mine is on its way there; `final` ends the way. */
export function withReadPosition(
  state: State,
  room: RoomId,
  told: { readonly read_ts: number; readonly unread: number; readonly mentions: number },
  final = false,
): State {
  const entry = state.rooms.get(room);
  if (!entry?.mine) return state;
  const { mine } = entry;
  const onItsWay = !final && mine.read_ts > mine.server_read_ts && mine.read_ts > told.read_ts;
  const heard: RoomEntry = { ...entry, mine: { ...mine, server_read_ts: told.read_ts } };
  if (onItsWay) return setEntry(state, room, heard);
  return withCounted(state, room, moveRead(heard, trusted(state, room), state.me?.id ?? null, told.read_ts, told));
}

function applyWorkspaceEvent(state: State, event: DurableEvent): State {
  const { n } = event;
  switch (event.t) {
    case "user.created":
    case "user.updated": {
      const known = state.users.get(event.d.id);
      if (known && n <= known.as_of) return state;
      const users = new Map(state.users).set(event.d.id, { user: event.d, as_of: n });
      const me = state.me?.id === event.d.id ? { ...state.me, ...event.d } : state.me;
      return { ...state, users, me };
    }
    case "room.created": {
      if (state.rooms.has(event.d.id)) return state;
      const entry: RoomEntry = { room: keptRoom(event.d), as_of: 0, mine: null, uncounted: new Set() };
      return { ...state, rooms: withKnownRoom(state.rooms, entry) };
    }
    case "emoji.updated":
    case "group.updated":
    case "settings.updated":
      return { ...state, workspace: new Map(state.workspace).set(event.t, event.d) };
    default:
      return state;
  }
}

/** How many public rooms that I'm not in are known by name, so that links to them read well. */
const KNOWN_ROOMS_MAX = 500;

function withKnownRoom(rooms: State["rooms"], entry: RoomEntry): State["rooms"] {
  const next = new Map(rooms).set(entry.room.id, entry);
  const others = [...next.values()].filter((known) => known.mine === null);
  const oldest = others.length > KNOWN_ROOMS_MAX ? others[0] : undefined;
  if (oldest) next.delete(oldest.room.id);
  return next;
}

/** The room as an event tells it; its member count is kept here, since events carry current rows. */
function newRoom(before: Room, told: ServerRoom): Room {
  return { ...keptRoom({ ...before, ...told }), members: before.members, users: before.users };
}

/** What is kept of a room, without one's own part in it. */
export function keptRoom(told: ServerRoom): Room {
  const { id, kind, name, topic, archived_at, retention_days, history, who_posts, who_invites } = told;
  const { members, users, created_at } = told;
  return {
    id,
    kind,
    name: name ?? "",
    topic,
    archived_at,
    retention_days,
    history,
    who_posts,
    who_invites,
    members,
    users,
    created_at,
  };
}

function withLastTs(entry: RoomEntry, ts: number): RoomEntry {
  const { mine } = entry;
  return mine && ts > mine.last_ts ? { ...entry, mine: { ...mine, last_ts: ts } satisfies Membership } : entry;
}

/** The message of one of my entries is there: whichever of `ok` and event comes first, the entry is done. */
export function settleOutbox(state: State, message: Message): State {
  const { client_id, author } = message;
  return client_id === null || author !== state.me?.id ? state : withoutOutboxEntry(state, client_id);
}

/** An entry goes, and its files with it. */
export function withoutOutboxEntry(state: State, id: ClientId): State {
  for (const [room, entries] of state.outbox) {
    const gone = entries.find((entry) => entry.client_id === id);
    if (!gone) continue;
    const rest = entries.filter((entry) => entry !== gone);
    const outbox = rest.length === 0 ? withoutEntry(state.outbox, room) : withEntry(state.outbox, room, rest);
    const outgoing = gone.attachments.reduce(withoutEntry<OutgoingId, OutgoingFile>, state.outgoing);
    return { ...state, outbox, outgoing };
  }
  return state;
}

/** A message that a call or an `ok` answered with. Its event may have come before or come yet. */
export function messageAnswered(state: State, message: Message): State {
  const next = settleOutbox(state, message);
  const window = next.windows.get(message.room);
  if (!window || isThreadOnly(message)) return next;
  const row = rowOf(window, message);
  const after = row ? answerRow(window, row, message) : insertRow(window, message, message.n);
  return after === window ? next : setWindow(next, message.room, after);
}

/** An answer names no event: it replaces a row only where it must be newer, and leaves its `as_of`. */
function answerRow(window: Window, row: MessageRow, answer: Message): Window {
  const { message } = row;
  const later = answer.deleted_at !== null || (answer.edited_at ?? "") > (message.edited_at ?? "");
  return later && message.deleted_at === null ? replaceRow(window, row, { ...row, message: answer }) : window;
}

function withoutTyping(state: State, room: RoomId, user: UserId): State {
  const typing = state.typing.get(room);
  if (!typing?.includes(user)) return state;
  const rest = typing.filter((id) => id !== user);
  return {
    ...state,
    typing: rest.length === 0 ? withoutEntry(state.typing, room) : withEntry(state.typing, room, rest),
  };
}

function changeRow(state: State, room: RoomId, id: MessageId, n: number, change: (row: Message) => Message): State {
  const window = state.windows.get(room);
  if (!window) return state;
  const after = updateRow(window, null, id, n, change);
  return after === window ? state : setWindow(state, room, after);
}

function addReaction(reactions: readonly Reaction[], emoji: string, user: UserId): readonly Reaction[] {
  const there = reactions.find((reaction) => reaction.emoji === emoji);
  if (!there) return [...reactions, { emoji, users: [user], count: 1 }];
  if (there.users.includes(user)) return reactions;
  const more = { emoji, users: [...there.users, user], count: there.count + 1 };
  return reactions.map((reaction) => (reaction === there ? more : reaction));
}

function removeReaction(reactions: readonly Reaction[], emoji: string, user: UserId): readonly Reaction[] {
  const there = reactions.find((reaction) => reaction.emoji === emoji);
  if (!there?.users.includes(user)) return reactions;
  if (there.count <= 1) return reactions.filter((reaction) => reaction !== there);
  const fewer = { emoji, users: there.users.filter((id) => id !== user), count: there.count - 1 };
  return reactions.map((reaction) => (reaction === there ? fewer : reaction));
}

function changeEntry(state: State, room: RoomId, change: (entry: RoomEntry) => RoomEntry): State {
  const entry = state.rooms.get(room);
  return entry ? setEntry(state, room, change(entry)) : state;
}

export function setEntry(state: State, room: RoomId, entry: RoomEntry): State {
  const rooms = withEntry(state.rooms, room, entry);
  return rooms === state.rooms ? state : { ...state, rooms };
}

/** The room's window, unless it is being read again: then it may have holes that no count may rest on. */
export function trusted(state: State, room: RoomId): Window | undefined {
  return state.stale.has(`window:${room}`) ? undefined : state.windows.get(room);
}

export function setWindow(state: State, room: RoomId, window: Window): State {
  return { ...state, windows: withEntry(state.windows, room, window) };
}

export function markStale(state: State, ...things: readonly Stale[]): State {
  if (things.length === 0) return state;
  const stale = new Map(state.stale);
  for (const thing of things) stale.set(thing, (stale.get(thing) ?? 0) + 1);
  return { ...state, stale };
}
