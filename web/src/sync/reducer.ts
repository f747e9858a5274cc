/**
 * The one function that makes the next state: pure, so that a test can say "state + events = fresh state".
 * Events of the streams go through their cursor; snapshots are laid under the events that were applied since
 * they were asked for (`replay`), so that a page that is older than the cursor takes nothing back.
 */
import type {
  ClientId,
  Heads,
  Hello,
  History,
  Me,
  Member,
  Message,
  MessageId,
  MyRoom,
  PresenceChange,
  PresenceStatus,
  RoomId,
  RoomView,
  StreamId,
  Synced,
  Ts,
  User,
  UserId,
} from "../api/types.ts";
import { moveRead, recount } from "./counts.ts";
import { judge } from "./cursors.ts";
import {
  applyToRows,
  follow,
  keptRoom,
  markStale,
  messageAnswered,
  roomGone,
  setEntry,
  setWindow,
  trusted,
  withoutOutboxEntry,
  withReadPosition,
} from "./events.ts";
import type { DurableEvent } from "./protocol.ts";
import {
  type Change,
  type Connection,
  type Ending,
  initialState,
  type KeptEdit,
  type Membership,
  type OutboxEntry,
  type OutgoingFile,
  type OutgoingId,
  type RoomEntry,
  roomOf,
  roomStream,
  type SessionState,
  type Stale,
  type State,
  userStream,
  WORKSPACE,
  withEntry,
  withoutEntry,
} from "./state.ts";
import { type Asked, distrustRows, mergePage } from "./window.ts";

export type Action =
  | { readonly type: "event"; readonly event: DurableEvent }
  /** What the cache held. */
  | { readonly type: "restored"; readonly state: Partial<State> }
  | { readonly type: "session"; readonly session: SessionState }
  | { readonly type: "ending"; readonly ended: Ending | null }
  | { readonly type: "disk.lost" }
  /** Nobody is signed in any more: everything is forgotten. */
  | { readonly type: "emptied"; readonly ended: Ending | null }
  | { readonly type: "connection"; readonly connection: Connection }
  | { readonly type: "hello"; readonly hello: Hello }
  | { readonly type: "synced"; readonly synced: Synced }
  /** A public room that is watched is live from `head` on. */
  | { readonly type: "watched"; readonly room: RoomId; readonly head: number }
  | { readonly type: "unwatched"; readonly room: RoomId }
  /** The server has let me out of a room. */
  | { readonly type: "left"; readonly room: RoomId }
  | { readonly type: "me"; readonly me: Me }
  | { readonly type: "users"; readonly users: readonly User[]; readonly as_of: number; readonly replay: Replay }
  | { readonly type: "rooms"; readonly rooms: readonly MyRoom[]; readonly heads: Heads; readonly replay: Replay }
  | { readonly type: "room"; readonly room: RoomView; readonly user_as_of: number; readonly replay: Replay }
  | {
      readonly type: "members";
      readonly room: RoomId;
      readonly members: readonly Member[];
      readonly as_of: number;
      readonly replay: Replay;
    }
  | {
      readonly type: "history";
      readonly room: RoomId;
      readonly page: History;
      readonly asked: Asked;
      readonly replay: Replay;
    }
  /** These were read again, as often as they had been marked when that began. */
  | { readonly type: "fresh"; readonly things: ReadonlyMap<Stale, number> }
  | { readonly type: "stale"; readonly things: readonly Stale[] }
  | { readonly type: "forget"; readonly rooms: readonly RoomId[] }
  | { readonly type: "message"; readonly message: Message }
  | { readonly type: "outbox"; readonly entries: readonly OutboxEntry[] }
  | { readonly type: "outbox.put"; readonly entry: OutboxEntry }
  | { readonly type: "outbox.removed"; readonly client_id: ClientId }
  | { readonly type: "outgoing"; readonly files: readonly OutgoingFile[] }
  | { readonly type: "outgoing.put"; readonly file: OutgoingFile }
  | { readonly type: "outgoing.removed"; readonly id: OutgoingId }
  | { readonly type: "change"; readonly message: MessageId; readonly change: Change | null }
  | { readonly type: "read"; readonly room: RoomId; readonly ts: Ts }
  /** The person asked to go back, and this is where the server went. */
  | {
      readonly type: "read.answered";
      readonly room: RoomId;
      readonly read_ts: Ts;
      readonly unread: number;
      readonly mentions: number;
    }
  | { readonly type: "draft"; readonly room: RoomId; readonly body: string }
  | { readonly type: "edit"; readonly edit: KeptEdit }
  | { readonly type: "edit.dropped"; readonly message: MessageId }
  /** The room's draft has an edit's words now. */
  | { readonly type: "edit.moved"; readonly room: RoomId; readonly body: string }
  | { readonly type: "drafts"; readonly drafts: State["drafts"]; readonly edits: State["edits"] }
  | { readonly type: "presence"; readonly changes: readonly PresenceChange[] }
  | { readonly type: "presence.cleared" }
  | { readonly type: "typing"; readonly room: RoomId; readonly users: readonly UserId[] };

