/**
 * A server small enough to be obviously right: rooms, members, messages, numbered streams, snapshots with
 * heads. Network and faults are in `model-network.ts`.
 */
import type {
  History,
  Me,
  Message,
  MyRoom,
  NewUpload,
  Room,
  RoomId,
  RoomView,
  StoredFile,
  StreamId,
  Upload,
  User,
  UserId,
} from "../../api/types.ts";

export interface ModelEvent {
  readonly t: string;
  readonly s: StreamId;
  readonly n: number;
  /** Rendered when it is sent, from what is true then, as messages are. */
  readonly d: () => unknown;
}

interface ModelMember {
  role: "owner" | "member";
  joined_at: string;
  read_ts: number;
}

interface ModelRoom {
  room: Room;
  members: Map<UserId, ModelMember>;
  messages: Message[];
  last_ts: number;
}

interface ModelUpload {
  readonly user: UserId;
  readonly name: string;
  readonly type: string;
  readonly size: number;
  bytes: Uint8Array;
  file: StoredFile | null;
}

export type Published = (event: ModelEvent, revoke: UserId | null) => void;

export class Refused extends Error {
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string) {
    super(code);
    this.status = status;
    this.code = code;
  }
}

const NEVER = "2026-01-01T00:00:00.000000Z";

export class ModelServer {
  epoch = "epoch-1";
  readonly users = new Map<UserId, User>();
  readonly rooms = new Map<RoomId, ModelRoom>();
  readonly onPublished = new Set<Published>();
  readonly uploads = new Map<string, ModelUpload>();
  readonly files = new Map<string, { readonly file: StoredFile; readonly bytes: Uint8Array }>();
  maxFileBytes = 1024 ** 3;
  private log = new Map<StreamId, { head: number; events: ModelEvent[] }>();
  private ids = 0;
  private ticks = 1_000;

  private time(): string {
    this.ticks += 1;
    return new Date(Date.UTC(2026, 0, 1) + this.ticks * 1000).toISOString();
  }

  private id(kind: string): string {
    this.ids += 1;
    return `${kind}-${String(this.ids).padStart(5, "0")}`;
  }

  head(stream: StreamId): number {
    return this.log.get(stream)?.head ?? 0;
  }

  private append(s: StreamId, t: string, d: () => unknown, revoke: UserId | null = null): number {
    const log = this.log.get(s) ?? { head: 0, events: [] };
    this.log.set(s, log);
    log.head += 1;
    const event: ModelEvent = { t, s, n: log.head, d };
    log.events.push(event);
    for (const heard of this.onPublished) heard(event, revoke);
    return log.head;
  }

  /** The events after `cursor`, or `null` when the log doesn't reach there. */
  after(stream: StreamId, cursor: number): readonly ModelEvent[] | null {
    const log = this.log.get(stream) ?? { head: 0, events: [] };
    if (cursor > log.head) return null;
    if (cursor === log.head) return [];
    const events = log.events.filter((event) => event.n > cursor);
    return events.length === log.head - cursor ? events : null;
  }

  prune(stream: StreamId, keep: number): void {
    const log = this.log.get(stream);
    if (log) log.events = log.events.slice(-keep);
  }

  /** A restore: the data is there, the numbers begin anew. */
  restore(): void {
    this.epoch = `${this.epoch}'`;
    this.uploads.clear();
    this.files.clear();
    for (const log of this.log.values()) {
      log.head = Math.floor(log.head / 2);
      log.events = [];
    }
    for (const { messages } of this.rooms.values()) {
      messages.forEach((message, index) => {
        messages[index] = { ...message, n: 1 };
      });
    }
  }

  addUser(name: string): UserId {
    const id = this.id("user");
    const user: User = {
      id,
      kind: "person",
      username: name,
      display_name: name,
      role: "member",
      avatar: null,
      time_zone: null,
      deactivated_at: null,
      created_at: NEVER,
    };
    this.users.set(id, user);
    this.append("workspace", "user.created", () => user);
    return id;
  }

  renameUser(id: UserId, name: string): void {
    const user = this.user(id);
    const renamed = { ...user, display_name: name };
    this.users.set(id, renamed);
    this.append("workspace", "user.updated", () => renamed);
  }

