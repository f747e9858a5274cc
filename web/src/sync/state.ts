/**
 * The client's state: one immutable value. Whatever did not change keeps its identity from one value to
 * the next, so a view that selects one room renders only when that room changes.
 */
import type {
  ClientId,
  FieldProblem,
  Me,
  Member,
  Message,
  MessageId,
  PresenceStatus,
  RevokeReason,
  Room,
  RoomId,
  RoomRole,
  StoredFile,
  StreamId,
  Time,
  Ts,
  User,
  UserId,
} from "../api/types.ts";

/**
 * `unknown` until the cache or the server has told who is signed in; `failed` when the server refused to
 * say (anything but 401), which is tried again.
 */
export type SessionState = "unknown" | "signed_in" | "signed_out";

/** Why a session ended that nobody meant to end in this browser; `unknown`: nobody told this page. */
export const reasons = [
  "signed_out",
  "administrator",
  "password",
  "role",
  "deactivated",
  "expired",
  "replaced",
  "unknown",
] as const satisfies readonly (RevokeReason | "unknown")[];

export type Reason = (typeof reasons)[number];

/** How a session ended: by signing out in this browser, also while that is on its way, or for another reason. */
export type Ending = "chosen" | Reason;

/** A reason as it is told, also by what is newer than this page. */
export function knownReason(told: unknown): Reason {
  return reasons.find((reason) => reason === told) ?? "unknown";
}

export interface Connection {
  /** `waiting`: cut off, the next attempt is due at `retry_at`. */
  readonly state: "idle" | "connecting" | "syncing" | "live" | "waiting";
  /** When the link was last live, or when the engine started: how long a person has been cut off. */
  readonly down_since: number | null;
  readonly retry_at: number | null;
  /** Failed attempts in a row. */
  readonly attempt: number;
}

/** My place in a room. */
export interface Membership {
  readonly role: RoomRole;
  readonly joined_at: Time;
  readonly last_ts: Ts;
  /** The read position: the server's, or the later one that is on its way there. */
  readonly read_ts: Ts;
  /** What the server is known to have; `read_ts` may be ahead of it. */
  readonly server_read_ts: Ts;
  readonly unread: number;
  readonly mentions: number;
  /** Room events up to here are in `unread` and `mentions`. */
  readonly counts_as_of: number;
  /** Counted from the window, which may have known less than `counts_as_of` says. */
  readonly counted_here: boolean;
  /** Events of my own stream up to here are in this membership. */
  readonly as_of: number;
}

export interface RoomEntry {
  readonly room: Room;
  /** Room events up to here are in `room`. */
  readonly as_of: number;
  /** `null`: a public room that I am not in. */
  readonly mine: Membership | null;
  /** Messages that were first seen deleted: their deletion takes nothing from `unread`. */
  readonly uncounted: ReadonlySet<MessageId>;
}

export interface UserEntry {
  readonly user: User;
  readonly as_of: number;
}

export interface MemberList {
  readonly items: ReadonlyMap<UserId, Member>;
  readonly as_of: number;
}

/** A message as the cache holds it. */
export interface MessageRow {
  readonly message: Message;
  /** Room events up to here are in `message`. */
  readonly as_of: number;
}

/** A piece of a room's history without holes, ascending by `ts`. */
export interface Window {
  readonly rows: readonly MessageRow[];
  readonly has_before: boolean;
  readonly has_after: boolean;
}

export interface Failure {
  readonly code: string;
  readonly title: string;
  readonly detail: string | null;
  readonly errors: readonly FieldProblem[];
}

/** A message on its way. */
export interface OutboxEntry {
  readonly client_id: ClientId;
  readonly room: RoomId;
  readonly body: string;
  /** Files on their way, or there already; the message waits for them. */
  readonly attachments: readonly OutgoingId[];
  /** Milliseconds since 1970. */
  readonly created_at: number;
  readonly state: "pending" | "sending" | "failed";
  readonly error: Failure | null;
}

/** What a file on its way is called until the server has a name for it. */
export type OutgoingId = string;

/** A file on its way: in its room's tray, or with a message of the outbox. */
export interface OutgoingFile {
  readonly id: OutgoingId;
  readonly room: RoomId;
  readonly name: string;
  readonly type: string;
  readonly size: number;
  /** Of an image that this browser could read. */
  readonly width: number | null;
  readonly height: number | null;
  /** Its bytes are on the disk, so that any tab can send them, also after a reload. */
  readonly kept: boolean;
  /** The server's name for the upload, once begun. */
  readonly upload: string | null;
  /** How many bytes have gone. */
  readonly sent: number;
  readonly state: "waiting" | "sending" | "done" | "failed";
  /** The server's, once it has all. */
  readonly file: StoredFile | null;
  readonly error: Failure | null;
}