/** The events that were applied since a snapshot was asked for, in their order. */
export type Replay = readonly DurableEvent[];

/** Of more edits that aren't saved the oldest go. */
const EDITS_MAX = 50;

export function reduce(state: State, action: Action): State {
  switch (action.type) {
    case "event":
      return event(state, action.event);
    case "restored":
      return { ...state, ...action.state };
    case "session":
      return state.session === action.session ? state : { ...state, session: action.session, ended: null };
    case "ending":
      return { ...state, ended: action.ended };
    case "disk.lost":
      return { ...state, disk_lost: true };
    case "emptied":
      return { ...initialState, session: "signed_out", ended: action.ended };
    case "connection":
      return { ...state, connection: action.connection };
    case "hello":
      return hello(state, action.hello);
    case "synced":
      return synced(state, action.synced);
    case "watched":
      return follow(state, roomStream(action.room), action.head);
    case "unwatched":
      return state.rooms.get(action.room)?.mine ? state : roomGone(state, action.room);
    case "left":
      return roomGone(state, action.room);
    case "me":
      return { ...state, me: action.me, session: "signed_in", ended: null };
    case "users":
      return users(state, action.users, action.as_of, action.replay);
    case "rooms":
      return rooms(state, action.rooms, action.heads, action.replay);
    case "room":
      return room(state, action.room, action.user_as_of, action.replay);
    case "members": {
      const items = new Map(action.members.map((member) => [member.user, member]));
      const list = { items, as_of: action.as_of };
      return replayed({ ...state, members: withEntry(state.members, action.room, list) }, action.replay);
    }
    case "history":
      return history(state, action.room, action.page, action.asked, action.replay);
    case "fresh": {
      const stale = new Map(state.stale);
      for (const [thing, marks] of action.things) if (stale.get(thing) === marks) stale.delete(thing);
      return { ...state, stale };
    }
    case "stale":
      return markStale(state, ...action.things);
    case "forget":
      return forget(state, action.rooms);
    case "message":
      return messageAnswered(state, action.message);
    case "outbox":
      return { ...state, outbox: byRoom(action.entries) };
    case "outbox.put": {
      const { entry } = action;
      const entries = state.outbox.get(entry.room) ?? [];
      const at = entries.findIndex((other) => other.client_id === entry.client_id);
      const after = at < 0 ? [...entries, entry] : entries.with(at, entry);
      return { ...state, outbox: withEntry(state.outbox, entry.room, after) };
    }
    case "outbox.removed":
      return withoutOutboxEntry(state, action.client_id);
    case "outgoing":
      return { ...state, outgoing: new Map(action.files.map((file) => [file.id, file])) };
    case "outgoing.put":
      return { ...state, outgoing: withEntry(state.outgoing, action.file.id, action.file) };
    case "outgoing.removed": {
      const outgoing = withoutEntry(state.outgoing, action.id);
      return outgoing === state.outgoing ? state : { ...state, outgoing };
    }
    case "change":
      return {
        ...state,
        changes:
          action.change === null
            ? withoutEntry(state.changes, action.message)
            : withEntry(state.changes, action.message, action.change),
      };
    case "read":
      return read(state, action.room, action.ts);
    case "read.answered":
      // The answer names no event: what another device has read since may have come before it.
      return markStale(withReadPosition(state, action.room, action, true), `room:${action.room}`);
    case "draft": {
      const drafts =
        action.body === ""
          ? withoutEntry(state.drafts, action.room)
          : withEntry(state.drafts, action.room, action.body);
      return drafts === state.drafts ? state : { ...state, drafts };
    }
    case "drafts":
      return { ...state, drafts: action.drafts, edits: action.edits };
    case "edit": {
      const edits = [...withoutEntry(state.edits, action.edit.message).values(), action.edit].slice(-EDITS_MAX);
      return { ...state, edits: new Map(edits.map((edit) => [edit.message, edit])) };
    }
    case "edit.dropped": {
      const edits = withoutEntry(state.edits, action.message);
      return edits === state.edits ? state : { ...state, edits };
    }
    case "edit.moved": {
      const { room, body } = action;
      const moves = withEntry(state.moves, room, (state.moves.get(room) ?? 0) + 1);
      return { ...state, moves, drafts: withEntry(state.drafts, room, body) };
    }
    case "presence": {
      const presence = new Map<UserId, PresenceStatus>(state.presence);
      for (const { user, status } of action.changes) presence.set(user, status);
      return { ...state, presence };
    }
    case "presence.cleared":
      return state.presence.size === 0 ? state : { ...state, presence: new Map() };
    case "typing": {
      const typing =
        action.users.length === 0
          ? withoutEntry(state.typing, action.room)
          : withEntry(state.typing, action.room, action.users);
      return typing === state.typing ? state : { ...state, typing };
    }
  }
}