  /** Shuts somebody out, or lets them in again. */
  deactivateUser(id: UserId, at: string | null): void {
    const user = { ...this.user(id), deactivated_at: at };
    this.users.set(id, user);
    this.append("workspace", "user.updated", () => user);
  }

  me(id: UserId): Me {
    return { ...this.user(id), email: "someone@example.org", session: `session-${id}` };
  }

  user(id: UserId): User {
    const user = this.users.get(id);
    if (!user) throw new Refused(404, "not_found");
    return user;
  }

  createRoom(maker: UserId, kind: "public" | "private", name: string): RoomId {
    const id = this.id("room");
    const room: Room = {
      id,
      kind,
      name,
      topic: "",
      archived_at: null,
      retention_days: null,
      history: "all",
      who_posts: "members",
      who_invites: "members",
      members: 0,
      users: [],
      created_at: this.time(),
    };
    this.rooms.set(id, { room, members: new Map(), messages: [], last_ts: 0 });
    if (kind === "public") this.append("workspace", "room.created", () => this.plain(id));
    this.addMember(id, maker, "owner");
    return id;
  }

  private state(id: RoomId): ModelRoom {
    const room = this.rooms.get(id);
    if (!room) throw new Refused(404, "not_found");
    return room;
  }

  mayRead(user: UserId, id: RoomId): boolean {
    const room = this.rooms.get(id);
    return room !== undefined && (room.members.has(user) || room.room.kind === "public");
  }

  visible(user: UserId, id: RoomId): ModelRoom {
    if (!this.mayRead(user, id)) throw new Refused(404, "not_found");
    return this.state(id);
  }

  addMember(id: RoomId, user: UserId, role: "owner" | "member" = "member"): void {
    const room = this.state(id);
    if (room.members.has(user)) return;
    room.members.set(user, { role, joined_at: this.time(), read_ts: room.last_ts });
    const n = this.append(`room:${id}`, "member.joined", () => ({ user, role }));
    this.append(`user:${user}`, "room.joined", () => ({ room: id, head: n }));
  }

  removeMember(id: RoomId, user: UserId): void {
    const room = this.state(id);
    const member = room.members.get(user);
    if (!member) return;
    room.members.delete(user);
    this.append(`room:${id}`, "member.left", () => ({ user, role: member.role }), user);
    this.append(`user:${user}`, "room.left", () => ({ room: id }));
  }

  setRole(id: RoomId, user: UserId, role: "owner" | "member"): void {
    const member = this.state(id).members.get(user);
    if (!member || member.role === role) return;
    member.role = role;
    this.append(`room:${id}`, "member.updated", () => ({ user, role }));
  }

  updateRoom(id: RoomId, change: Partial<Room>, type = "room.updated"): void {
    const room = this.state(id);
    room.room = { ...room.room, ...change };
    this.append(`room:${id}`, type, () => this.plain(id));
  }

  archive(id: RoomId): void {
    this.updateRoom(id, { archived_at: this.time() }, "room.archived");
  }

  beginUpload(user: UserId, { name, size, type }: NewUpload): Upload {
    if (size > this.maxFileBytes) throw new Refused(413, "file_too_large");
    const id = this.id("upload");
    this.uploads.set(id, { user, name, size, type: type ?? "", bytes: new Uint8Array(0), file: null });
    return this.upload(user, id);
  }

  upload(user: UserId, id: string): Upload {
    const upload = this.uploads.get(id);
    if (upload?.user !== user) throw new Refused(404, "not_found");
    const { name, size, bytes, file } = upload;
    return { id, name, size, offset: bytes.length, expires_at: this.time(), file };
  }

