/**
 * The link to the gateway: connects, says hello, catches up, stays alive, comes back. Knows frames and
 * operations, not what they mean.
 *
 *     idle → connecting → syncing → live → waiting → connecting …
 *
 * A link that swallows bytes never closes by itself, so silence is checked here: when nothing was heard for one
 * and a half heartbeats, when an operation stays without answer, when the page is shown again, a `ping` must be
 * answered within `ANSWER_MS`.
 */
import { Problem } from "../api/client.ts";
import type { Hello, Synced } from "../api/types.ts";
import type { Clock, Random } from "./clock.ts";
import type { Socket, SocketFactory } from "./contract.ts";
import { encodeOperation, type Frame, type Operation, type Operations, parseFrame, parseSynced } from "./protocol.ts";
import type { Connection } from "./state.ts";

/** How long an answer may take before the link is suspect, and a suspect link before it is given up. */
const ANSWER_MS = 10_000;
const BACKOFF_FIRST_MS = 500;
const BACKOFF_MAX_MS = 30_000;
/** The server takes at most 64 unanswered operations of a connection. */
const IN_FLIGHT_MAX = 48;

const REVOKED = 4003;
const OPEN = 1;

/** The link was lost before the answer came: what became of the operation is not known. */
export class Disconnected extends Error {
  override readonly name = "Disconnected";
}

export interface LinkOptions {
  readonly url: string;
  readonly socket: SocketFactory;
  readonly clock: Clock;
  readonly random: Random;
  /** Answers with what to catch up from; throws when this hello is of another person. */
  readonly onHello: (hello: Hello) => Operations["sync"];
  readonly onSynced: (synced: Synced) => void;
  readonly onFrame: (frame: Frame) => void;
  readonly onConnection: (connection: Connection) => void;
  /** The handshake failed or the session was revoked: answers whether there is still someone signed in. */
  readonly stillSignedIn: () => Promise<boolean>;
}

export interface Link {
  start(): void;
  stop(): void;
  /** Resolves with the answer's `d`, rejects with `Problem` or `Disconnected`. */
  ask<O extends Operation>(op: O, d: Operations[O]): Promise<unknown>;
  /** For what may get lost: typing, presence. */
  tell<O extends Operation>(op: O, d: Operations[O]): void;
  readonly live: boolean;
  /** There may be a better moment to connect than the one that was planned: now. */
  hurry(): void;
  /** Asks for proof of life. */
  probe(): void;
  /** Comes back from the cursors: something was missed. */
  resync(): void;
}

interface Asked {
  readonly answered: (d: unknown) => void;
  readonly failed: (error: Error) => void;
  readonly cancel: () => void;
}

