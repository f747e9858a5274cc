/**
 * State + events = fresh state. An engine lives through a random walk: people act, frames repeat and cross
 * streams, pages race with events, links break or swallow, the log ends, the server is restored. Once all is
 * calm its state must be what the server says.
 */
import { describe, expect, it } from "vitest";
import type { Message, RoomId, UserId } from "../api/types.ts";
import type { Engine } from "./contract.ts";
import { createEngine } from "./engine.ts";
import { select } from "./select.ts";
import { memoryStorage } from "./storage.ts";
import { type Chance, chance } from "./testing/chance.ts";
import { type ManualClock, manualClock, settle } from "./testing/manual-clock.ts";
import { ModelNetwork } from "./testing/model-network.ts";
import { ModelServer } from "./testing/model-server.ts";

const SEEDS = Number(process.env.PARLEY_WALKS ?? 40);
const STEPS = 250;

interface World {
  readonly luck: Chance;
  readonly clock: ManualClock;
  readonly server: ModelServer;
  readonly network: ModelNetwork;
  readonly me: UserId;
  readonly people: readonly UserId[];
  readonly disk: ReturnType<typeof memoryStorage>;
  engine: Engine;
  sent: string[];
}

function newWorld(seed: number): World {
  const luck = chance(seed);
  const server = new ModelServer();
  const people = ["ana", "bo", "cy"].map((name) => server.addUser(name));
  const me = people[0] ?? "";
  for (const kind of ["public", "private", "public"] as const) {
    const room = server.createRoom(luck.pick(people) ?? me, kind, `room ${kind}`);
    for (const user of people) if (luck.happens(0.8)) server.addMember(room, user);
    for (let i = 0; i < luck.below(15); i += 1) act(server, luck, people, room);
  }
  const network = new ModelNetwork(server, me, luck);
  const clock = manualClock();
  const disk = memoryStorage();
  const engine = createEngine(network.platform(clock, disk));
  return { luck, clock, server, network, me, people, disk, engine, sent: [] };
}

/** Somebody does something, on some other device. */
function act(server: ModelServer, luck: Chance, people: readonly UserId[], room: RoomId): void {
  const state = server.rooms.get(room);
  const user = luck.pick(people);
  if (!state || user === undefined) return;
  const member = luck.pick([...state.members.keys()]);
  const message = luck.pick(state.messages);
  const what = luck.below(24);
  if (what < 8 && member !== undefined) {
    // Now and then several at once: a room with more to read than a page holds.
    for (let i = luck.happens(0.1) ? 8 : 1; i > 0; i -= 1) {
      const body = luck.happens(0.3) ? "@ana look" : "hello";
      server.post(member, room, body, `client-${String(luck.next())}`);
    }
  } else if (what === 8 && message && !message.deleted_at)
    server.edit(message.id, luck.happens(0.5) ? "@ana!" : "edit");
  else if (what === 9 && message && !message.deleted_at) server.remove(message.id);
  else if (what === 10 && message) server.react(message.id, user, luck.pick(["+", "-"]) ?? "+");
  else if (what === 11 && message) server.reply(message.id);
  else if (what === 12) server.addMember(room, user);
  else if (what === 13 && luck.happens(0.4)) server.removeMember(room, user);
  else if (what === 14) server.setRole(room, user, luck.happens(0.5) ? "owner" : "member");
  else if (what === 15) server.updateRoom(room, { name: `name ${luck.below(99)}`, topic: `topic ${luck.below(99)}` });
  else if (what === 16 && luck.happens(0.2)) server.archive(room);
  else if (what === 17 && message && luck.happens(0.3)) server.trim(room, message.ts);
  else if (what === 18 && luck.happens(0.3)) server.importOld(room, user);
  else if (what === 19 && luck.happens(0.3))
    server.deactivateUser(user, luck.happens(0.5) ? "2026-01-02T00:00:00Z" : null);
  else if (what === 19) server.renameUser(user, `name ${luck.below(99)}`);
  else if (what === 20) server.strange(luck.pick([`room:${room}`, "workspace", `user:${people[0]}`]) ?? "workspace");
  else if (what < 24 && message && state.members.has(people[0] ?? "")) {
    server.read(people[0] ?? "", room, message.ts, luck.happens(0.2));
  }
}

/** I do something on this device, or the world does something to it. */
async function live(world: World): Promise<void> {
  const { luck, clock, server, network, people, engine } = world;
  const room = luck.pick([...server.rooms.keys()]) ?? "";
  const what = luck.below(100);
  if (what < 30) act(server, luck, people, room);
  else if (what < 70) for (let i = 0; i < 1 + luck.below(6); i += 1) network.step();
  else if (what < 74) clock.advance(luck.below(4_000));
  else if (what < 76) network.cut();
  else if (what === 76) network.swallow();
  else if (what === 77) clock.advance(60_000);
  else if (what === 78) server.prune(luck.pick([`room:${room}`, "workspace", `user:${world.me}`]) ?? "", luck.below(3));
  else if (what === 79 && engine.getState().epoch !== null) {
    server.restore();
    network.cut();
  } else if (what === 80) network.down = !network.down;
  else if (what === 81 && engine.getState().ready) await reload(world);
  else if (what < 86) quiet(engine.openRoom(luck.happens(0.1) ? null : room));
  else if (what < 88) quiet(engine.loadBefore(room));
  else if (what < 89) quiet(engine.loadAfter(room));
  else if (what < 90) quiet(engine.jumpToLatest(room));
  else if (what < 91) quiet(engine.loadMembers(room));
  else if (what < 94) quiet(engine.jumpTo(room, luck.pick(server.rooms.get(room)?.messages ?? [])?.ts ?? 1));
  else if (what < 97 && engine.getState().rooms.get(room)?.mine) {
    const body = `mine ${world.sent.length}`;
    world.sent.push(body);
    quiet(engine.send(room, body));
  } else {
    const row = luck.pick(engine.getState().windows.get(room)?.rows ?? []);
    if (!row) return;
    const { message } = row;
    if (what < 99) quiet(engine.markRead(room, message.ts, { unread: luck.happens(0.2) }));
    else if (message.author === world.me) quiet(engine.edit(message, "edited here"));
  }
}