  /** Takes bytes at `offset`; what came before a cut counts. */
  takeBytes(user: UserId, id: string, offset: number, bytes: Uint8Array): Upload {
    const upload = this.uploads.get(id);
    if (upload?.user !== user) throw new Refused(404, "not_found");
    if (offset !== upload.bytes.length) throw new Refused(409, "offset_mismatch");
    const joined = new Uint8Array(offset + bytes.length);
    joined.set(upload.bytes);
    joined.set(bytes, offset);
    upload.bytes = joined;
    if (upload.bytes.length === upload.size) {
      const { name, type, size } = upload;
      const file = { id: this.id("file"), name, type, size, width: null, height: null, placeholder: null };
      upload.file = { ...file, thumbnail: false, created_at: this.time() };
      this.files.set(upload.file.id, { file: upload.file, bytes: upload.bytes });
    }
    return this.upload(user, id);
  }

  dropUpload(user: UserId, id: string): void {
    this.upload(user, id);
    this.uploads.delete(id);
  }

  post(
    user: UserId,
    id: RoomId,
    body: string,
    client_id: string,
    attached: readonly string[] = [],
  ): { message: Message; repeated: boolean } {
    const room = this.visible(user, id);
    if (!room.members.has(user)) throw new Refused(403, "not_a_member");
    const first = room.messages.find((message) => message.author === user && message.client_id === client_id);
    if (first) return { message: first, repeated: true };
    if (body === "" && attached.length === 0) throw new Refused(422, "empty");
    const attachments = attached.map((file) => this.files.get(file)?.file ?? null);
    if (attachments.includes(null)) throw new Refused(422, "unusable");
    this.ticks += 1;
    const plain = this.compose(id, user, body, client_id, this.ticks * 1000, this.head(`room:${id}`) + 1);
    const message = { ...plain, attachments: attachments.filter((file) => file !== null) };
    room.messages.push(message);
    room.last_ts = message.ts;
    this.append(`room:${id}`, "message.created", () => this.message(id, message.id) ?? message);
    return { message, repeated: false };
  }

  private compose(
    room: RoomId,
    author: UserId,
    body: string,
    client_id: string | null,
    ts: number,
    n: number,
  ): Message {
    return {
      id: this.id("message"),
      room,
      ts,
      n,
      kind: "message",
      author,
      body,
      thread: null,
      reply_count: 0,
      attachments: [],
      reactions: [],
      mentions: this.mentionsIn(body),
      previews: [],
      system: null,
      client_id,
      created_at: new Date(ts).toISOString(),
      edited_at: null,
      deleted_at: null,
    };
  }

  private mentionsIn(body: string): Message["mentions"] {
    return [...this.users.values()]
      .filter((user) => body.includes(`@${user.username}`))
      .map((user) => ({ user: user.id, start: 0, len: 1 }));
  }

  message(room: RoomId, id: string): Message | null {
    return this.rooms.get(room)?.messages.find((message) => message.id === id) ?? null;
  }

  find(id: string): Message | null {
    for (const room of this.rooms.keys()) {
      const message = this.message(room, id);
      if (message) return message;
    }
    return null;
  }

  private replace(message: Message, t: string, d?: () => unknown): Message {
    const room = this.state(message.room);
    room.messages = room.messages.map((other) => (other.id === message.id ? message : other));
    this.append(`room:${message.room}`, t, d ?? (() => this.message(message.room, message.id) ?? message));
    return message;
  }

  edit(id: string, body: string): Message {
    const message = this.find(id);
    if (!message || message.deleted_at) throw new Refused(404, "not_found");
    return this.replace(
      { ...message, body, mentions: this.mentionsIn(body), edited_at: this.time() },
      "message.updated",
    );
  }

  remove(id: string): Message {
    const message = this.find(id);
    if (!message || message.deleted_at) throw new Refused(404, "not_found");
    return this.replace(
      { ...message, body: "", mentions: [], reactions: [], deleted_at: this.time() },
      "message.deleted",
    );
  }

  react(id: string, user: UserId, emoji: string): void {
    const message = this.find(id);
    if (!message || message.deleted_at) return;
    const there = message.reactions.find((reaction) => reaction.emoji === emoji);
    const taken = there?.users.includes(user) === true;
    const users = taken ? (there?.users ?? []).filter((other) => other !== user) : [...(there?.users ?? []), user];
    const one = { emoji, users, count: users.length };
    const reactions = there
      ? message.reactions.map((other) => (other === there ? one : other)).filter((other) => other.count > 0)
      : [...message.reactions, one];
    const event = { message: id, user, emoji };
    this.replace({ ...message, reactions }, taken ? "reaction.removed" : "reaction.added", () => event);
  }

