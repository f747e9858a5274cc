/**
 * State + events = fresh state: the client's engine, run in Node against the real server through a network that cuts,
 * swallows, delays and repeats, while everybody does everything. Whatever happens, it ends where one that has just come
 * begins; and every type of event that the server can emit has gone through it.
 */
import { isDeepStrictEqual } from "node:util";
import { expect, it } from "vitest";
import { createEngine, type Engine, select } from "../src/sync/index.ts";
import { type Chance, chance } from "../src/sync/testing/chance.ts";
import { ageRoom } from "./support/age.ts";
import { fastClock, nodePlatform } from "./support/nodePlatform.ts";
import { type Person, register, setUp, signIn } from "./support/people.ts";
import { startProxy, type TcpProxy } from "./support/proxy.ts";
import { type Server, startServer } from "./support/server.ts";
import { until } from "./support/until.ts";

/** Types that the contract names and no call of the server brings about yet. */
const NOT_YET = new Set(["reaction.added", "reaction.removed"]);
const STEPS = 600;
/** Newcomers cost the server a password each. */
const NEWCOMERS_MAX = 4;

interface World {
  readonly luck: Chance;
  readonly server: Server;
  readonly calls: TcpProxy;
  readonly gateway: TcpProxy;
  /** Whose engine it is, as another device of theirs. */
  readonly me: Person;
  readonly owner: Person;
  /** The others. */
  readonly people: Person[];
  readonly rooms: { id: string; archived: boolean }[];
  readonly engine: Engine;
  /** What the engine was asked to send. */
  readonly sent: string[];
  newcomers: number;
}

type Deed = (world: World) => Promise<unknown>;

