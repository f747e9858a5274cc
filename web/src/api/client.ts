/**
 * The one way to the HTTP API. Every call answers with its value or throws: `Problem` when the server
 * refused, `NetworkError` when no usable answer came (so the outcome of a write is unknown).
 */
import type {
  FieldProblem,
  FilePreview,
  History,
  Me,
  Member,
  Message,
  MyRoom,
  NamedRoom,
  NewMessage,
  NewRoom,
  NewUpload,
  Page,
  ProblemDocument,
  ReadPosition,
  RoomChange,
  RoomFile,
  RoomId,
  RoomRole,
  RoomView,
  Session,
  StoredFile,
  Ts,
  Upload,
  User,
  UserId,
} from "./types.ts";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** What the server said no with. */
export class Problem extends Error {
  override readonly name = "Problem";
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string | null;
  readonly errors: readonly FieldProblem[];
  /** Milliseconds that `Retry-After` asked to wait. */
  readonly retryAfter: number | null;

  constructor(document: ProblemDocument, retryAfter: number | null = null) {
    super(document.detail ?? document.title);
    this.status = document.status;
    this.code = document.code;
    this.title = document.title;
    this.detail = document.detail ?? null;
    this.errors = document.errors ?? [];
    this.retryAfter = retryAfter;
  }

  /** The same request may succeed later without being changed. */
  get transient(): boolean {
    return this.status >= 500 || this.status === 429 || this.status === 408 || this.status === 425;
  }
}

/** No answer, or not one of ours: a broken link, a time-out, a proxy's page. */
export class NetworkError extends Error {
  override readonly name = "NetworkError";
}

export interface ApiOptions {
  /** Where the server is, such as `https://chat.example.org`; empty for the page's own origin. */
  readonly baseUrl: string;
  readonly fetch: typeof globalThis.fetch;
  /** Calls `expired` after `ms`; the answer cancels. Tests pass their own clock. */
  readonly timer: (expired: () => void, ms: number) => () => void;
}

/**
 * A link that swallows bytes never fails by itself; after this long it counts as broken. What only reads is asked again
 * sooner: after a silent cut it would wait on connections that are dead.
 */
const READ_TIMEOUT_MS = 10_000;
const WRITE_TIMEOUT_MS = 30_000;

export type Query = Readonly<Record<string, string | number | boolean | null | undefined>>;

export interface Api {
  call<T>(method: Method, path: string, body?: unknown): Promise<T>;
  me(): Promise<Me>;
  sessions(): Promise<Page<Session>>;
  users(cursor?: string | null, query?: string): Promise<Page<User>>;
  user(id: UserId): Promise<User>;
  rooms(cursor?: string | null): Promise<Page<MyRoom>>;
  directory(cursor?: string | null, query?: string): Promise<Page<RoomView>>;
  room(id: RoomId): Promise<RoomView>;
  createRoom(room: NewRoom): Promise<NamedRoom>;
  startDirect(users: readonly UserId[]): Promise<MyRoom>;
  updateRoom(id: RoomId, change: RoomChange): Promise<RoomView>;
  archiveRoom(id: RoomId): Promise<void>;
  members(room: RoomId, cursor?: string | null): Promise<Page<Member>>;
  addMember(room: RoomId, user: UserId): Promise<void>;
  setRole(room: RoomId, user: UserId, role: RoomRole): Promise<void>;
  removeMember(room: RoomId, user: UserId): Promise<void>;
  history(room: RoomId, query: HistoryQuery): Promise<History>;
  post(room: RoomId, message: NewMessage): Promise<Message>;
  edit(message: string, body: string): Promise<Message>;
  remove(message: string): Promise<void>;
  read(room: RoomId, ts: Ts, unread: boolean): Promise<ReadPosition>;
  /** A small file in one piece. */
  storeFile(name: string, bytes: Blob): Promise<StoredFile>;
  beginUpload(upload: NewUpload): Promise<Upload>;
  upload(id: string): Promise<Upload>;
  dropUpload(id: string): Promise<void>;
  preview(file: string): Promise<FilePreview>;
  roomFiles(room: RoomId, cursor?: string | null): Promise<Page<RoomFile>>;
  /** Who aborts it takes no answer any more, and no cookie that it would take away. */
  logout(signal: AbortSignal): Promise<void>;
}

export interface HistoryQuery {
  readonly before?: Ts;
  readonly after?: Ts;
  readonly around?: Ts;
  readonly limit?: number;
}

/** The largest page that the server gives. */
export const PAGE_MAX = 200;