export function createLink(options: LinkOptions): Link {
  const { clock, random } = options;
  const asked = new Map<string, Asked>();
  let socket: Socket | null = null;
  let running = false;
  let attempt = 0;
  let lastId = 0;
  let downSince: number | null = null;
  let state: Connection["state"] = "idle";
  let heartbeatMs = 30_000;
  let cancelRetry: () => void = () => {};
  let cancelSilence: () => void = () => {};
  let cancelProbe: (() => void) | null = null;
  let afterMs: number | null = null;

  function become(next: Connection["state"], retryAt: number | null = null): void {
    state = next;
    if (next === "live") downSince = null;
    else downSince ??= clock.now();
    options.onConnection({ state, down_since: downSince, retry_at: retryAt, attempt });
  }

  function connect(): void {
    cancelRetry();
    if (!running || socket) return;
    become("connecting");
    let opened: Socket;
    try {
      opened = options.socket(options.url, "parley.v1");
    } catch {
      void wait();
      return;
    }
    socket = opened;
    let wasOpen = false;
    opened.onopen = () => {
      wasOpen = true;
      heard();
    };
    opened.onmessage = (message) => {
      if (socket !== opened) return;
      heard();
      const frame = parseFrame(message.data);
      if (frame) receive(frame);
    };
    opened.onerror = () => {};
    opened.onclose = ({ code }) => {
      if (socket === opened) void lost(code, wasOpen);
    };
    // A handshake into a hole is silence too.
    watchSilence();
  }

  function receive(frame: Frame): void {
    switch (frame.kind) {
      case "hello":
        sync(frame.hello);
        break;
      case "ok":
        answer(frame.re)?.answered(frame.d);
        break;
      case "error":
        if (frame.re !== null) answer(frame.re)?.failed(new Problem(frame.problem, retryAfter(frame.problem)));
        break;
      case "reconnect":
        afterMs = frame.afterMs;
        drop();
        break;
      default:
        options.onFrame(frame);
    }
  }

  function sync(hello: Hello): void {
    heartbeatMs = hello.heartbeat_ms;
    become("syncing");
    let from: Operations["sync"];
    try {
      from = options.onHello(hello);
    } catch {
      drop();
      return;
    }
    const mine = socket;
    ask("sync", from, Number.POSITIVE_INFINITY).then(
      (d) => {
        if (socket !== mine) return;
        attempt = 0;
        options.onSynced(parseSynced(d));
        become("live");
      },
      () => {
        if (socket === mine) drop();
      },
    );
  }

  function answer(id: string): Asked | undefined {
    const waiting = asked.get(id);
    asked.delete(id);
    waiting?.cancel();
    return waiting;
  }

  function ask<O extends Operation>(op: O, d: Operations[O], patienceMs = ANSWER_MS): Promise<unknown> {
    const open = socket;
    if (open?.readyState !== OPEN) return Promise.reject(new Disconnected("There is no link."));
    if (asked.size >= IN_FLIGHT_MAX) return Promise.reject(new Disconnected("Too much is on its way."));
    lastId += 1;
    const id = String(lastId);
    return new Promise((answered, failed) => {
      // Catching up may take long, but never in silence, which is watched anyway.
      const cancel = Number.isFinite(patienceMs) ? clock.timer(probe, patienceMs) : () => {};
      asked.set(id, { answered, failed, cancel });
      open.send(encodeOperation(op, id, d));
    });
  }

  function heard(): void {
    cancelProbe?.();
    cancelProbe = null;
    watchSilence();
  }

  function watchSilence(): void {
    cancelSilence();
    cancelSilence = clock.timer(probe, state === "connecting" ? ANSWER_MS : heartbeatMs * 1.5);
  }

  function probe(): void {
    if (!socket || cancelProbe) return;
    // Still shaking hands: there is nobody to ask.
    if (socket.readyState !== OPEN) {
      drop();
      return;
    }
    cancelProbe = clock.timer(drop, ANSWER_MS);
    lastId += 1;
    socket.send(encodeOperation("ping", String(lastId), {}));
  }

  /** Gives the socket up at once: a close event through a dead link may be minutes away. */
  function drop(): void {
    const open = socket;
    if (!open) return;
    const wasOpen = open.readyState === OPEN;
    forgetSocket();
    try {
      open.close();
    } catch {
      // It was closed already.
    }
    void wait(wasOpen ? null : "handshake");
  }

  function forgetSocket(): void {
    if (socket) {
      socket.onopen = null;
      socket.onmessage = null;
      socket.onclose = null;
      socket.onerror = () => {};
    }
    socket = null;
    cancelSilence();
    cancelProbe?.();
    cancelProbe = null;
    const waiting = [...asked.values()];
    asked.clear();
    for (const { cancel, failed } of waiting) {
      cancel();
      failed(new Disconnected("The link was lost."));
    }
  }

  async function lost(code: number, wasOpen: boolean): Promise<void> {
    forgetSocket();
    await wait(code === REVOKED || !wasOpen ? "handshake" : null);
  }

  /** Plans the next attempt, after asking whether there is any point where the gateway refused us. */
  async function wait(doubt: "handshake" | null = null): Promise<void> {
    if (!running) return;
    attempt += 1;
    const ceiling = Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** Math.min(attempt - 1, 10));
    // Full jitter: a thousand clients of a server that restarts come back one by one.
    const delay = afterMs ?? random() * ceiling;
    afterMs = null;
    become("waiting", clock.now() + delay);
    cancelRetry();
    cancelRetry = clock.timer(connect, delay);
    if (doubt !== null && !(await options.stillSignedIn()) && running) stop();
  }

  function stop(): void {
    running = false;
    cancelRetry();
    const open = socket;
    forgetSocket();
    open?.close(1000);
    if (state !== "idle") become("idle");
  }

  return {
    start() {
      if (running) return;
      running = true;
      attempt = 0;
      connect();
    },
    stop,
    ask,
    tell(op, d) {
      if (state !== "live") return;
      ask(op, d).catch(() => {});
    },
    get live() {
      return state === "live";
    },
    hurry() {
      if (running && !socket && state === "waiting") connect();
    },
    probe,
    resync() {
      afterMs ??= 0;
      drop();
    },
  };
}

function retryAfter(problem: object): number | null {
  const value = (problem as { retry_after?: unknown }).retry_after;
  return typeof value === "number" ? value * 1000 : null;
}
