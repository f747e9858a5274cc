/**
 * The way between an engine and the model server. Nothing moves by itself: a test delivers frame by frame,
 * answer by answer, in any order that the contract allows, and cuts where it likes.
 */
import type { NewUpload, StreamId, UserId } from "../../api/types.ts";
import type { Parcel, Platform, Receipt, Socket, SocketFactory } from "../contract.ts";
import type { Storage } from "../storage.ts";
import { noChannel, soleTab } from "../tabs.ts";
import type { Chance } from "./chance.ts";
import type { ManualClock } from "./manual-clock.ts";
import { type ModelEvent, type ModelServer, Refused } from "./model-server.ts";

/** Small pages, so that every walk meets their edges. */
const PAGE = 6;

class ModelSocket implements Socket {
  readyState = 0;
  onopen: Socket["onopen"] = null;
  onmessage: Socket["onmessage"] = null;
  onclose: Socket["onclose"] = null;
  onerror: Socket["onerror"] = null;
  /** The proxy in between swallows everything, without a reset. */
  swallowed = false;
  readonly queues = new Map<StreamId, ModelEventFrame[]>();
  readonly answers: { readonly text: string; readonly after: ReadonlyMap<StreamId, number> }[] = [];
  readonly delivered = new Map<StreamId, number>();
  readonly subscribed = new Set<StreamId>();
  readonly onOp: (text: string) => void;

  constructor(onOp: (text: string) => void) {
    this.onOp = onOp;
  }

  send(text: string): void {
    if (this.readyState === 1 && !this.swallowed) this.onOp(text);
  }

  close(): void {
    this.readyState = 3;
  }

  open(): void {
    this.readyState = 1;
    this.onopen?.(new Event("open"));
  }

  cut(code: number): void {
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.onclose?.({ code, reason: "" } as CloseEvent);
  }

  push(text: string): void {
    if (!this.swallowed) this.onmessage?.({ data: text } as MessageEvent);
  }
}

interface ModelEventFrame {
  readonly n: number;
  readonly text: string;
}

interface PendingAnswer {
  give(): void;
  lose(): void;
}

export class ModelNetwork {
  sockets: ModelSocket[] = [];
  requests: PendingAnswer[] = [];
  /** Nobody answers: no handshake, no HTTP. */
  down = false;
  signedIn = true;

  private readonly server: ModelServer;
  private readonly user: UserId;
  private readonly luck: Chance;

  constructor(server: ModelServer, user: UserId, luck: Chance) {
    this.server = server;
    this.user = user;
    this.luck = luck;
    server.onPublished.add((event, revoke) => this.publish(event, revoke));
  }

  platform(clock: ManualClock, storage: Storage): Platform {
    const none = (): (() => void) => () => {};
    return {
      baseUrl: "http://model",
      gatewayUrl: "ws://model",
      fetch: this.fetch,
      socket: this.connect,
      files: { send: this.send, measure: () => Promise.resolve(null) },
      storage,
      cache: storage,
      locks: soleTab,
      channel: noChannel,
      clock,
      random: this.luck.next,
      surroundings: { onOnline: none, onVisible: none, onHide: none, onBlur: none },
    };
  }

  /** Of what is cut on its way a part arrives. */
  private readonly send = ({ url, headers, bytes, onSent, signal }: Parcel): Promise<Receipt> =>
    new Promise((resolve, reject) => {
      const id = url.split("/").at(-1) ?? "";
      const take = async (size: number): Promise<Receipt> => {
        const part = new Uint8Array(await bytes.slice(0, size).arrayBuffer());
        try {
          const offset = Number(headers["upload-offset"]);
          const upload = this.server.takeBytes(this.user, id, offset, part);
          return { status: 200, text: JSON.stringify(upload), retryAfter: null };
        } catch (error) {
          if (!(error instanceof Refused)) throw error;
          const { status, code } = error;
          return { status, text: JSON.stringify({ status, code, title: code }), retryAfter: null };
        }
      };
      onSent(Math.ceil(bytes.size / 2));
      const lost = (): void => reject(new TypeError("network"));
      signal.addEventListener("abort", lost);
      this.requests.push({
        give: () => void take(bytes.size).then(resolve),
        lose: () => void take(Math.floor(bytes.size / 2)).then(lost),
      });
    });

  private readonly connect: SocketFactory = () => {
    const socket: ModelSocket = new ModelSocket((text) => this.operate(socket, text));
    this.sockets.push(socket);
    return socket;
  };

