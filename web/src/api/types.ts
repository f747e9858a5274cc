/**
 * The words of the HTTP and gateway contracts as TypeScript. The server's OpenAPI document and event
 * schemas are the source; this file names the shapes that the client uses.
 */

export type UserId = string;
export type RoomId = string;
export type MessageId = string;
export type ClientId = string;
/** `room:<id>`, `user:<id>` or `workspace`. */
export type StreamId = string;
/** An RFC 3339 time in UTC. */
export type Time = string;
/** A message's place in its room's history: integer microseconds, for order only. */
export type Ts = number;

export type UserKind = "person" | "bot";
export type WorkspaceRole = "owner" | "administrator" | "member" | "guest";

export interface User {
  readonly id: UserId;
  readonly kind: UserKind;
  readonly username: string;
  readonly display_name: string;
  readonly role: WorkspaceRole;
  readonly time_zone: string | null;
  readonly deactivated_at: Time | null;
  readonly created_at: Time;
  readonly avatar: string | null;
}

/** The signed-in person, as only they see themselves. */
export interface Me extends User {
  readonly email: string;
  /** The id of the session that asked. */
  readonly session: string;
}

export interface Session {
  readonly id: string;
  readonly created_at: Time;
  readonly last_seen_at: Time;
  readonly user_agent: string | null;
  readonly address: string | null;
  readonly current: boolean;
}

export type RoomKind = "public" | "private" | "direct";
export type RoomRole = "owner" | "member";
export type RoomHistory = "all" | "since_join";
export type RoomPolicy = "members" | "owners";

export interface Room {
  readonly id: RoomId;
  readonly kind: RoomKind;
  /** Empty for a direct room, which is called by its people. */
  readonly name: string;
  readonly topic: string;
  readonly archived_at: Time | null;
  readonly history: RoomHistory;
  readonly who_posts: RoomPolicy;
  readonly who_invites: RoomPolicy;
  /** How many members the room has. */
  readonly members: number;
  /** The fixed set of people of a direct room; empty for the other kinds. */
  readonly users: readonly UserId[];
  readonly created_at: Time;
  /** The head of `room:<id>` that this was read at. */
  readonly head: number;
}

/** A room as one of its members sees it. */
export interface MyRoom extends Room {
  readonly last_ts: Ts;
  readonly read_ts: Ts;
  readonly unread: number;
  readonly mentions: number;
  readonly role: RoomRole;
  readonly joined_at: Time;
}

export interface Member {
  readonly user: UserId;
  readonly role: RoomRole;
}

export interface Mention {
  readonly user: UserId;
  /** First character of the mention in `body`, counted in Unicode scalar values. */
  readonly start: number;
  readonly len: number;
}

export interface Reaction {
  readonly emoji: string;
  readonly users: readonly UserId[];
  readonly count: number;
}

/** What a system message tells; the client's catalogue words it. */
export interface SystemNote {
  readonly type: string;
  readonly actor: UserId | null;
  readonly users: readonly UserId[];
  readonly values: readonly string[];
}

export interface Message {
  readonly id: MessageId;
  readonly room: RoomId;
  readonly ts: Ts;
  /** The event that created the message; never changes. */
  readonly n: number;
  readonly kind: "message" | "system";
  readonly author: UserId | null;
  readonly body: string;
  /** The root of the thread that this replies to. */
  readonly thread: MessageId | null;
  /** A reply that the room's history shows too. */
  readonly also_to_room?: boolean;
  readonly reply_count: number;
  readonly attachments: readonly unknown[];
  readonly reactions: readonly Reaction[];
  readonly mentions: readonly Mention[];
  readonly previews: readonly unknown[];
  readonly system: SystemNote | null;
  readonly client_id: ClientId | null;
  readonly created_at: Time;
  readonly edited_at: Time | null;
  readonly deleted_at: Time | null;
}

export type Heads = Readonly<Record<StreamId, number>>;

/** A list, the cursor of its next page, and the heads of the streams it was read from. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next_cursor: string | null;
  readonly heads: Heads;
}

/** A page of a room's history, ascending by `ts`. */
export interface History {
  readonly items: readonly Message[];
  readonly has_before: boolean;
  readonly has_after: boolean;
  readonly head: number;
}

/** A read position and what it leaves unread. */
export interface ReadPosition {
  readonly read_ts: Ts;
  readonly unread: number;
  readonly mentions: number;
}

export type PresenceStatus = "active" | "away" | "dnd" | "offline";

export interface NewMessage {
  readonly body: string;
  readonly client_id: ClientId;
  readonly thread?: MessageId;
}

export interface NewRoom {
  readonly kind: "public" | "private";
  /** Empty for a direct room, which is called by its people. */
  readonly name: string;
  readonly topic?: string;
  readonly members?: readonly UserId[];
}

export interface RoomChange {
  readonly name?: string;
  readonly topic?: string;
  readonly history?: RoomHistory;
  readonly who_posts?: RoomPolicy;
  readonly who_invites?: RoomPolicy;
}

/** One field of a request that the server would not take. */
export interface FieldProblem {
  readonly field: string;
  readonly code: string;
  readonly detail: string;
}

/** The body of `application/problem+json` (RFC 9457). */
export interface ProblemDocument {
  readonly type?: string;
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail?: string;
  readonly errors?: readonly FieldProblem[];
}
