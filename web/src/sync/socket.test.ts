import { describe, expect, it } from "vitest";
import type { Socket } from "./contract.ts";
import { createLink, type Link } from "./socket.ts";
import type { Connection } from "./state.ts";
import { type ManualClock, manualClock, settle } from "./testing/manual-clock.ts";

class FakeSocket implements Socket {
  readyState = 0;
  onopen: Socket["onopen"] = null;
  onmessage: Socket["onmessage"] = null;
  onclose: Socket["onclose"] = null;
  onerror: Socket["onerror"] = null;
  readonly ops: { op: string; id: string }[] = [];
  send(text: string): void {
    this.ops.push(JSON.parse(text) as { op: string; id: string });
  }
  close(): void {
    this.readyState = 3;
  }
  say(frame: unknown): void {
    this.onmessage?.({ data: JSON.stringify(frame) } as MessageEvent);
  }
  end(code: number): void {
    this.readyState = 3;
    this.onclose?.({ code, reason: "" } as CloseEvent);
  }
}

interface Setting {
  readonly link: Link;
  readonly clock: ManualClock;
  readonly sockets: FakeSocket[];
  readonly states: Connection[];
  signedIn: boolean;
}

function setting(): Setting {
  const clock = manualClock();
  const sockets: FakeSocket[] = [];
  const states: Connection[] = [];
  const link = createLink({
    url: "ws://x",
    socket: () => {
      const socket = new FakeSocket();
      sockets.push(socket);
      return socket;
    },
    clock,
    random: () => 0.5,
    onHello: () => ({ cursors: {} }),
    onSynced: () => {},
    onFrame: () => {},
    onConnection: (connection) => states.push(connection),
    stillSignedIn: () => Promise.resolve(made.signedIn),
  });
  const made: Setting = { link, clock, sockets, states, signedIn: true };
  return made;
}

async function goLive({ link, sockets }: Setting): Promise<FakeSocket> {
  link.start();
  return welcome(sockets);
}

async function welcome(sockets: FakeSocket[]): Promise<FakeSocket> {
  const socket = sockets.at(-1);
  if (!socket) throw new Error("Nobody connected.");
  socket.readyState = 1;
  socket.onopen?.(new Event("open"));
  socket.say({ t: "hello", d: { user: "u", session: "s", epoch: "e", heartbeat_ms: 30_000, heads: {} } });
  socket.say({ t: "ok", re: socket.ops.find(({ op }) => op === "sync")?.id, d: { reset: {}, gone: [] } });
  await settle();
  return socket;
}

describe("the link", () => {
  it("is live once the sync is answered", async () => {
    const made = setting();
    await goLive(made);
    expect(made.states.map(({ state }) => state)).toEqual(["connecting", "syncing", "live"]);
    expect(made.states.at(-1)?.down_since).toBeNull();
  });

  it("pings when nothing is heard for one and a half heartbeats, and gives a silent socket up", async () => {
    const made = setting();
    const socket = await goLive(made);
    made.clock.advance(44_000);
    expect(socket.ops.at(-1)?.op).toBe("sync");
    made.clock.advance(1_000);
    expect(socket.ops.at(-1)?.op).toBe("ping");
    made.clock.advance(10_000);
    expect(made.states.at(-1)?.state).toBe("waiting");
    made.clock.advance(1_000);
    expect(made.sockets).toHaveLength(2);
  });

  it("stays when the ping is answered", async () => {
    const made = setting();
    const socket = await goLive(made);
    made.clock.advance(45_000);
    socket.say({ t: "ok", re: socket.ops.at(-1)?.id, d: {} });
    made.clock.advance(20_000);
    expect(made.link.live).toBe(true);
  });

  it("tells how long a refusal asks to wait", async () => {
    const made = setting();
    const socket = await goLive(made);
    const refused = made.link.ask("send", { room: "r", body: "b", client_id: "c" });
    const d = { status: 503, code: "busy", title: "Busy", retry_after: 7 };
    socket.say({ t: "error", re: socket.ops.at(-1)?.id, d });
    await expect(refused).rejects.toMatchObject({ code: "busy", retryAfter: 7_000 });
  });

  it("suspects a socket on which an operation stays without answer", async () => {
    const made = setting();
    const socket = await goLive(made);
    const lost = expect(made.link.ask("send", { room: "r", body: "b", client_id: "c" })).rejects.toThrow("lost");
    made.clock.advance(10_000);
    expect(socket.ops.at(-1)?.op).toBe("ping");
    made.clock.advance(10_000);
    await lost;
    expect(made.link.live).toBe(false);
  });

  it("gives up a handshake into a hole", () => {
    const made = setting();
    made.link.start();
    made.clock.advance(10_000);
    expect(made.states.at(-1)?.state).toBe("waiting");
  });

  it("waits longer after each failure, up to a limit, and no longer once live", async () => {
    const made = setting();
    made.link.start();
    const waits: number[] = [];
    for (let i = 0; i < 9; i += 1) {
      made.sockets.at(-1)?.end(1006);
      await settle();
      const wait = (made.states.at(-1)?.retry_at ?? 0) - made.clock.now();
      waits.push(wait);
      made.clock.advance(wait);
    }
    expect(waits).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000]);
    (await welcome(made.sockets)).end(1012);
    await settle();
    expect((made.states.at(-1)?.retry_at ?? 0) - made.clock.now()).toBe(250);
  });

  it("comes back when told, after the time told", async () => {
    const made = setting();
    const socket = await goLive(made);
    socket.say({ t: "reconnect", d: { after_ms: 7_000 } });
    made.clock.advance(6_999);
    expect(made.sockets).toHaveLength(1);
    made.clock.advance(1);
    expect(made.sockets).toHaveLength(2);
  });

  it("connects at once when the network is back", async () => {
    const made = setting();
    made.link.start();
    made.sockets[0]?.end(1006);
    await settle();
    made.link.hurry();
    expect(made.sockets).toHaveLength(2);
  });

  it.each([
    ["a handshake fails", 1006, false],
    ["the session is revoked", 4003, true],
  ])("stops when %s and nobody is signed in", async (_what, code, wasLive) => {
    const made = setting();
    if (wasLive) await goLive(made);
    else made.link.start();
    made.signedIn = false;
    made.sockets[0]?.end(code);
    await settle();
    made.clock.advance(60_000);
    expect(made.sockets).toHaveLength(1);
    expect(made.states.at(-1)?.state).toBe("idle");
  });
});
