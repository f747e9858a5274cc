import { describe, expect, it } from "vitest";
import type { Engine } from "./contract.ts";
import { select } from "./select.ts";
import type { Write } from "./storage.ts";
import { chance } from "./testing/chance.ts";
import { settle } from "./testing/manual-clock.ts";
import { afterReads, altered, losable, setting } from "./testing/setting.ts";

describe("a draft", () => {
  it("stays for a room that one was taken out of, and goes where one leaves", async () => {
    const { server, me, network, open, calm, room } = setting();
    const kept = server.createRoom(me, "public", "kept");
    const engine = await open();
    for (const place of [room, kept]) engine.setDraft(place, "half a thought");
    network.down = true;
    network.cut();
    server.removeMember(room, me);
    await engine.send(room, "whole");
    engine.setDraft(room, "half a thought");
    await calm();
    expect(engine.getDraft(room)).toBe("half a thought");
    network.down = false;
    await calm();
    expect(engine.getState().rooms.get(room)?.mine ?? null).toBeNull();
    expect(engine.getDraft(room)).toBe("half a thought");
    expect(engine.getDraft(kept)).toBe("half a thought");
    expect(select.outbox(room)(engine.getState())).toMatchObject([{ body: "whole", state: "failed" }]);
    await engine.stop();
    const next = await open();
    expect(next.getDraft(room)).toBe("half a thought");
    expect(next.getDraft(kept)).toBe("half a thought");
    const left = next.leave(kept);
    await calm();
    await left;
    expect(next.getDraft(kept)).toBe("");
    await next.stop();
  });

  it("is there before anything shows for whoever was signed out by others and signs in again", async () => {
    const { network, open, calm, room } = setting();
    const engine = await open();
    engine.setDraft(room, "half a thought");
    await calm();
    network.signedIn = false;
    network.cut();
    await calm();
    expect(engine.getState()).toMatchObject({ session: "signed_out", ended: "unknown" });
    const shown: string[] = [];
    engine.subscribe(() => {
      if (engine.getState().session === "signed_in") shown.push(engine.getDraft(room));
    });
    network.signedIn = true;
    const again = engine.start();
    await calm();
    await again;
    expect([...new Set(shown)]).toEqual(["half a thought"]);
    await engine.stop();
  });

  it("is the same in every tab, and goes from all when it is sent", async () => {
    const { open, calm, room } = setting();
    const tabs = [await open(), await open(), await open()] as const;
    const [first, second, third] = tabs;
    const shown = () => [...new Set(tabs.map((tab) => tab.getDraft(room)))];
    first.setDraft(room, "half");
    await calm();
    expect(shown()).toEqual(["half"]);
    second.setDraft(room, "half a thought");
    await calm();
    expect(shown()).toEqual(["half a thought"]);
    third.setDraft(room, "half a thought, and its end ");
    await third.send(room, "half a thought, and its end");
    await calm();
    expect(shown()).toEqual([""]);
    first.setDraft(room, "another");
    await calm();
    second.setDraft(room, "");
    await calm();
    expect(shown()).toEqual([""]);
    const next = await open();
    expect(next.getDraft(room)).toBe("");
    for (const tab of [...tabs, next]) await tab.stop();
  });

  it("isn't lost where a tab that knew nothing of it goes on", async () => {
    const { open, calm, room } = setting();
    const first = await open();
    const second = await open();
    second.setDraft(room, "half a thought");
    await second.stop();
    await calm();
    expect(first.getDraft(room)).toBe("half a thought");
    await first.stop();
  });

  it("is heard of by a tab that is opened meanwhile", async () => {
    const { open, calm, room, disk } = setting();
    const first = await open();
    first.setDraft(room, "hel");
    await calm();
    const second = await open(
      afterReads(disk, async (stores) => {
        if (!stores.includes("drafts")) return;
        first.setDraft(room, "hello there");
        await calm();
      }),
    );
    await calm();
    for (const tab of [first, second]) expect(tab.getDraft(room)).toBe("hello there");
    await first.send(room, "hello there");
    await calm();
    for (const tab of [first, second]) {
      expect(tab.getDraft(room)).toBe("");
      await tab.stop();
    }
  });

  it("is made of both in every tab where two were typed at once, and goes from all when it is sent", async () => {
    const { open, calm, room, bodies } = setting();
    const first = await open();
    const second = await open();
    const shown = () => [...new Set([first, second].map((tab) => tab.getDraft(room)))];
    for (const begun of ["", "begun "]) {
      first.setDraft(room, begun);
      await calm();
      first.setDraft(room, `${begun}short`);
      second.setDraft(room, `${begun}a whole paragraph`);
      await calm();
      const [words = "", ...others] = shown();
      expect(others).toEqual([]);
      expect(words.match(/begun|short|a whole paragraph/g)?.sort()).toEqual(
        ["a whole paragraph", begun.trim(), "short"].filter(Boolean).sort(),
      );
      await first.send(room, words);
      await calm();
      expect(shown()).toEqual([""]);
      const next = await open();
      expect(next.getDraft(room)).toBe("");
      await next.stop();
    }
    expect(bodies()).toHaveLength(2);
    for (const tab of [first, second]) await tab.stop();
  });

  it("is made of all where three type at once, and goes from all when it is sent", async () => {
    const { open, calm, room } = setting();
    const tabs = [await open(), await open(), await open()] as const;
    for (const [at, body] of ["alpha", "beta", "gamma"].entries()) tabs[at]?.setDraft(room, body);
    await calm();
    const [words = "", ...others] = new Set(tabs.map((tab) => tab.getDraft(room)));
    expect(others).toEqual([]);
    expect(words.split("\n").sort()).toEqual(["alpha", "beta", "gamma"]);
    await tabs[1].send(room, words);
    await calm();
    for (const tab of tabs) {
      expect(tab.getDraft(room)).toBe("");
      await tab.stop();
    }
  });

  it("goes on behind what another tab sends of it meanwhile, and doesn't go with what wasn't it", async () => {
    const { open, calm, room } = setting();
    const first = await open();
    const second = await open();
    first.setDraft(room, "half a thought");
    await calm();
    second.setDraft(room, "half a thought, and more");
    await first.send(room, "half a thought");
    await calm();
    for (const tab of [first, second]) expect(tab.getDraft(room)).toBe(", and more");
    await first.send(room, "something else");
    await calm();
    const third = await open();
    for (const tab of [first, second, third]) {
      expect(tab.getDraft(room)).toBe(", and more");
      await tab.stop();
    }
  });

  it("is on the disk where whoever typed it came no further than to tell", async () => {
    const { open, calm, room, disk } = setting();
    const losing = losable(disk);
    const first = await open(losing);
    const second = await open();
    losing.lose();
    first.setDraft(room, "half a thought");
    await calm();
    for (const tab of [first, second]) await tab.stop();
    const third = await open();
    expect(third.getDraft(room)).toBe("half a thought");
    await third.stop();
  });

  describe("on a disk that takes nothing for a while", () => {
    /** Two tabs on one disk, which takes no writes, or no rows, while `refusing`. */
    async function filling(refuses: (writes: readonly Write[]) => boolean) {
      const made = setting();
      const state = { refusing: false };
      const disk = altered(made.disk, (database) => ({
        write: (writes) =>
          state.refusing && refuses(writes)
            ? Promise.reject(new DOMException("full", "QuotaExceededError"))
            : database.write(writes),
      }));
      const tabs = [await made.enter(disk), await made.enter(disk)] as const;
      return { ...made, state, tabs };
    }
    const all = () => true;
    const rows = (writes: readonly Write[]) => writes.some((write) => "put" in write);

    it("is the same in every tab all the while, is sent once, and is on the disk when that takes it again", async () => {
      const { room, calm, open, state, tabs, bodies } = await filling(all);
      const [first, second] = tabs;
      first.setDraft(room, "Let");
      await calm();
      state.refusing = true;
      for (const words of ["Let us", "Let us meet at nine"]) {
        first.setDraft(room, words);
        await calm();
        expect(second.getDraft(room)).toBe(words);
      }
      await first.send(room, "Let us meet at nine");
      await calm();
      expect(tabs.map((tab) => tab.getDraft(room))).toEqual(["", ""]);
      second.setDraft(room, "And bring");
      await calm();
      state.refusing = false;
      await calm();
      const third = await open();
      for (const tab of [...tabs, third]) {
        expect(tab.getDraft(room)).toBe("And bring");
        await tab.stop();
      }
      expect(bodies()).toEqual(["Let us meet at nine"]);
    });

    it("is gone from it once it is sent, though the message found no place there", async () => {
      const { room, calm, open, state, tabs, bodies, network } = await filling(rows);
      const [first, second] = tabs;
      first.setDraft(room, "hello th");
      await calm();
      state.refusing = true;
      first.setDraft(room, "hello there");
      network.down = true;
      network.cut();
      await first.send(room, "hello there");
      await calm();
      // Until it is with the server, the disk has nothing else of it.
      const early = await open();
      expect(early.getDraft(room)).toBe("hello th");
      await early.stop();
      network.down = false;
      await calm();
      expect(bodies()).toEqual(["hello there"]);
      const third = await open();
      for (const tab of [first, second, third]) {
        expect(tab.getDraft(room)).toBe("");
        await tab.stop();
      }
    });

    it("is gone from it once it is sent, though the answer got lost", async () => {
      const { room, calm, open, state, tabs, bodies, network } = await filling(rows);
      const [, second] = tabs;
      second.setDraft(room, "hello there");
      await calm();
      state.refusing = true;
      network.swallow();
      await second.send(room, "hello there");
      await calm();
      expect(bodies()).toEqual(["hello there"]);
      const third = await open();
      for (const tab of [...tabs, third]) {
        expect(tab.getDraft(room)).toBe("");
        await tab.stop();
      }
    });

    it("is told when typing pauses, however long the disk refuses", async () => {
      const { room, clock, calm, state, tabs } = await filling(all);
      const [first, second] = tabs;
      state.refusing = true;
      first.setDraft(room, "Let");
      await calm();
      first.setDraft(room, "Let us");
      clock.advance(500);
      await settle();
      expect(second.getDraft(room)).toBe("Let us");
      for (const tab of tabs) await tab.stop();
    });

    it("takes the words of an edit whose message is gone, once, and keeps them so", async () => {
      const { server, me, room, calm, enter, state, tabs, bodies } = await filling(all);
      const [first, second] = tabs;
      const message = server.post(me, room, "a mistke", "one", []).message;
      await calm();
      first.setDraft(room, "half a thought");
      first.setEdit(message, "a mistak");
      await calm();
      state.refusing = true;
      first.setEdit(message, "a mistake");
      await calm();
      server.remove(message.id);
      await calm();
      for (const tab of tabs) expect(tab.getDraft(room)).toBe("half a thought\na mistake");
      await second.send(room, "half a thought\na mistake");
      await calm();
      state.refusing = false;
      await calm();
      const third = await enter();
      for (const tab of [...tabs, third]) {
        expect(tab.getState()).toMatchObject({ drafts: new Map(), edits: new Map() });
        await tab.stop();
      }
      expect(bodies()).toContain("half a thought\na mistake");
    });
  });

  it("of whoever signed out while it was read is shown to nobody", async () => {
    const { network, room, open, calm, disk } = setting();
    const first = await open();
    first.setDraft(room, "secret words");
    await calm();
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let reads = 0;
    const slow = afterReads(disk, (stores) => {
      if (!stores.includes("drafts")) return;
      reads += 1;
      return held;
    });
    const second = open(slow);
    await calm();
    expect(reads).toBe(1);
    const out = first.signOut();
    await calm();
    await out;
    network.signedIn = false;
    release();
    const late = await second;
    await calm();
    expect(late.getState()).toMatchObject({ session: "signed_out", me: null, drafts: new Map() });
    for (const tab of [first, late]) await tab.stop();
  });

  it("outlives a reload", async () => {
    const { open, room } = setting();
    const before = await open();
    before.setDraft(room, "half a thought");
    await before.stop();
    const after = await open();
    expect(after.getDraft(room)).toBe("half a thought");
    await after.stop();
  });
});