/** A change of one's own message that the server has not confirmed. */
export interface Change {
  readonly kind: "edit" | "delete";
  readonly body: string;
  readonly state: "saving" | "failed";
  readonly error: Failure | null;
}

/** An edit that isn't saved: under way, or failed. */
export interface KeptEdit {
  readonly message: MessageId;
  readonly room: RoomId;
  readonly body: string;
  /** When it was last typed at, in milliseconds since 1970. */
  readonly at: number;
  /** `edited_at` of the message that it was begun on; older pages kept none. */
  readonly on?: string | null;
}

/** Something that must be read again from the server; `me` is myself and the list of my rooms. */
export type Stale = "me" | "users" | `room:${RoomId}` | `window:${RoomId}` | `members:${RoomId}`;

export interface State {
  readonly session: SessionState;
  /** How the last session of this page ended, if one did. */
  readonly ended: Ending | null;
  /** The browser took the disk away from this tab: what is written is in its memory only. */
  readonly disk_lost: boolean;
  readonly connection: Connection;
  readonly epoch: string | null;
  readonly me: Me | null;
  /** The rooms are known: from the cache or from the server. */
  readonly ready: boolean;
  readonly cursors: ReadonlyMap<StreamId, number>;
  /** With how often each was marked, so that a mark made while it is being read again outlives the reading. */
  readonly stale: ReadonlyMap<Stale, number>;
  readonly users: ReadonlyMap<UserId, UserEntry>;
  readonly rooms: ReadonlyMap<RoomId, RoomEntry>;
  readonly windows: ReadonlyMap<RoomId, Window>;
  readonly members: ReadonlyMap<RoomId, MemberList>;
  readonly pins: ReadonlyMap<RoomId, ReadonlySet<MessageId>>;
  readonly outbox: ReadonlyMap<RoomId, readonly OutboxEntry[]>;
  readonly outgoing: ReadonlyMap<OutgoingId, OutgoingFile>;
  readonly changes: ReadonlyMap<MessageId, Change>;
  readonly drafts: ReadonlyMap<RoomId, string>;
  /** The one typed at last comes last. */
  readonly edits: ReadonlyMap<MessageId, KeptEdit>;
  /** How often the words of an edit whose message was deleted went on in a room's draft. */
  readonly moves: ReadonlyMap<RoomId, number>;
  readonly presence: ReadonlyMap<UserId, PresenceStatus>;
  readonly typing: ReadonlyMap<RoomId, readonly UserId[]>;
  /** Things of the workspace that clients show: settings, custom emoji, groups, by kind. */
  readonly workspace: ReadonlyMap<string, unknown>;
  /** My own settings and saved items, by kind. */
  readonly personal: ReadonlyMap<string, unknown>;
}

export const initialState: State = {
  session: "unknown",
  ended: null,
  disk_lost: false,
  connection: { state: "idle", down_since: null, retry_at: null, attempt: 0 },
  epoch: null,
  me: null,
  ready: false,
  cursors: new Map(),
  stale: new Map(),
  users: new Map(),
  rooms: new Map(),
  windows: new Map(),
  members: new Map(),
  pins: new Map(),
  outbox: new Map(),
  outgoing: new Map(),
  changes: new Map(),
  drafts: new Map(),
  edits: new Map(),
  moves: new Map(),
  presence: new Map(),
  typing: new Map(),
  workspace: new Map(),
  personal: new Map(),
};

export function withEntry<K, V>(map: ReadonlyMap<K, V>, key: K, value: V): ReadonlyMap<K, V> {
  if (map.get(key) === value && map.has(key)) return map;
  return new Map(map).set(key, value);
}

export function withoutEntry<K, V>(map: ReadonlyMap<K, V>, key: K): ReadonlyMap<K, V> {
  if (!map.has(key)) return map;
  const copy = new Map(map);
  copy.delete(key);
  return copy;
}

export function withItem<T>(set: ReadonlySet<T>, item: T): ReadonlySet<T> {
  return set.has(item) ? set : new Set(set).add(item);
}

export function withoutItem<T>(set: ReadonlySet<T>, item: T): ReadonlySet<T> {
  if (!set.has(item)) return set;
  const copy = new Set(set);
  copy.delete(item);
  return copy;
}

export const roomStream = (room: RoomId): StreamId => `room:${room}`;
export const userStream = (user: UserId): StreamId => `user:${user}`;
export const WORKSPACE: StreamId = "workspace";

/** The room that a stream belongs to, if it is a room's. */
export function roomOf(stream: StreamId): RoomId | null {
  return stream.startsWith("room:") ? stream.slice("room:".length) : null;
}