/** What people do; a refusal is as good as a success. */
const deeds: Readonly<Record<string, Deed>> = {
  post: ({ luck, people, rooms, me }) => {
    const body = luck.happens(0.2) ? `@${me.username} look` : `said ${luck.below(1e6)}`;
    return quiet(luck.pick(people)?.post(luck.pick(rooms)?.id ?? "", body));
  },
  edit: async ({ luck, people, rooms }) => {
    const author = luck.pick(people);
    const own = (await page(author, luck.pick(rooms)?.id)).filter((message) => message.author === author?.id);
    return author?.call("PATCH", `/messages/${luck.pick(own)?.id}`, { body: `edited ${luck.below(1e6)}` });
  },
  delete: async ({ luck, people, rooms }) => {
    const author = luck.pick(people);
    const own = (await page(author, luck.pick(rooms)?.id)).filter((message) => message.author === author?.id);
    return author?.call("DELETE", `/messages/${luck.pick(own)?.id}`);
  },
  join: ({ luck, people, rooms }) => {
    const person = luck.pick(people);
    return quiet(person?.call("PUT", `/rooms/${luck.pick(rooms)?.id}/members/${person.id}`, {}));
  },
  leave: ({ luck, people, rooms }) => {
    const person = luck.pick(people);
    return quiet(person?.call("DELETE", `/rooms/${luck.pick(rooms)?.id}/members/${person.id}`));
  },
  "add me": ({ luck, people, rooms, me }) =>
    quiet(luck.pick(people)?.call("PUT", `/rooms/${luck.pick(rooms)?.id}/members/${me.id}`, {})),
  "remove me": ({ luck, people, rooms, me }) =>
    luck.happens(0.5)
      ? quiet(luck.pick(people)?.call("DELETE", `/rooms/${luck.pick(rooms)?.id}/members/${me.id}`))
      : Promise.resolve(),
  promote: ({ luck, people, rooms, owner }) => {
    const role = luck.happens(0.5) ? "owner" : "member";
    return owner.call("PUT", `/rooms/${luck.pick(rooms)?.id}/members/${luck.pick(people)?.id}`, { role });
  },
  rename: ({ luck, rooms, owner }) =>
    owner.call("PATCH", `/rooms/${luck.pick(rooms)?.id}`, {
      name: `room ${luck.below(1000)}`,
      topic: `${luck.next()}`,
    }),
  archive: async ({ luck, rooms, owner }) => {
    const alive = rooms.filter(({ archived }) => !archived);
    const room = luck.pick(alive);
    if (!room || alive.length <= 4 || !luck.happens(0.3)) return;
    room.archived = true;
    await owner.call("DELETE", `/rooms/${room.id}`);
  },
  "make a room": async ({ luck, people, rooms, owner, me }) => {
    if (rooms.length >= 12) return;
    const members = [luck.pick(people)?.id ?? "", me.id].filter(
      (id) => id !== owner.id && id !== "" && luck.happens(0.7),
    );
    const kind = luck.happens(0.5) ? "public" : "private";
    rooms.push({ ...(await owner.createRoom({ kind, name: `room ${luck.below(1000)}`, members })), archived: false });
  },
  "write to me": async ({ luck, people, me }) => {
    const person = luck.pick(people);
    const direct = await person?.api<{ id: string }>("POST", "/directs", { users: [me.id] });
    await quiet(person?.post(direct?.id ?? "", `psst ${luck.below(1e6)}`));
  },
  "call oneself differently": ({ luck, people }) =>
    quiet(luck.pick(people)?.call("PATCH", "/me", { display_name: `Name ${luck.below(1000)}` })),
  "come new": async (world) => {
    if (world.newcomers >= NEWCOMERS_MAX) return;
    world.newcomers += 1;
    const letters = "abcdefgh"[world.newcomers] ?? "x";
    world.people.push(await register(world.server, `Newcomer ${letters}`));
  },
  "name the workspace": ({ luck, owner }) => owner.call("PATCH", "/workspace", { name: `Harbour ${luck.below(1000)}` }),
  "read elsewhere": async ({ luck, rooms, me }) => {
    const room = luck.pick(rooms)?.id;
    const message = luck.pick(await page(me, room));
    const back = luck.happens(0.3) ? { unread: true } : {};
    return me.call("PUT", `/rooms/${room}/read`, { ts: message?.ts ?? 1, ...back });
  },
  "sign in and be signed out": async ({ luck, server, me }) => {
    if (!luck.happens(0.2)) return;
    const other = await signIn(server, me);
    const { session } = await other.api<{ session: string }>("GET", "/me");
    await me.call("DELETE", `/me/sessions/${session}`);
  },
  "write by the engine": async ({ luck, engine, sent }) => {
    const room = luck.pick(select.rooms(engine.getState()).filter((entry) => !entry.room.archived_at));
    if (!room) return;
    const body = `mine ${sent.length}`;
    sent.push(body);
    await engine.send(room.room.id, body);
  },
  "read by the engine": async ({ luck, engine }) => {
    const { room, row } = anyRow(engine, luck);
    if (row) engine.markRead(room, row.ts, { unread: luck.happens(0.2) }).catch(() => {});
  },
  "edit by the engine": async ({ luck, engine, me }) => {
    const { row } = anyRow(engine, luck);
    if (row?.author === me.id && !row.deleted_at) engine.edit(row, `mended ${luck.below(1e6)}`).catch(() => {});
  },
  "look by the engine": async ({ luck, engine, rooms }) => {
    const room = luck.pick(rooms)?.id ?? "";
    engine
      .openRoom(room)
      .then(
        () => engine.loadMembers(room),
        () => {},
      )
      .catch(() => {});
    if (luck.happens(0.3)) engine.loadBefore(room).catch(() => {});
  },
};

/** What the network does. */
const weathers: readonly ((world: World) => void)[] = [
  ({ gateway }) => gateway.cutOnce(),
  ({ calls }) => calls.cutOnce(),
  ({ gateway }) => gateway.swallow(),
  ({ gateway }) => gateway.pass(),
  ({ gateway }) => gateway.pass(),
  ({ gateway }) => gateway.reset(),
  ({ gateway }) => gateway.pass(),
  ({ gateway, luck }) => gateway.delay(luck.below(60)),
  ({ gateway }) => gateway.delay(0),
  ({ calls, luck }) => calls.delay(luck.below(60)),
  ({ calls }) => calls.delay(0),
];

interface Seen {
  readonly id: string;
  readonly ts: number;
  readonly author: string | null;
}

async function page(person: Person | undefined, room: string | undefined): Promise<Seen[]> {
  const answer = await person?.call<{ items?: Seen[] }>("GET", `/rooms/${room}/messages`);
  return answer?.body.items ?? [];
}

function anyRow(engine: Engine, luck: Chance) {
  const [room, window] = luck.pick([...engine.getState().windows]) ?? ["", undefined];
  return { room, row: luck.pick(window?.rows ?? [])?.message };
}

/** In a storm things fail; what counts is where it ends. */
async function quiet(promise: Promise<unknown> | undefined): Promise<void> {
  await promise?.catch(() => {});
}

