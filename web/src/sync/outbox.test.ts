import { describe, expect, it } from "vitest";
import { select } from "./select.ts";
import { settle } from "./testing/manual-clock.ts";
import { altered, losable, setting } from "./testing/setting.ts";

describe("the outbox", () => {
  it("keeps three messages over a killed browser and sends them once, in order", async () => {
    const { network, open, calm, room, bodies, pending } = setting();
    const killed = await open();
    network.down = true;
    network.cut();
    for (const body of ["one", "two", "three"]) {
      await killed.send(room, body);
    }
    await calm();
    expect(bodies()).toEqual([]);
    // Not stopped: killed. The next browser starts with the server still down.
    const engine = await open();
    expect(engine.getState().session).toBe("signed_in");
    expect(pending(engine)).toEqual(["one", "two", "three"]);
    await killed.stop();
    network.down = false;
    await calm();
    expect(bodies()).toEqual(["one", "two", "three"]);
    expect(pending(engine)).toEqual([]);
    await engine.stop();
  });

  it("shows a message once, under one key, from pending to sent", async () => {
    const { open, calm, room } = setting();
    const engine = await open();
    await engine.openRoom(room).catch(() => {});
    const key = await engine.send(room, "hello");
    const rows = (): readonly string[] =>
      select
        .view(room)(engine.getState())
        .rows.map((row) => row.key);
    expect(rows()).toEqual([key]);
    await calm();
    expect(rows()).toEqual([key]);
    expect(select.view(room)(engine.getState()).rows[0]?.message?.body).toBe("hello");
    await engine.stop();
  });

  it("shows a message once that has come before its entry is gone, as in another tab", async () => {
    const { open, calm, room } = setting();
    const engine = await open();
    await engine.openRoom(room).catch(() => {});
    await engine.send(room, "hello");
    const { outbox } = engine.getState();
    await calm();
    const { rows } = select.view(room)({ ...engine.getState(), outbox });
    expect(rows.map(({ message }) => message?.body)).toEqual(["hello"]);
    await engine.stop();
  });

  it("sends again what a swallowing link took, and the server keeps it once", async () => {
    const { network, open, calm, room, bodies } = setting();
    const engine = await open();
    network.swallow();
    await engine.send(room, "hello");
    await calm();
    expect(bodies()).toEqual(["hello"]);
    await engine.stop();
  });

  it("keeps what the server refuses until the person retries or discards it, and lets later ones pass", async () => {
    const { open, calm, room, bodies, pending } = setting();
    const engine = await open();
    const refused = await engine.send(room, "");
    await engine.send(room, "fine");
    await calm();
    expect(bodies()).toEqual(["fine"]);
    const [entry] = select.outbox(room)(engine.getState());
    expect(entry).toMatchObject({ client_id: refused, state: "failed", error: { code: "empty" } });
    await engine.retry(refused);
    await calm();
    expect(select.outbox(room)(engine.getState())[0]?.state).toBe("failed");
    await engine.discard(refused);
    expect(pending(engine)).toEqual([]);
    await engine.stop();
  });

  describe("on a disk that keeps what is to go from it", () => {
    async function keeping() {
      const made = setting();
      const state = { refusing: false, reads: 0 };
      const disk = altered(made.disk, (database) => ({
        read: (stores) => {
          if (stores.includes("outbox")) state.reads += 1;
          return database.read(stores);
        },
        write(all) {
          const removes = all.some((write) => write.store === "outbox" && "remove" in write);
          return state.refusing && removes ? Promise.reject(new DOMException("busy")) : database.write(all);
        },
      }));
      const tabs = [await made.enter(disk), await made.enter(disk)] as const;
      return { ...made, state, tabs };
    }

    it("sends nothing that was discarded, and shows nothing that was sent a second time", async () => {
      const { network, room, calm, enter, state, tabs, bodies, pending } = await keeping();
      const [first, second] = tabs;
      network.down = true;
      network.cut();
      const regretted = await second.send(room, "regretted");
      await calm();
      state.refusing = true;
      await second.discard(regretted);
      await first.send(room, "one");
      await second.send(room, "two");
      await calm();
      network.down = false;
      await calm();
      expect(bodies().sort()).toEqual(["one", "two"]);
      for (const tab of tabs) expect(pending(tab)).toEqual([]);
      state.reads = 0;
      // What is tried again and again is not news each time.
      await calm();
      expect(state.reads).toBe(0);
      state.refusing = false;
      await calm();
      const third = await enter();
      expect(pending(third)).toEqual([]);
      expect(bodies()).toHaveLength(2);
      for (const tab of [...tabs, third]) await tab.stop();
    });
  });

  it("doesn't bring back what another tab discards while a slow disk takes that it is tried again", async () => {
    const { disk, room, enter, calm, bodies, pending } = setting();
    let written = (): void => {};
    let slow = false;
    const first = await enter();
    const second = await enter(
      altered(disk, (database) => ({
        async write(all) {
          await database.write(all);
          if (slow) await new Promise<void>((resolve) => (written = resolve));
        },
      })),
    );
    const refused = await second.send(room, "");
    await calm();
    slow = true;
    const retried = second.retry(refused);
    await calm();
    await first.discard(refused);
    await calm();
    slow = false;
    written();
    await retried;
    await calm();
    for (const tab of [first, second]) {
      expect(pending(tab)).toEqual([]);
      await tab.stop();
    }
    expect(bodies()).toEqual([]);
  });

  it("shows nothing as waiting in a tab that was opened while it went out", async () => {
    const { disk, room, open, bodies, pending } = setting();
    const leader = await open();
    let sent = false;
    // It goes out between what this tab reads of the outbox and of the drafts; and there is no cache.
    const late = altered(disk, (database) => ({
      async read(stores) {
        if (stores.includes("windows")) return new Map();
        if (stores.includes("outbox") && !sent) {
          sent = true;
          await leader.send(room, "on its way");
        }
        const rows = await database.read(stores);
        if (stores.includes("drafts")) {
          while (pending(leader).length > 0) await settle();
          // All that is told of it is told while this tab isn't open yet.
          for (let turn = 0; turn < 10; turn += 1) await settle();
        }
        return rows;
      },
    }));
    const second = await open(late);
    expect(bodies()).toEqual(["on its way"]);
    for (const tab of [leader, second]) {
      expect(pending(tab)).toEqual([]);
      await tab.stop();
    }
  });

  it("is quiet in a tab that lost its disk", async () => {
    const { disk, room, enter, calm, bodies } = setting();
    let reads = 0;
    const other = await enter(
      altered(disk, (database) => ({
        read: (stores) => {
          if (stores.includes("outbox")) reads += 1;
          return database.read(stores);
        },
      })),
    );
    const losing = losable(disk);
    const engine = await enter(losing);
    losing.lose();
    await calm();
    await engine.send(room, "one");
    await calm();
    expect(bodies()).toEqual(["one"]);
    const before = reads;
    for (let time = 0; time < 3; time += 1) await calm();
    expect(reads).toBe(before);
    for (const tab of [engine, other]) await tab.stop();
  });

  it("outlives a restored server whose epoch is another", async () => {
    const { server, network, open, calm, room, bodies, pending } = setting();
    const engine = await open();
    network.down = true;
    network.cut();
    await engine.send(room, "kept");
    server.restore();
    network.down = false;
    await calm();
    expect(bodies()).toEqual(["kept"]);
    expect(pending(engine)).toEqual([]);
    await engine.stop();
  });

  it("goes out by the tab that leads, whichever tab wrote it", async () => {
    const { open, calm, room, bodies, pending } = setting();
    const leader = await open();
    const second = await open();
    await second.send(room, "from the second");
    await calm();
    expect(bodies()).toEqual(["from the second"]);
    expect(pending(leader)).toEqual([]);
    expect(pending(second)).toEqual([]);
    await leader.stop();
    await second.send(room, "after the leader left");
    await calm();
    expect(bodies()).toEqual(["from the second", "after the leader left"]);
    await second.stop();
  });

  it("goes out of a tab that lost its disk, and of the others by another one", async () => {
    const { disk, network, open, calm, room, bodies, pending } = setting();
    const taken = losable(disk);
    const leader = await open(taken);
    const second = await open();
    network.down = true;
    network.cut();
    await leader.send(room, "on the disk");
    taken.lose();
    expect(leader.getState().disk_lost).toBe(true);
    await leader.send(room, "in memory only");
    await second.send(room, "of another tab");
    network.down = false;
    await calm();
    expect([...bodies()].sort()).toEqual(["in memory only", "of another tab", "on the disk"]);
    expect(pending(leader)).toEqual([]);
    expect(pending(second)).toEqual([]);
    await leader.stop();
    await second.stop();
  });

  it("is wiped with cache and drafts by signing out", async () => {
    const { open, calm, room } = setting();
    const engine = await open();
    engine.setDraft(room, "half a thought");
    const done = engine.signOut();
    await calm();
    await done;
    expect(engine.getState()).toMatchObject({ session: "signed_out", ended: "chosen", me: null });
    const next = await open();
    expect(next.getState()).toMatchObject({ session: "signed_out", ended: null, me: null });
    expect(next.getDraft(room)).toBe("");
    await next.stop();
  });

  it("is wiped by signing out in one tab, whatever another tab has heard of it before the answer", async () => {
    const { network, open, calm, room, bodies, pending } = setting();
    const first = await open();
    const second = await open();
    second.setDraft(room, "half a thought");
    await first.send(room, "");
    await calm();
    expect(pending(first)).toEqual([""]);
    const done = first.signOut();
    await calm();
    await done;
    expect(first.getState()).toMatchObject({ session: "signed_out", ended: "chosen", me: null });
    expect(second.getState()).toMatchObject({ session: "signed_out", ended: "chosen", me: null });
    await second.stop();
    network.signedIn = true;
    const again = first.start();
    await calm();
    await again;
    expect(first.getState()).toMatchObject({ session: "signed_in", ended: null });
    expect(pending(first)).toEqual([]);
    expect(first.getDraft(room)).toBe("");
    expect(bodies()).toEqual([]);
    await first.stop();
  });

  it("is left at once when the answer to signing out is lost on its way", async () => {
    const { network, open, calm, room } = setting();
    const engine = await open();
    engine.setDraft(room, "half a thought");
    const done = engine.signOut();
    network.step();
    network.requests.at(-1)?.lose();
    await calm();
    await done;
    expect(engine.getState()).toMatchObject({ session: "signed_out", ended: "chosen", me: null });
    await engine.stop();
  });

  it("waits for its author when others ended the session, and every tab knows that they did", async () => {
    const { network, open, calm, room, bodies, pending } = setting();
    const first = await open();
    const second = await open();
    network.down = true;
    network.cut();
    await first.send(room, "not yet");
    await calm();
    network.down = false;
    network.signedIn = false;
    await calm();
    for (const engine of [first, second]) {
      expect(engine.getState()).toMatchObject({ session: "signed_out", ended: "unknown", me: null });
      await engine.stop();
    }
    expect(bodies()).toEqual([]);
    network.signedIn = true;
    const next = await open();
    await calm();
    expect(bodies()).toEqual(["not yet"]);
    expect(pending(next)).toEqual([]);
    await next.stop();
  });
});
