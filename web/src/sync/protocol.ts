/** The gateway's frames and operations. What isn't understood never stops a stream: it only counts. */
import { problemDocument } from "../api/client.ts";
import type {
  Hello,
  Message,
  MessageId,
  PresenceChange,
  ProblemDocument,
  RoomId,
  ServerEvent,
  ServerOperation,
  StreamId,
  Synced,
  Ts,
  UserId,
} from "../api/types.ts";

/** The events of a later server of this version. */
interface LaterPayloads {
  readonly "pin.added": { readonly message: MessageId; readonly user: UserId };
  readonly "pin.removed": { readonly message: MessageId; readonly user: UserId };
  readonly "room.trimmed": { readonly before_ts: Ts };
  readonly "room.history_changed": object;
  readonly "thread.updated": { readonly root: MessageId; readonly reply_count: number };
  readonly "draft.updated": object;
  readonly "saved.updated": object;
  readonly "emoji.updated": object;
  readonly "group.updated": object;
  /** Pruned, hidden, or of a type that this client doesn't know. */
  readonly skip: null;
}

/** The payload of each durable event. */
export type EventPayloads = { readonly [E in ServerEvent as E["t"]]: E["d"] } & LaterPayloads;

export type EventType = keyof EventPayloads;

export type DurableEvent = {
  [T in EventType]: { readonly t: T; readonly s: StreamId; readonly n: number; readonly d: EventPayloads[T] };
}[EventType];

export type Frame =
  | { readonly kind: "hello"; readonly hello: Hello }
  | { readonly kind: "event"; readonly event: DurableEvent }
  | { readonly kind: "ok"; readonly re: string; readonly d: unknown }
  | { readonly kind: "error"; readonly re: string | null; readonly problem: ProblemDocument }
  | { readonly kind: "typing"; readonly room: RoomId; readonly user: UserId }
  | { readonly kind: "presence"; readonly changes: readonly PresenceChange[] }
  | { readonly kind: "reconnect"; readonly afterMs: number }
  /** Proof of life and nothing else. */
  | { readonly kind: "other" };

/** What a client asks over the gateway, by operation. */
export type Operations = {
  readonly [O in ServerOperation as O["op"]]: O extends { readonly d: infer D } ? D : object;
};

export type Operation = keyof Operations;

export function encodeOperation<O extends Operation>(op: O, id: string, d: Operations[O]): string {
  return JSON.stringify({ op, id, d });
}

/** Answers `null` for what is no frame at all. */
export function parseFrame(text: unknown): Frame | null {
  if (typeof text !== "string") return null;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isObject(value) || typeof value.t !== "string") return null;
  const { t, s, n, d, re } = value;
  if (typeof s === "string" && typeof n === "number" && Number.isSafeInteger(n)) {
    return { kind: "event", event: parseEvent(t as string, s, n, d) };
  }
  return parseSignal(t as string, s, d, re);
}

function parseSignal(t: string, s: unknown, d: unknown, re: unknown): Frame {
  if (t === "ok" && typeof re === "string") return { kind: "ok", re, d };
  if (t === "error") {
    const problem = problemDocument(d) ?? { status: 500, code: "unknown", title: "The server refused." };
    return { kind: "error", re: typeof re === "string" ? re : null, problem };
  }
  if (t === "hello" && isHello(d)) return { kind: "hello", hello: d };
  if (t === "typing" && typeof s === "string" && hasText(d, "user")) {
    return { kind: "typing", room: s.slice("room:".length), user: d.user };
  }
  if (t === "presence" && Array.isArray(d)) return { kind: "presence", changes: d.filter(isPresenceChange) };
  if (t === "reconnect") {
    const afterMs = isObject(d) && typeof d.after_ms === "number" ? d.after_ms : 0;
    return { kind: "reconnect", afterMs };
  }
  return { kind: "other" };
}

const isAnything = (d: unknown): boolean => isObject(d);
const isThing = (d: unknown): boolean => hasText(d, "id");
const isMessage = (d: unknown): boolean =>
  isObject(d) &&
  typeof d.id === "string" &&
  typeof d.ts === "number" &&
  Array.isArray(d.mentions) &&
  Array.isArray(d.reactions);
const isMember = (d: unknown): boolean => hasText(d, "user");
const isReaction = (d: unknown): boolean => hasText(d, "message") && hasText(d, "emoji") && hasText(d, "user");
const isAboutRoom = (d: unknown): boolean => hasText(d, "room");

/** What each payload must at least be, to be applied without a surprise. */
const checks: { readonly [T in EventType]: (d: unknown) => boolean } = {
  "message.created": isMessage,
  "message.updated": isMessage,
  "message.deleted": isMessage,
  "reaction.added": isReaction,
  "reaction.removed": isReaction,
  "pin.added": (d) => hasText(d, "message"),
  "pin.removed": (d) => hasText(d, "message"),
  "member.joined": isMember,
  "member.left": isMember,
  "member.updated": isMember,
  "room.updated": isThing,
  "room.archived": isThing,
  "room.trimmed": (d) => isObject(d) && typeof d.before_ts === "number",
  "room.history_changed": () => true,
  "thread.updated": (d) => hasText(d, "root") && "reply_count" in d,
  "room.joined": (d) => isAboutRoom(d) && "head" in (d as object),
  "room.left": isAboutRoom,
  "read.updated": (d) => isAboutRoom(d) && "read_ts" in (d as object),
  "draft.updated": isAnything,
  "saved.updated": isAnything,
  "settings.updated": isAnything,
  "session.revoked": (d) => hasText(d, "session") || hasText(d, "id"),
  "user.created": isThing,
  "user.updated": isThing,
  "room.created": isThing,
  "emoji.updated": isAnything,
  "group.updated": isAnything,
  skip: () => true,
};

function parseEvent(t: string, s: StreamId, n: number, d: unknown): DurableEvent {
  const skip: DurableEvent = { t: "skip", s, n, d: null };
  if (!Object.hasOwn(checks, t)) return skip;
  const type = t as EventType;
  if (!checks[type](d)) return skip;
  if (type === "session.revoked") {
    const session = hasText(d, "session") ? d.session : hasText(d, "id") ? d.id : "";
    return { t: type, s, n, d: { ...(d as EventPayloads[typeof type]), session } };
  }
  return { t: type, s, n, d } as DurableEvent;
}

/** What the `ok` of a `sync` says. */
export function parseSynced(d: unknown): Synced {
  const source = isObject(d) ? d : {};
  const reset: Record<StreamId, number> = {};
  if (isObject(source.reset)) {
    for (const [stream, head] of Object.entries(source.reset)) if (typeof head === "number") reset[stream] = head;
  }
  const gone = Array.isArray(source.gone) ? source.gone.filter((item) => typeof item === "string") : [];
  return { reset, gone };
}

/** The message that a `send` was answered with. */
export function parseMessage(d: unknown): Message | null {
  return isMessage(d) ? (d as Message) : null;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function hasText<K extends string>(value: unknown, key: K): value is Record<K, string> {
  return isObject(value) && typeof value[key] === "string";
}

function isHello(d: unknown): d is Hello {
  return (
    hasText(d, "user") &&
    hasText(d, "epoch") &&
    isObject(d["heads" as keyof typeof d]) &&
    "heartbeat_ms" in (d as object)
  );
}

function isPresenceChange(value: unknown): value is PresenceChange {
  return hasText(value, "user") && hasText(value, "status");
}