/** An event that isn't the next of its stream changes nothing here; the engine catches up instead. */
function event(state: State, { s, n, ...rest }: DurableEvent): State {
  if (judge(state.cursors, s, n) !== "apply") return state;
  const counted = { ...state, cursors: withEntry(state.cursors, s, n) };
  return applyToRows(counted, { s, n, ...rest } as DurableEvent);
}

function replayed(state: State, events: Replay): State {
  return events.reduce(applyToRows, state);
}

/** A new epoch or another person: nothing that was cached holds. What was written here stays. */
function hello(state: State, { epoch, user, heads }: Hello): State {
  const same = (state.epoch === null || state.epoch === epoch) && (state.me === null || state.me.id === user);
  const known: State = same ? state : { ...initialState, ...kept(state, user), connection: state.connection };
  let next: State = { ...known, epoch };
  for (const [stream, head] of Object.entries(heads)) {
    // Live from here on; what lies before is read as a snapshot.
    if (!next.cursors.has(stream)) next = markStale(follow(next, stream, head), staleThing(stream));
  }
  return next;
}

function kept(state: State, user: UserId): Partial<State> {
  const { session, disk_lost, me, outbox, outgoing, drafts, edits, moves } = state;
  const own = { session, disk_lost, me, outbox, outgoing, drafts, edits, moves };
  return me === null || me.id === user ? own : { session, disk_lost };
}

/** What to read when a stream's events can't tell it. */
function staleThing(stream: StreamId): Stale {
  const id = roomOf(stream);
  if (id !== null) return `room:${id}`;
  return stream === "workspace" ? "users" : "me";
}

function synced(state: State, { reset, gone }: Synced): State {
  let next = state;
  const cursors = new Map(state.cursors);
  for (const [stream, head] of Object.entries(reset)) {
    cursors.set(stream, head);
    const id = roomOf(stream);
    next = markStale(distrust(next, stream), staleThing(stream));
    if (id !== null && next.windows.has(id)) next = markStale(next, `window:${id}`);
    if (id !== null && next.members.has(id)) next = markStale(next, `members:${id}`);
  }
  next = { ...next, cursors };
  for (const stream of gone) {
    const id = roomOf(stream);
    next = id === null ? { ...next, cursors: withoutEntry(next.cursors, stream) } : roomGone(next, id);
  }
  return next;
}

/** After a reset numbers may begin anew: what is cached is shown, but the next snapshot and event win over it. */
function distrust(state: State, stream: StreamId): State {
  const id = roomOf(stream);
  if (id === null) {
    if (stream === WORKSPACE) {
      return { ...state, users: mapValues(state.users, (entry) => ({ ...entry, as_of: 0 })) };
    }
    const rooms = mapValues(state.rooms, (entry) =>
      entry.mine ? { ...entry, mine: { ...entry.mine, as_of: 0 } } : entry,
    );
    return { ...state, rooms };
  }
  const entry = state.rooms.get(id);
  const window = state.windows.get(id);
  const list = state.members.get(id);
  let next = state;
  if (entry) {
    const mine = entry.mine ? { ...entry.mine, counts_as_of: 0 } : null;
    next = setEntry(next, id, { ...entry, mine, as_of: 0, uncounted: new Set() });
  }
  if (window) next = setWindow(next, id, distrustRows(window));
  if (list) next = { ...next, members: withEntry(next.members, id, { ...list, as_of: 0 }) };
  return next;
}

function mapValues<K, V>(map: ReadonlyMap<K, V>, change: (value: V) => V): ReadonlyMap<K, V> {
  return new Map([...map].map(([key, value]) => [key, change(value)]));
}