/** The tab is closed and opened again on the same disk. */
async function reload(world: World): Promise<void> {
  const stopping = world.engine.stop();
  await settle();
  await stopping;
  world.engine = createEngine(world.network.platform(world.clock, world.disk));
  quiet(world.engine.start());
  await settle();
}

/** What fails in the storm is tried again by the engine or by the person. */
function quiet(promise: Promise<unknown>): void {
  promise.catch(() => {});
}

async function calm(world: World): Promise<void> {
  const { network, clock } = world;
  network.down = false;
  for (let i = 0; i < 60; i += 1) {
    for (let moved = true; moved; ) {
      moved = network.step();
      await settle();
    }
    clock.advance(2_500);
    await settle();
  }
}

/** What a person sees of their rooms, as the engine tells it. */
function picture(engine: Engine): unknown {
  const state = engine.getState();
  const rooms = select.rooms(state).map(({ room, mine }) => ({
    id: room.id,
    name: room.name,
    topic: room.topic,
    archived_at: room.archived_at,
    members: room.members,
    role: mine?.role,
    read_ts: mine?.read_ts,
    unread: mine?.unread,
    mentions: mine?.mentions,
  }));
  const users = [...state.users.values()].map((entry) => entry.user);
  return { rooms: rooms.sort(byId), users: users.sort(byId) };
}

/** The same as the server tells it to somebody who comes fresh. */
function truth({ server, me }: World): unknown {
  const rooms = server.mine(me).map(({ id, name, topic, archived_at, members, role, read_ts, unread, mentions }) => ({
    id,
    name,
    topic,
    archived_at,
    members,
    role,
    read_ts,
    unread,
    mentions,
  }));
  return { rooms: rooms.sort(byId), users: [...server.users.values()].sort(byId) };
}

function byId(a: { readonly id: string }, b: { readonly id: string }): number {
  return a.id < b.id ? -1 : 1;
}

function expectTruth(world: World): void {
  const { engine, server } = world;
  const state = engine.getState();
  expect(picture(engine)).toEqual(truth(world));
  for (const [room, window] of state.windows) {
    // A look into a public room that is neither mine nor on screen is a look, not a promise.
    if (!state.cursors.has(`room:${room}`)) continue;
    const shown: readonly Message[] = window.rows.map((row) => row.message);
    const all = server.rooms.get(room)?.messages ?? [];
    const from = window.has_before ? (shown[0]?.ts ?? Number.POSITIVE_INFINITY) : 0;
    const to = window.has_after ? (shown.at(-1)?.ts ?? 0) : Number.POSITIVE_INFINITY;
    const wanted = all.filter((message) => message.ts >= from && message.ts <= to);
    // In short first: a failing walk should be read, not scrolled.
    expect(shown.map(brief)).toEqual(wanted.map(brief));
    expect(shown).toEqual(wanted);
  }
  for (const [room, list] of state.members) {
    if (!state.cursors.has(`room:${room}`)) continue;
    const members = [...(server.rooms.get(room)?.members ?? [])].map(([user, { role }]) => ({ user, role }));
    const known = [...list.items.values()];
    expect(known.sort((a, b) => (a.user < b.user ? -1 : 1))).toEqual(
      members.sort((a, b) => (a.user < b.user ? -1 : 1)),
    );
  }
}

function brief({ ts, n, body, edited_at, deleted_at }: Message): string {
  return `${ts} #${n} ${body}${edited_at ? " edited" : ""}${deleted_at ? " deleted" : ""}`;
}

/** Everything that was sent is there once, in order, or was refused and is shown so. */
function expectSent({ engine, server, sent, me }: World): void {
  const entries = [...engine.getState().outbox.values()].flat();
  expect(entries.filter((entry) => entry.state !== "failed")).toEqual([]);
  for (const { messages } of server.rooms.values()) {
    const mine = messages.filter((message) => message.author === me && message.body.startsWith("mine "));
    const numbers = mine.map((message) => Number(message.body.slice(5)));
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
    for (const body of mine) expect(sent).toContain(body.body);
  }
}

describe("an engine in a storm", () => {
  it.each(Array.from({ length: SEEDS }, (_, seed) => seed + 1))(
    "ends where a fresh one begins (walk %i)",
    async (seed) => {
      const world = newWorld(seed);
      quiet(world.engine.start());
      await settle();
      for (let step = 0; step < STEPS; step += 1) {
        await live(world);
        await settle();
      }
      await calm(world);
      expect(world.engine.getState().connection.state).toBe("live");
      expectTruth(world);
      expectSent(world);
      await world.engine.stop();
    },
  );
});