  /** Moves one thing that is on its way; answers whether there was any. */
  step(): boolean {
    this.sockets = this.sockets.filter((socket) => socket.readyState !== 3);
    const moves: (() => void)[] = this.requests.map((request) => () => {
      this.requests = this.requests.filter((other) => other !== request);
      if (this.down) request.lose();
      else request.give();
    });
    for (const socket of this.sockets) {
      if (socket.readyState === 0) moves.push(() => this.shakeHands(socket));
      for (const [stream, queue] of socket.queues) if (queue.length > 0) moves.push(() => this.deliver(socket, stream));
      const answer = socket.answers[0];
      const due = answer && [...answer.after].every(([stream, n]) => (socket.delivered.get(stream) ?? 0) >= n);
      if (due) moves.push(() => socket.push(socket.answers.shift()?.text ?? ""));
    }
    const move = this.luck.pick(moves);
    move?.();
    return move !== undefined;
  }

  cut(): void {
    for (const socket of this.sockets) socket.cut(1006);
  }

  swallow(): void {
    for (const socket of this.sockets) socket.swallowed = true;
  }

  private shakeHands(socket: ModelSocket): void {
    if (this.down || !this.signedIn) {
      socket.cut(1006);
      return;
    }
    socket.open();
    const heads: Record<StreamId, number> = {};
    for (const stream of this.server.streams(this.user)) {
      heads[stream] = this.server.head(stream);
    }
    const { epoch } = this.server;
    const d = { user: this.user, session: `session-${this.user}`, epoch, version: "1", heartbeat_ms: 30_000, heads };
    socket.answers.push({ text: JSON.stringify({ t: "hello", d }), after: new Map() });
  }

  private deliver(socket: ModelSocket, stream: StreamId): void {
    const queue = socket.queues.get(stream);
    const frame = queue?.[0];
    if (!queue || !frame) return;
    // The link may repeat a frame, never skip one.
    if (!this.luck.happens(0.1)) queue.shift();
    socket.delivered.set(stream, Math.max(socket.delivered.get(stream) ?? 0, frame.n));
    socket.push(frame.text);
  }

  private enqueue(socket: ModelSocket, event: ModelEvent): void {
    const queue = socket.queues.get(event.s) ?? [];
    socket.queues.set(event.s, queue);
    queue.push({ n: event.n, text: JSON.stringify({ t: event.t, s: event.s, n: event.n, d: event.d() }) });
  }

  private publish(event: ModelEvent, revoke: UserId | null): void {
    for (const socket of this.sockets) {
      if (event.t === "room.joined" && event.s === `user:${this.user}` && socket.subscribed.has(event.s)) {
        const { room } = event.d() as { room: string };
        socket.subscribed.add(`room:${room}`);
      }
      if (!socket.subscribed.has(event.s)) continue;
      this.enqueue(socket, event);
      if (revoke === this.user) socket.subscribed.delete(event.s);
    }
  }

  private operate(socket: ModelSocket, text: string): void {
    const { op, id, d } = JSON.parse(text) as { op: string; id: string; d: Record<string, unknown> };
    const ok = (value: unknown, after: ReadonlyMap<StreamId, number> = new Map()): void => {
      socket.answers.push({ text: JSON.stringify({ t: "ok", re: id, d: value }), after });
    };
    try {
      if (op === "sync") this.sync(socket, d, ok);
      else if (op === "send") {
        const { message } = this.server.post(this.user, str(d.room), str(d.body), str(d.client_id), ids(d.attachments));
        ok(message);
      } else if (op === "read") ok(this.server.read(this.user, str(d.room), Number(d.ts), false));
      else if (op === "watch") {
        socket.subscribed.add(str(d.stream));
        ok({ head: this.server.head(str(d.stream)) });
      } else if (op === "unwatch") {
        socket.subscribed.delete(str(d.stream));
        ok({});
      } else ok({});
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      const problem = { status: error.status, code: error.code, title: error.code };
      socket.answers.push({ text: JSON.stringify({ t: "error", re: id, d: problem }), after: new Map() });
    }
  }

