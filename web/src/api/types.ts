/**
 * The words of the HTTP and gateway contracts, by the names that the client calls them. Their shapes are generated from the
 * server's own description (`cargo xtask gen`).
 */
import type { components } from "./generated/schema.ts";

type Schemas = components["schemas"];

export type UserId = Schemas["UserId"];
export type RoomId = Schemas["RoomId"];
export type MessageId = Schemas["MessageId"];
export type ClientId = Schemas["ClientId"];
/** `room:<id>`, `user:<id>` or `workspace`. */
export type StreamId = Schemas["StreamId"];
/** An RFC 3339 time in UTC. */
export type Time = Schemas["Timestamp"];
/** A message's place in its room's history: integer microseconds, for order only. */
export type Ts = Schemas["Ts"];

export type User = Schemas["User"];
/** The signed-in person, as only they see themselves. */
export type Me = Schemas["Me"];
export type Session = Schemas["Session"];
export type PresenceStatus = Schemas["PresenceStatus"];

export type SetupState = Schemas["SetupState"];
export type JoinPolicy = Schemas["JoinPolicy"];
export type Setup = Schemas["Setup"];
export type Register = Schemas["Register"];
export type Login = Schemas["Login"];
export type SignedIn = Schemas["SignedIn"];
export type PasswordReset = Schemas["PasswordReset"];
export type PasswordChange = Schemas["PasswordChange"];
export type MeChange = Schemas["MeChange"];
export type Invitation = Schemas["Invitation"];
export type InvitationLink = Schemas["InvitationLink"];
export type NewInvitation = Schemas["NewInvitation"];
export type Invited = Schemas["Invited"];

export type RoomKind = Schemas["RoomKind"];
export type RoomRole = Schemas["RoomRole"];
export type RoomHistory = Schemas["History"];
export type RoomPolicy = Schemas["RoomPolicy"];
/** A room as events tell of it. */
export type ServerRoom = Schemas["Room"];
/** A room as it is read: what everyone sees, and one's own part if one is a member. */
export type RoomView = Schemas["RoomView"];
/** A room as one of its members sees it. */
export type MyRoom = Required<RoomView>;
/** A room of one's own that has a name: any but a direct one. */
export type NamedRoom = MyRoom & { readonly name: string };
/** A room as the client keeps it; the name of a direct one is empty: it is called by its people. */
export type Room = Omit<ServerRoom, "name"> & { readonly name: string };
export type NewRoom = Omit<Schemas["NewRoom"], "kind"> & { readonly kind: Exclude<RoomKind, "direct"> };
export type RoomChange = Omit<Schemas["RoomChange"], "history" | "who_posts" | "who_invites"> & {
  readonly history?: RoomHistory;
  readonly who_posts?: RoomPolicy;
  readonly who_invites?: RoomPolicy;
};
export type Member = Schemas["Member"];
/** A read position and what it leaves unread. */
export type ReadPosition = Schemas["ReadPosition"];

export type Message = Schemas["Message"];
export type NewMessage = Schemas["NewMessage"];
export type Mention = Schemas["Mention"];
export type Reaction = Schemas["Reaction"];
/** What a system message tells; the client's catalogue words it. */
export type SystemNote = Schemas["System"];
/** A page of a room's history, ascending by `ts`. */
export type History = Schemas["HistoryPage"];

/** A file that the server has. */
export type StoredFile = Schemas["File"];
/** A file that is sent piece by piece. */
export type Upload = Schemas["Upload"];
export type NewUpload = Schemas["NewUpload"];
/** The beginning of a text file. */
export type FilePreview = Schemas["FilePreview"];
/** A file and the message that carries it. */
export type RoomFile = Schemas["RoomFile"];

export type Heads = Schemas["Hello"]["heads"];
/** A list, the cursor of its next page, and the heads of the streams it was read from. */
export type Page<T> = Omit<Schemas["Page_User"], "items"> & { readonly items: readonly T[] };

/** A durable event as the server writes it, with its type and content. */
export type ServerEvent = Schemas["Event"];
/** An operation as the gateway reads it, beside its `id`. */
export type ServerOperation = Schemas["Operation"];
/** Why a session or a token ended. */
export type RevokeReason = Schemas["RevokeReason"];
export type Hello = Schemas["Hello"];
export type Synced = Schemas["Synced"];
export type PresenceChange = Schemas["PresenceChange"];

/** One field of a request that the server would not take. */
export type FieldProblem = Omit<Schemas["FieldError"], "code"> & { readonly code: string };
/** The body of `application/problem+json` (RFC 9457), as far as another server or an intermediary may write it too. */
export type ProblemDocument = Partial<Omit<Schemas["Problem"], "code" | "errors">> &
  Pick<Schemas["Problem"], "status" | "title"> & {
    readonly code: string;
    readonly errors?: readonly FieldProblem[];
  };
