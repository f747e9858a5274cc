import { describe, expect, it } from "vitest";
import type { Engine } from "./contract.ts";
import { select } from "./select.ts";
import type { OutgoingFile } from "./state.ts";
import { settle } from "./testing/manual-clock.ts";
import { setting } from "./testing/setting.ts";

/** Files of several pieces, so that each can be cut. */
const LARGE = 14 * 1024 * 1024;

function scene() {
  const world = setting();
  const { server, room } = world;
  const tray = (engine: Engine): readonly OutgoingFile[] => select.tray(room)(engine.getState());
  const names = (): readonly string[] =>
    (server.rooms.get(room)?.messages ?? []).flatMap(({ attachments }) => attachments.map(({ name }) => name));
  const attach = (engine: Engine, name: string, text = name): void =>
    engine.attach(room, [{ name, bytes: new Blob([text], { type: "text/plain" }) }]);
  return { ...world, tray, names, attach };
}

describe("files on their way", () => {
  it("upload while they stand in the tray, and go with the message that takes them", async () => {
    const { open, calm, tray, attach, room, bodies, names, server } = scene();
    const engine = await open();
    attach(engine, "one.txt");
    attach(engine, "two.txt");
    await calm();
    expect(tray(engine).map(({ state, sent }) => [state, sent])).toEqual([
      ["done", 7],
      ["done", 7],
    ]);
    await engine.send(
      room,
      "both",
      tray(engine).map(({ id }) => id),
    );
    expect(tray(engine)).toEqual([]);
    await calm();
    expect(bodies()).toEqual(["both"]);
    expect(names()).toEqual(["one.txt", "two.txt"]);
    expect(new TextDecoder().decode([...server.files.values()][0]?.bytes)).toBe("one.txt");
    expect(engine.getState().outgoing.size).toBe(0);
    await engine.stop();
  });

  it("go with the room that they stand in, unless a message has taken them", async () => {
    const { open, calm, tray, attach, room, network, server, me } = scene();
    const engine = await open();
    network.down = true;
    network.cut();
    attach(engine, "sent.txt");
    const [sent] = tray(engine);
    await engine.send(room, "with a file", sent ? [sent.id] : []);
    attach(engine, "kept.txt");
    server.removeMember(room, me);
    await calm();
    expect(tray(engine)).toHaveLength(1);
    network.down = false;
    await calm();
    expect(tray(engine)).toEqual([]);
    expect([...engine.getState().outgoing.values()].map(({ name }) => name)).toEqual(["sent.txt"]);
    await engine.stop();
    const next = await open();
    expect(tray(next)).toEqual([]);
    expect(select.outbox(room)(next.getState())).toMatchObject([{ body: "with a file", state: "failed" }]);
    await next.stop();
  });

  it("hold back their message and what follows in its room, not what is said elsewhere", async () => {
    const { open, calm, tray, attach, room, bodies, names, network, server, me } = scene();
    const other = server.createRoom(me, "private", "other");
    const engine = await open();
    network.down = true;
    network.cut();
    attach(engine, "plan.txt");
    const [file] = tray(engine);
    await engine.send(room, "with a file", file ? [file.id] : []);
    await engine.send(room, "after it");
    await engine.send(other, "elsewhere");
    await calm();
    expect(bodies()).toEqual([]);
    network.down = false;
    await calm();
    expect(bodies()).toEqual(["with a file", "after it"]);
    expect(names()).toEqual(["plan.txt"]);
    expect(server.rooms.get(other)?.messages.map(({ body }) => body)).toEqual(["elsewhere"]);
    await engine.stop();
  });

  it("go on where a cut left them, whole and equal", async () => {
    const { open, tray, room, network, server, clock, calm } = scene();
    const engine = await open();
    const bytes = Uint8Array.from({ length: LARGE }, (_, at) => (at * 31 + (at >> 8)) & 0xff);
    engine.attach(room, [{ name: "large.bin", bytes: new Blob([bytes]) }]);
    for (let cut = 0; cut < 3; cut += 1) {
      network.down = true;
      network.cut();
      await calm();
      network.down = false;
      clock.advance(30_000);
      for (let steps = 0; steps < 3; steps += 1) {
        await settle();
        network.step();
      }
    }
    await calm();
    expect(tray(engine)[0]).toMatchObject({ state: "done", sent: LARGE });
    const [stored] = [...server.files.values()];
    expect(Buffer.compare(Buffer.from(stored?.bytes ?? []), Buffer.from(bytes))).toBe(0);
    expect(server.uploads.size).toBe(1);
    await engine.stop();
  });

  it("outlive a killed browser with their message", async () => {
    const { open, calm, tray, attach, room, bodies, names, network } = scene();
    const killed = await open();
    network.down = true;
    network.cut();
    attach(killed, "kept.txt");
    await calm();
    await killed.send(
      room,
      "kept",
      tray(killed).map(({ id }) => id),
    );
    await calm();
    const engine = await open();
    expect(select.outbox(room)(engine.getState())).toHaveLength(1);
    await killed.stop();
    network.down = false;
    await calm();
    expect(bodies()).toEqual(["kept"]);
    expect(names()).toEqual(["kept.txt"]);
    expect(engine.getState().outgoing.size).toBe(0);
    const after = await open();
    expect(after.getState().outgoing.size).toBe(0);
    await engine.stop();
    await after.stop();
  });

  it("stand in the tray again after a reload", async () => {
    const { open, calm, tray, attach } = scene();
    const before = await open();
    attach(before, "draft.txt");
    await calm();
    await before.stop();
    const after = await open();
    expect(tray(after).map(({ name, state }) => [name, state])).toEqual([["draft.txt", "done"]]);
    await after.stop();
  });

  it("are sent by the tab that leads, and both tabs see how far they are", async () => {
    const { open, calm, tray, attach, room, names } = scene();
    const leader = await open();
    const second = await open();
    attach(second, "tab.txt");
    await calm();
    expect(tray(leader)[0]?.state).toBe("done");
    expect(tray(second)[0]?.state).toBe("done");
    await second.send(
      room,
      "",
      tray(second).map(({ id }) => id),
    );
    await calm();
    expect(names()).toEqual(["tab.txt"]);
    expect(leader.getState().outgoing.size).toBe(0);
    expect(second.getState().outgoing.size).toBe(0);
    await leader.stop();
    await second.stop();
  });

  it("that the server refuses say why, and go when tried again or taken back", async () => {
    const { open, calm, tray, attach, room, server, bodies, names } = scene();
    server.maxFileBytes = 3;
    const engine = await open();
    attach(engine, "large.txt");
    attach(engine, "other.txt");
    await calm();
    const [first, second] = tray(engine);
    expect(first).toMatchObject({ state: "failed", error: { code: "file_too_large" } });
    if (!first || !second) throw new Error("two files");
    engine.detach(second.id);
    expect(tray(engine)).toHaveLength(1);
    // A message that waits for a file that fails says so, and lets others pass.
    const entry = await engine.send(room, "with it", [first.id]);
    await engine.send(room, "without");
    await calm();
    expect(bodies()).toEqual(["without"]);
    expect(select.outbox(room)(engine.getState())[0]).toMatchObject({
      state: "failed",
      error: { code: "file_too_large" },
    });
    server.maxFileBytes = 1_000;
    await engine.retry(entry);
    await calm();
    expect(bodies()).toEqual(["without", "with it"]);
    expect(names()).toEqual(["large.txt"]);
    await engine.stop();
  });

  it("are sent anew to a restored server that knows them no more", async () => {
    const { open, calm, tray, attach, room, server, network, names } = scene();
    const engine = await open();
    attach(engine, "again.txt");
    await calm();
    network.down = true;
    network.cut();
    const entry = await engine.send(
      room,
      "",
      tray(engine).map(({ id }) => id),
    );
    server.restore();
    network.down = false;
    await calm();
    expect(select.outbox(room)(engine.getState())[0]).toMatchObject({ state: "failed", error: { code: "unusable" } });
    await engine.retry(entry);
    await calm();
    expect(names()).toEqual(["again.txt"]);
    await engine.stop();
  });

  it("leave nothing behind when they are taken back, discarded with their message, or wiped by signing out", async () => {
    const { open, calm, tray, attach, room, server, network } = scene();
    const engine = await open();
    attach(engine, "back.txt");
    await calm();
    engine.detach(tray(engine)[0]?.id ?? "");
    network.down = true;
    network.cut();
    attach(engine, "discarded.txt");
    const entry = await engine.send(
      room,
      "",
      tray(engine).map(({ id }) => id),
    );
    await calm();
    await engine.discard(entry);
    expect(engine.getState().outgoing.size).toBe(0);
    attach(engine, "wiped.txt");
    network.down = false;
    await calm();
    const out = engine.signOut();
    await calm();
    await out;
    network.signedIn = true;
    const next = await open();
    expect(next.getState().session).toBe("signed_in");
    expect(next.getState().outgoing.size).toBe(0);
    expect([...server.files.values()].map(({ file }) => file.name)).toEqual(["back.txt", "wiped.txt"]);
    await next.stop();
  });
});