function users(state: State, list: readonly User[], asOf: number, replay: Replay): State {
  const map = new Map(state.users);
  for (const user of list) {
    const known = map.get(user.id);
    if (!known || known.as_of <= asOf) map.set(user.id, { user, as_of: asOf });
  }
  // Somebody who was looked up alone says nothing of where the workspace's stream stands.
  const followed = asOf > 0 ? follow(state, WORKSPACE, asOf) : state;
  return replayed({ ...followed, users: map }, replay);
}

/** My rooms, all of them: what isn't named is not mine any more. */
function rooms(state: State, list: readonly MyRoom[], heads: Heads, replay: Replay): State {
  const userAsOf = heads[userStream(state.me?.id ?? "")] ?? 0;
  const named = new Set(list.map((item) => item.id));
  let next = state;
  // Joined after the list was read: the replay can't bring back what had become of the room since.
  for (const { t, d } of replay) if (t === "room.joined") named.add(d.room);
  for (const [id, entry] of state.rooms) if (entry.mine && !named.has(id)) next = roomGone(next, id);
  for (const item of list) next = withRoom(next, item, userAsOf);
  return replayed({ ...follow(next, userStream(state.me?.id ?? ""), userAsOf), ready: true }, replay);
}

function room(state: State, item: RoomView, userAsOf: number, replay: Replay): State {
  return replayed(withRoom(state, item, userAsOf), replay);
}

export function isMine(item: RoomView): item is MyRoom {
  return "read_ts" in item && typeof item.read_ts === "number";
}

function withRoom(state: State, item: RoomView, userAsOf: number): State {
  const before = state.rooms.get(item.id)?.mine ?? null;
  const mine = isMine(item) ? membership(item, before, userAsOf) : null;
  const entry: RoomEntry = { room: keptRoom(item), as_of: item.head, mine, uncounted: new Set() };
  const stream = roomStream(item.id);
  const followed = mine ? follow(state, stream, item.head) : state;
  const me = state.me?.id ?? null;
  const counted = recount(entry, trusted(followed, item.id), me, 0) ?? entry;
  return setEntry(followed, item.id, counted);
}

function membership(item: MyRoom, before: Membership | null, userAsOf: number): Membership {
  const { role, joined_at, last_ts, read_ts, unread, mentions, head } = item;
  const snapshot: Membership = {
    role,
    joined_at,
    last_ts,
    read_ts,
    server_read_ts: read_ts,
    unread,
    mentions,
    counts_as_of: head,
    counted_here: false,
    as_of: userAsOf,
  };
  const onItsWay = before !== null && before.read_ts > before.server_read_ts && before.read_ts > read_ts;
  if (!onItsWay) return snapshot;
  const caughtUp = before.read_ts >= last_ts;
  return {
    ...snapshot,
    read_ts: before.read_ts,
    unread: caughtUp ? 0 : unread,
    mentions: caughtUp ? 0 : mentions,
  };
}

function history(state: State, id: RoomId, page: History, asked: Asked, replay: Replay): State {
  const window = mergePage(state.windows.get(id), page, asked);
  if (!window) return state;
  const next = replayed(setWindow(state, id, window), replay);
  const entry = next.rooms.get(id);
  const whole = asked.kind === "reload" ? next.windows.get(id) : trusted(next, id);
  const counted = entry ? recount(entry, whole, next.me?.id ?? null, 0) : null;
  return counted ? setEntry(next, id, counted) : next;
}

/** Gives up windows and member lists that nobody looks at, to bound memory and cache. */
function forget(state: State, ids: readonly RoomId[]): State {
  let { windows, members, stale } = state;
  for (const id of ids) {
    windows = withoutEntry(windows, id);
    members = withoutEntry(members, id);
    stale = withoutEntry<Stale, number>(withoutEntry<Stale, number>(stale, `window:${id}`), `members:${id}`);
  }
  return { ...state, windows, members, stale };
}

function byRoom(entries: readonly OutboxEntry[]): State["outbox"] {
  const map = new Map<RoomId, OutboxEntry[]>();
  // Client ids sort by the time they were made, also across rooms and tabs.
  const ordered = [...entries].sort((a, b) => (a.client_id < b.client_id ? -1 : 1));
  for (const entry of ordered) map.set(entry.room, [...(map.get(entry.room) ?? []), entry]);
  return map;
}

/** I read up to `ts` here; the server hears of it in a moment. */
function read(state: State, id: RoomId, ts: Ts): State {
  const entry = state.rooms.get(id);
  if (!entry?.mine || ts <= entry.mine.read_ts) return state;
  return setEntry(state, id, moveRead(entry, trusted(state, id), state.me?.id ?? null, ts, null).entry);
}