describe("what is typed", () => {
  /**
   * Four tabs of one person, who types in them and sends, in one after the other or in several at once, while others
   * delete messages and the disk now and then refuses. Whoever types in one after the other closes some and opens others.
   */
  async function walk(seed: number, atOnce: boolean): Promise<void> {
    const { server, me, room, enter, calm, disk, bodies } = setting();
    const { below } = chance(seed);
    let refusing = false;
    const fickle = altered(disk, (database) => ({
      write: (writes) =>
        refusing && below(2) === 0
          ? Promise.reject(new DOMException("full", "QuotaExceededError"))
          : database.write(writes),
    }));
    let posts = 0;
    const post = () => {
      posts += 1;
      return server.post(me, room, "a note", `note ${posts}`, []).message;
    };
    let message = post();
    const tabs = [await enter(fickle), await enter(fickle), await enter(fickle), await enter(fickle)];
    const words: string[] = [];
    const withMore = (text: string) => {
      words.push(`w${words.length}.`);
      return `${text} ${words.at(-1)}`.trimStart();
    };
    const edit = (tab: Engine) => select.edit(message.id)(tab.getState())?.body ?? "";
    refusing = true;
    for (let step = 0; step < 40; step += 1) {
      const at = below(tabs.length);
      const tab = tabs[at] as Engine;
      const deed = below(11);
      if (deed < 4) tab.setDraft(room, withMore(tab.getDraft(room)));
      else if (deed < 8) tab.setEdit(message, withMore(edit(tab)));
      else if (deed < 9) {
        server.remove(message.id);
        await calm();
        message = post();
      } else if (deed < 10) {
        if (tab.getDraft(room).trim() !== "") await tab.send(room, tab.getDraft(room));
      } else if (!atOnce) {
        // Who closes a tab whose words the disk refused has them in the others.
        await tab.stop();
        tabs[at] = await enter(fickle);
      }
      if (!atOnce) await calm();
    }
    await calm();
    refusing = false;
    for (let time = 0; time < 2; time += 1) await calm();
    tabs.push(await enter());
    const shown = tabs.map((tab) => `${tab.getDraft(room)}\n${edit(tab)}`);
    expect([...new Set(shown)]).toHaveLength(1);
    const found = [...bodies(), ...new Set(shown)].join("\n").match(/w\d+\./g) ?? [];
    expect([...new Set(found)].sort()).toEqual([...words].sort());
    if (!atOnce) expect(found).toHaveLength(words.length);
    for (const tab of tabs) await tab.stop();
  }

  const seeds = Array.from({ length: 30 }, (_, seed) => seed);
  it.each(seeds)("is kept once, and shown in every tab (walk %i)", (seed) => walk(seed, false));
  it.each(seeds)("stays somewhere where it is typed in several tabs at once (walk %i)", (seed) => walk(seed, true));
});