/** What a person sees, as an engine tells it, in the rooms and people that both engines were asked to show. */
function picture(engine: Engine, rooms: readonly string[], members: readonly string[]): unknown {
  const state = engine.getState();
  const mine = select
    .rooms(state)
    .map(({ room, mine: place }) => ({
      ...room,
      role: place?.role,
      last_ts: place?.last_ts,
      read_ts: place?.read_ts,
      unread: place?.unread,
      mentions: place?.mentions,
    }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  return {
    me: state.me,
    users: select.users(state),
    mine,
    settings: state.workspace.get("settings.updated") ?? null,
    members: members.map((id) => [
      id,
      [...(state.members.get(id)?.items.values() ?? [])].sort((a, b) => (a.user < b.user ? -1 : 1)),
    ]),
    newest: rooms.map((id) => [id, (state.windows.get(id)?.rows ?? []).slice(-40).map(({ message }) => message)]),
  };
}

/** The types of events in the API's description. */
async function typesOf(server: Server): Promise<string[]> {
  const document = (await (await fetch(`${server.url}/api/openapi.json`)).json()) as {
    components: { schemas: Record<string, unknown> };
  };
  const found = new Set<string>();
  const walk = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    const t = (value as { properties?: { t?: { enum?: string[]; const?: string } } }).properties?.t;
    for (const name of t?.enum ?? (t?.const ? [t.const] : [])) found.add(name);
    for (const part of Object.values(value)) walk(part);
  };
  walk(document.components.schemas.Event);
  return [...found].sort();
}

it.each([1, 2])("ends where a fresh one begins, for every type of event there is (storm %i)", async (seed) => {
  const server = await startServer();
  const calls = await startProxy(server.port);
  const gateway = await startProxy(server.port);
  const luck = chance(seed);
  const owner = await setUp(server, "Olive Owner");
  const [me, ben, cara] = await Promise.all(
    ["Mia Mine", "Ben Okafor", "Cara Diaz"].map((name) => register(server, name)),
  );
  if (!me || !ben || !cara) throw new Error("people are missing");

  const heard = new Map<string, number>();
  const platform = nodePlatform({
    token: (await signIn(server, me)).token,
    url: calls.url,
    gateway: gateway.url,
    clock: fastClock(),
    repeats: chance(seed + 1000),
    onFrame: ({ t, n }) => n !== undefined && heard.set(t, (heard.get(t) ?? 0) + 1),
  });
  const engine = createEngine(platform);
  const fresh = createEngine(nodePlatform({ token: (await signIn(server, me)).token, url: server.url }));
  const people = [owner, ben, cara];
  const world: World = { luck, server, calls, gateway, me, owner, people, rooms: [], engine, sent: [], newcomers: 0 };
  try {
    for (const kind of ["public", "private", "public"] as const) {
      const made = await owner.createRoom({ kind, name: `first ${kind}`, members: [me.id, ben.id, cara.id] });
      world.rooms.push({ id: made.id, archived: false });
    }
    const attic = await owner.createRoom({ kind: "public", name: "attic", members: [me.id, ben.id] });
    for (const body of ["of old", `@${me.username}, long ago`]) await owner.post(attic.id, body);
    await ageRoom(server, attic.id, 2);
    const recent = await owner.post(attic.id, "of today");
    await engine.start();
    await until("the engine to be live", () => engine.getState().connection.state === "live");

    // What takes an hour: old messages that a room no longer keeps. It is also done when the server starts.
    await engine.openRoom(attic.id);
    await owner.api("PATCH", `/admin/rooms/${attic.id}`, { retention_days: 1 });
    await server.kill();
    await server.start();
    await until("the room to be trimmed", () => heard.has("room.trimmed"));
    const left = () =>
      engine
        .getState()
        .windows.get(attic.id)
        ?.rows.map(({ message }) => message.id);
    await until("what is old to be gone here", () => isDeepStrictEqual(left(), [recent.id]));

    // What chance may leave out: a role that changes, and being removed.
    const sure = await owner.createRoom({ kind: "private", name: "sure", members: [me.id, ben.id] });
    await owner.api("PUT", `/rooms/${sure.id}/members/${ben.id}`, { role: "owner" });
    await until("the room to be known", () => select.membership(sure.id)(engine.getState()));
    await owner.api("DELETE", `/rooms/${sure.id}/members/${me.id}`);

    // Everything happens twice in fair weather, then anything in any.
    const all = Object.values(deeds);
    const often = ["post", "post", "post", "edit", "edit", "delete", "write by the engine", "join"];
    const bag = [...all, ...often.flatMap((name) => deeds[name] ?? [])];
    for (const deed of [...all, ...all]) await quiet(deed(world));
    for (let step = 0; step < STEPS; step += 1) {
      if (luck.happens(0.08)) luck.pick(weathers)?.(world);
      await quiet(luck.pick(bag)?.(world));
    }

    // The sun comes out.
    for (const network of [calls, gateway]) {
      network.delay(0);
      network.pass();
    }
    await until("the engine to be live again", () => engine.getState().connection.state === "live", 60_000);
    const unsent = () => [...engine.getState().outbox.values()].flat().filter(({ state }) => state !== "failed");
    await until("everything to be sent or refused", () => unsent().length === 0, 60_000);

    // A room that one only watches is followed while it is open: the fresh engine opens it last.
    const joined = (id: string): boolean => select.membership(id)(engine.getState()) !== null;
    const followed = [...engine.getState().windows.keys()].filter((id) => engine.getState().cursors.has(`room:${id}`));
    const shown = [...followed.filter(joined), ...followed.filter((id) => !joined(id))];
    const listed = [...engine.getState().members.keys()].filter(joined);
    for (const id of shown) await engine.jumpToLatest(id).catch(() => {});
    await fresh.start();
    await until("the fresh engine to be live", () => fresh.getState().connection.state === "live");
    for (const id of shown) await fresh.openRoom(id).catch(() => {});
    for (const id of listed) await fresh.loadMembers(id).catch(() => {});
    const settings = await me.api<object>("GET", "/workspace");
    const truth = () => ({ ...(picture(fresh, shown, listed) as object), settings });
    const ours = () => {
      const state = engine.getState();
      const got = picture(engine, shown, listed) as { me: object };
      return { ...got, me: { ...got.me, session: fresh.getState().me?.session }, stale: state.stale.size };
    };
    const wanted = () => ({ ...truth(), stale: 0 });
    await until("both to agree", () => isDeepStrictEqual(ours(), wanted()), 30_000).catch(() => {});
    expect(ours()).toEqual(wanted());

    // What it sent is there once, in order, unless it was refused.
    const refused = new Set([...engine.getState().outbox.values()].flat().map(({ body }) => body));
    const arrived: string[] = [];
    for (const { id } of [...world.rooms, ...select.rooms(fresh.getState()).map(({ room }) => room)]) {
      const bodies = (await everything(owner, me, id)).filter(
        ({ author, body }) => author === me.id && /^mine \d+$/.test(body),
      );
      const numbers = bodies.map(({ body }) => Number(body.slice(5)));
      expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
      for (const { body } of bodies) if (!arrived.includes(body)) arrived.push(body);
    }
    for (const body of arrived) expect(refused.has(body), `${body} was refused and is there`).toBe(false);

    const types = await typesOf(server);
    console.log(
      [...heard]
        .sort()
        .map(([t, count]) => `${t} ${count}`)
        .join(", "),
    );
    expect(types.length).toBeGreaterThan(10);
    expect(types.filter((type) => !NOT_YET.has(type) && !heard.has(type))).toEqual([]);
    expect(
      [...NOT_YET].filter((type) => heard.has(type)),
      "no longer to be excepted",
    ).toEqual([]);
  } catch (error) {
    console.error(server.log().slice(-4_000));
    throw error;
  } finally {
    await engine.stop();
    await fresh.stop();
    await Promise.all([calls.close(), gateway.close()]);
    await server.stop();
  }
});

/** A room's whole history, by whoever may read it. */
async function everything(...readers: readonly [Person, Person, string]): Promise<{ author: string; body: string }[]> {
  const [first, second, room] = readers;
  for (const reader of [first, second]) {
    const items: { author: string; body: string; ts: number }[] = [];
    for (let more = true, after = 0; more; ) {
      const path = `/rooms/${room}/messages?after=${after}&limit=200`;
      const { status, body } = await reader.call<{ items: typeof items; has_after: boolean }>("GET", path);
      if (status !== 200) break;
      items.push(...body.items);
      after = items.at(-1)?.ts ?? 0;
      more = body.has_after;
      if (!more) return items;
    }
  }
  return [];
}