  reply(id: string): void {
    const message = this.find(id);
    if (!message) return;
    const reply_count = message.reply_count + 1;
    const event = { root: id, reply_count, last_ts: 0, participants: [] };
    this.replace({ ...message, reply_count }, "thread.updated", () => event);
  }

  trim(id: RoomId, before_ts: number): void {
    const room = this.state(id);
    room.messages = room.messages.filter((message) => message.ts >= before_ts);
    this.append(`room:${id}`, "room.trimmed", () => ({ before_ts }));
  }

  /** An import: old messages appear in the middle, without an event each. */
  importOld(id: RoomId, author: UserId): void {
    const room = this.state(id);
    const ts = 500 + this.ids;
    room.messages = [this.compose(id, author, "old", null, ts, 0), ...room.messages].sort((a, b) => a.ts - b.ts);
    room.last_ts = Math.max(room.last_ts, ts);
    this.append(`room:${id}`, "room.history_changed", () => ({}));
  }

  read(user: UserId, id: RoomId, ts: number, back: boolean): { read_ts: number; unread: number; mentions: number } {
    const member = this.visible(user, id).members.get(user);
    if (!member) throw new Refused(403, "not_a_member");
    const moves = back ? ts !== member.read_ts : ts > member.read_ts;
    if (moves) {
      member.read_ts = ts;
      const counts = this.counts(user, id);
      this.append(`user:${user}`, "read.updated", () => ({ room: id, read_ts: ts, ...counts }));
    }
    return { read_ts: member.read_ts, ...this.counts(user, id) };
  }

  endSession(user: UserId, reason?: string): void {
    const { session } = this.me(user);
    this.append(`user:${user}`, "session.revoked", () => ({ session, reason }));
  }

  strange(stream: StreamId): void {
    this.append(stream, "hologram.projected", () => ({ not: "known" }));
  }

  counts(user: UserId, id: RoomId): { unread: number; mentions: number } {
    const room = this.state(id);
    const readTs = room.members.get(user)?.read_ts ?? 0;
    const unread = room.messages.filter(
      (message) => message.ts > readTs && message.author !== user && !message.deleted_at,
    );
    return {
      unread: unread.length,
      mentions: unread.filter((message) => message.mentions.some((mention) => mention.user === user)).length,
    };
  }

  plain(id: RoomId): Room {
    const { room, members } = this.state(id);
    return { ...room, members: members.size };
  }

  view(user: UserId, id: RoomId): RoomView {
    const { last_ts, members } = this.visible(user, id);
    const seen = { ...this.plain(id), head: this.head(`room:${id}`), last_ts };
    const member = members.get(user);
    return member ? { ...seen, ...member, ...this.counts(user, id) } : seen;
  }

  mine(user: UserId): MyRoom[] {
    return [...this.rooms.entries()]
      .filter(([, room]) => room.members.has(user))
      .map(([id]) => this.view(user, id) as MyRoom);
  }

  streams(user: UserId): StreamId[] {
    return ["workspace", `user:${user}`, ...this.mine(user).map((room) => `room:${room.id}`)];
  }

  history(
    user: UserId,
    id: RoomId,
    query: { before: number | null; after: number | null; around: number | null; limit: number },
  ): History {
    const { messages } = this.visible(user, id);
    const head = this.head(`room:${id}`);
    const { before, after, around, limit } = query;
    let from = Math.max(0, messages.length - limit);
    let to = messages.length;
    if (before !== null) {
      to = messages.filter((message) => message.ts < before).length;
      from = Math.max(0, to - limit);
    } else if (after !== null) {
      from = messages.filter((message) => message.ts <= after).length;
      to = Math.min(messages.length, from + limit);
    } else if (around !== null) {
      const at = messages.filter((message) => message.ts < around).length;
      from = Math.max(0, at - Math.floor(limit / 2));
      to = Math.min(messages.length, from + limit);
    }
    return { items: messages.slice(from, to), has_before: from > 0, has_after: to < messages.length, head };
  }
}
