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
