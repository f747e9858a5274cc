import { expect, it } from "vitest";
import { createEngine } from "./engine.ts";
import { memoryStorage } from "./storage.ts";
import { chance } from "./testing/chance.ts";
import { manualClock, settle } from "./testing/manual-clock.ts";
import { ModelNetwork } from "./testing/model-network.ts";
import { ModelServer } from "./testing/model-server.ts";
import { setting } from "./testing/setting.ts";

it.each([
  { told: "refused by the network", down: true, steps: 0 },
  { told: "answered at once", down: false, steps: 0 },
  { told: "refused in the middle", down: true, steps: 1 },
  { told: "answered in the middle", down: false, steps: 1 },
])("an engine that is stopped while it starts never comes back ($told)", async ({ down, steps }) => {
  const server = new ModelServer();
  const network = new ModelNetwork(server, server.addUser("ana"), chance(1));
  const clock = manualClock();
  const engine = createEngine(network.platform(clock, memoryStorage()));
  const started = engine.start();
  for (let i = 0; i <= steps; i += 1) {
    await settle();
    if (i < steps) network.step();
  }
  expect(network.requests).toHaveLength(1);
  await engine.stop();

  network.down = down;
  network.step();
  await settle();
  network.down = false;
  let links = 0;
  for (let i = 0; i < 40; i += 1) {
    do await settle();
    while (network.step());
    links += network.sockets.length;
    clock.advance(1_000);
  }
  await started;
  expect(links).toBe(0);
  expect(network.requests).toEqual([]);
});

it("is out of a room as soon as the server says so, though its event is late", async () => {
  const { network, open, calm, room } = setting();
  const engine = await open();
  network.swallow();
  const mine = () => engine.getState().rooms.get(room)?.mine ?? null;
  expect(mine()).not.toBeNull();
  const left = engine.leave(room).then(mine);
  await calm();
  expect(await left).toBeNull();
  await calm();
  expect(mine()).toBeNull();
  await engine.stop();
});

it("tells every tab that its person means to sign out, and takes it back where that fails", async () => {
  const { network, open, calm } = setting();
  const first = await open();
  const second = await open();
  const how = () => [first, second].map((engine) => engine.getState().ended);
  network.down = true;
  const refused = first.signOut().catch((error: unknown) => error);
  await Promise.resolve();
  expect(how()).toEqual(["chosen", "chosen"]);
  await calm();
  expect(await refused).toBeInstanceOf(Error);
  expect(how()).toEqual([null, null]);
  expect(first.getState().session).toBe("signed_in");
  await first.stop();
  await second.stop();
});

it.each(["signed_out", "administrator", "password", "role", "deactivated", "replaced"])(
  "keeps in every tab why its session ended: %s",
  async (reason) => {
    const { server, me, network, open, calm } = setting();
    const first = await open();
    const second = await open();
    network.signedIn = false;
    server.endSession(me, reason);
    await calm();
    for (const engine of [first, second]) {
      expect(engine.getState()).toMatchObject({ session: "signed_out", ended: reason, me: null });
      await engine.stop();
    }
    network.signedIn = true;
    const next = await open();
    expect(next.getState()).toMatchObject({ session: "signed_in", ended: null });
    await next.stop();
  },
);

it.each([undefined, "unknown", "revoked", "a reason of tomorrow"])(
  "doesn't know why its session ended where it was told %s",
  async (reason) => {
    const { server, me, network, open, calm } = setting();
    const engine = await open();
    network.signedIn = false;
    server.endSession(me, reason);
    await calm();
    expect(engine.getState()).toMatchObject({ session: "signed_out", ended: "unknown", me: null });
    await engine.stop();
  },
);

it("takes the end of a session for its own doing while it signs out", async () => {
  const { server, me, network, open, calm } = setting();
  const [engine, other] = [await open(), await open()];
  const done = engine.signOut();
  network.signedIn = false;
  server.endSession(me, "role");
  await calm();
  await done;
  expect([engine, other].map((each) => each.getState().ended)).toEqual(["chosen", "chosen"]);
  await engine.stop();
  await other.stop();
});

it("goes on in every tab where nobody is signed in as soon as somebody is", async () => {
  const { network, open, calm } = setting();
  network.signedIn = false;
  const [first, second] = [await open(), await open()];
  expect(second.getState().session).toBe("signed_out");
  network.signedIn = true;
  const started = first.start();
  await calm();
  await started;
  expect(second.getState()).toMatchObject({ session: "signed_in", connection: { state: "live" } });
  await first.stop();
  await second.stop();
});

it("asks again for somebody whom it might not know before, once they join", async () => {
  const { server, room, open, calm } = setting();
  const zoe = server.addUser("zoe");
  const known = server.user(zoe);
  server.users.delete(zoe);
  const engine = await open();
  server.addMember(room, zoe);
  server.post(zoe, room, "who am I?", "c-1", []);
  await calm();
  expect(engine.getState().users.has(zoe)).toBe(false);
  server.users.set(zoe, known);
  server.removeMember(room, zoe);
  server.addMember(room, zoe);
  await calm();
  expect(engine.getState().users.get(zoe)?.user.id).toBe(zoe);
  await engine.stop();
});