  private sync(
    socket: ModelSocket,
    d: Record<string, unknown>,
    ok: (value: unknown, after: ReadonlyMap<StreamId, number>) => void,
  ): void {
    const cursors = d.cursors as Record<StreamId, number>;
    const reset: Record<StreamId, number> = {};
    const gone: StreamId[] = [];
    const mine = this.server.streams(this.user);
    const until = new Map<StreamId, number>();
    for (const stream of new Set([...mine, ...Object.keys(cursors)])) {
      const isRoom = stream.startsWith("room:");
      if (!mine.includes(stream) && !(isRoom && this.server.mayRead(this.user, stream.slice(5)))) {
        gone.push(stream);
        continue;
      }
      socket.subscribed.add(stream);
      const head = this.server.head(stream);
      const missed = this.server.after(stream, cursors[stream] ?? head);
      if (missed) {
        for (const event of missed) this.enqueue(socket, event);
        if (missed.length > 0) until.set(stream, head);
      } else reset[stream] = head;
    }
    ok({ reset, gone }, until);
  }

  private readonly fetch = (input: unknown, init?: RequestInit): Promise<Response> =>
    new Promise((resolve, reject) => {
      const url = new URL(String(input));
      const work = (): Response => this.answer(url, init);
      // The server works when the request comes or when the answer goes: what it saw may be old by then.
      const early = this.luck.happens(0.7) && !this.down ? work() : null;
      this.requests.push({
        give: () => resolve(early ?? work()),
        lose: () => reject(new TypeError("network")),
      });
    });

  private answer(url: URL, init: RequestInit | undefined): Response {
    try {
      if (!this.signedIn) throw new Refused(401, "signed_out");
      const method = init?.method ?? "GET";
      const body = typeof init?.body === "string" ? (JSON.parse(init.body) as Record<string, unknown>) : {};
      return Response.json(this.route(method, url.pathname.slice("/api/v1".length), url.searchParams, body));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      const { status, code } = error;
      return Response.json({ status, code, title: code }, { status });
    }
  }

  private route(method: string, path: string, query: URLSearchParams, body: Record<string, unknown>): unknown {
    const { server, user } = this;
    const [, resource = "", id = "", part = "", other = ""] = path.split("/");
    const heads = (...streams: StreamId[]): Record<StreamId, number> =>
      Object.fromEntries(streams.map((stream) => [stream, server.head(stream)]));
    if (path === "/auth/logout") {
      // Told before it is answered, as the server does.
      server.endSession(user);
      this.signedIn = false;
      return {};
    }
    if (resource === "me") return server.me(user);
    if (path === "/uploads") return server.beginUpload(user, body as unknown as NewUpload);
    if (resource === "uploads" && method === "GET") return server.upload(user, id);
    if (resource === "uploads") {
      server.dropUpload(user, id);
      return {};
    }
    if (resource === "users") {
      return id ? server.user(id) : { items: [...server.users.values()], next_cursor: null, heads: heads("workspace") };
    }
    if (resource === "rooms" && id === "") {
      // One room a page, so that the list changes under the reader.
      const rooms = server.mine(user);
      const at = Number(query.get("cursor") ?? 0);
      const items = rooms.slice(at, at + 2);
      const next_cursor = at + 2 < rooms.length ? String(at + 2) : null;
      return { items, next_cursor, heads: heads(`user:${user}`, ...items.map((room) => `room:${room.id}`)) };
    }
    if (resource === "rooms" && part === "") return server.view(user, id);
    if (part === "messages" && method === "POST") {
      return server.post(user, id, str(body.body), str(body.client_id), ids(body.attachments)).message;
    }
    if (part === "messages") {
      const number = (name: string): number | null => (query.has(name) ? Number(query.get(name)) : null);
      return server.history(user, id, {
        before: number("before"),
        after: number("after"),
        around: number("around"),
        limit: PAGE,
      });
    }
    if (part === "members" && method === "GET") {
      const items = [...server.visible(user, id).members].map(([member, { role }]) => ({ user: member, role }));
      return { items, next_cursor: null, heads: heads(`room:${id}`) };
    }
    if (part === "members" && method === "PUT") {
      server.visible(user, id);
      server.addMember(id, other);
      return { user: other, role: "member" };
    }
    if (part === "members") {
      server.removeMember(id, other);
      return {};
    }
    if (part === "read") return server.read(user, id, Number(body.ts), body.unread === true);
    if (resource === "messages" && method === "PATCH") return server.edit(id, str(body.body));
    if (resource === "messages") return server.remove(id);
    throw new Refused(404, "not_found");
  }
}

function ids(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(str) : [];
}

function str(value: unknown): string {
  return String(value);
}