export function createApi(options: ApiOptions): Api {
  const call = <T>(method: Method, path: string, body?: unknown): Promise<T> => request<T>(options, method, path, body);
  return {
    call,
    me: () => call("GET", "/me"),
    sessions: () => call("GET", "/me/sessions"),
    users: (cursor, query) => call("GET", `/users${search({ limit: PAGE_MAX, cursor, query })}`),
    user: (id) => call("GET", `/users/${id}`),
    rooms: (cursor) => call("GET", `/rooms${search({ limit: PAGE_MAX, cursor })}`),
    directory: (cursor, query) => call("GET", `/rooms${search({ scope: "public", cursor, query })}`),
    room: (id) => call("GET", `/rooms/${id}`),
    createRoom: (room) => call("POST", "/rooms", room),
    startDirect: (users) => call("POST", "/directs", { users }),
    updateRoom: (id, change) => call("PATCH", `/rooms/${id}`, change),
    archiveRoom: (id) => call("DELETE", `/rooms/${id}`),
    members: (room, cursor) => call("GET", `/rooms/${room}/members${search({ limit: PAGE_MAX, cursor })}`),
    addMember: (room, user) => call("PUT", `/rooms/${room}/members/${user}`, {}),
    setRole: (room, user, role) => call("PUT", `/rooms/${room}/members/${user}`, { role }),
    removeMember: (room, user) => call("DELETE", `/rooms/${room}/members/${user}`),
    history: (room, query) => call("GET", `/rooms/${room}/messages${search({ ...query })}`),
    post: (room, message) => call("POST", `/rooms/${room}/messages`, message),
    edit: (message, body) => call("PATCH", `/messages/${message}`, { body }),
    remove: (message) => call("DELETE", `/messages/${message}`),
    read: (room, ts, unread) => call("PUT", `/rooms/${room}/read`, unread ? { ts, unread: true } : { ts }),
    storeFile: (name, bytes) => call("POST", `/files${search({ name })}`, bytes),
    beginUpload: (upload) => call("POST", "/uploads", upload),
    upload: (id) => call("GET", `/uploads/${id}`),
    dropUpload: (id) => call("DELETE", `/uploads/${id}`),
    preview: (file) => call("GET", `/files/${file}/preview`),
    roomFiles: (room, cursor) => call("GET", `/rooms/${room}/files${search({ cursor })}`),
    logout: (signal) => request(options, "POST", "/auth/logout", {}, signal),
  };
}

async function request<T>(
  options: ApiOptions,
  method: Method,
  path: string,
  body: unknown,
  signal?: AbortSignal,
): Promise<T> {
  const abort = new AbortController();
  signal?.addEventListener("abort", () => abort.abort());
  const cancel = options.timer(() => abort.abort(), method === "GET" ? READ_TIMEOUT_MS : WRITE_TIMEOUT_MS);
  try {
    const init: RequestInit = {
      method,
      credentials: "include",
      signal: abort.signal,
      headers: { accept: "application/json" },
    };
    if (body instanceof Blob) {
      init.headers = { accept: "application/json", "content-type": body.type || "application/octet-stream" };
      init.body = body;
    } else if (body !== undefined) {
      init.headers = { accept: "application/json", "content-type": "application/json" };
      init.body = JSON.stringify(body);
    }
    const { fetch } = options;
    const response = await fetch(`${options.baseUrl}/api/v1${path}`, init);
    // The body is part of the answer: a link that dies under it has answered nothing.
    const text = await response.text();
    if (!response.ok) throw refusal(response.status, response.headers.get("retry-after"), text);
    return text === "" ? (undefined as T) : (JSON.parse(text) as T);
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new NetworkError("The server did not answer.", { cause: error });
  } finally {
    cancel();
  }
}

/** What an answer that isn't a success says. */
export function refusal(status: number, retryAfter: string | null, text: string): Problem {
  const document = problemDocument(text) ?? { code: "unknown", title: `HTTP ${status}` };
  return new Problem({ ...document, status }, seconds(retryAfter));
}

/** Reads a problem document from JSON text or from an `error` frame's `d`. */
export function problemDocument(source: unknown): ProblemDocument | null {
  let value: unknown = source;
  if (typeof source === "string") {
    try {
      value = JSON.parse(source);
    } catch {
      return null;
    }
  }
  if (typeof value !== "object" || value === null) return null;
  const { status, code, title, detail, errors, retry_after } = value as Record<string, unknown>;
  if (typeof code !== "string") return null;
  const document = {
    status: typeof status === "number" ? status : 500,
    code,
    title: typeof title === "string" ? title : code,
    errors: Array.isArray(errors) ? (errors as FieldProblem[]) : [],
  };
  return {
    ...document,
    ...(typeof detail === "string" && { detail }),
    ...(typeof retry_after === "number" && { retry_after }),
  };
}

function seconds(header: string | null): number | null {
  if (header === null) return null;
  const value = Number(header);
  return Number.isFinite(value) && value >= 0 ? value * 1000 : null;
}

/** A query as an address carries it: what is left out, `null` or unknown isn't there. */
export function search(query: Query): string {
  const pairs = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null) pairs.set(name, String(value));
  }
  const text = pairs.toString();
  return text === "" ? "" : `?${text}`;
}
