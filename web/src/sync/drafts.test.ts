import { describe, expect, it } from "vitest";
import type { Message } from "../api/types.ts";
import type { Engine } from "./contract.ts";
import { select } from "./select.ts";
import type { Storage, Write } from "./storage.ts";
import { soleTab } from "./tabs.ts";
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

describe("an edit", () => {
  const edit = (engine: Engine, { id }: Message) => select.edit(id)(engine.getState())?.body ?? null;

  /** A tab that leads, sees its disk `through` something, and shows a message. */
  async function written(through: (disk: Storage) => Storage = (disk) => disk) {
    const made = setting();
    const { server, me, room, disk, enter } = made;
    const post = (body: string) => server.post(me, room, body, body, []).message;
    const message = post("a mistke");
    const engine = await enter(through(disk));
    return { ...made, post, message, engine };
  }

  it("that is under way outlives the page, until it is saved, given up, or says what the message says", async () => {
    const { engine, message, open, calm } = await written();
    const reloaded = async () => {
      await calm();
      const next = await open();
      const words = edit(next, message);
      await next.stop();
      return words;
    };
    engine.setEdit(message, "a mis");
    expect(await reloaded()).toBe("a mis");
    engine.setEdit(message, "");
    expect(await reloaded()).toBeNull();
    engine.setEdit(message, "a mistak");
    engine.setEdit(message, message.body);
    expect(await reloaded()).toBeNull();
    engine.setEdit(message, "a mistak");
    const saved = engine.edit(message, "a mistake");
    expect(edit(engine, message)).toBe("a mistake");
    await calm();
    await saved;
    expect(edit(engine, message)).toBeNull();
    expect(await reloaded()).toBeNull();
    await engine.stop();
  });

  it("that fails outlives the page until it is dismissed", async () => {
    const { engine, message, network, open, calm } = await written();
    network.down = true;
    const failing = engine.edit(message, "a mistake");
    await calm();
    await failing;
    expect(select.change(message.id)(engine.getState())).toMatchObject({ state: "failed", body: "a mistake" });
    network.down = false;
    const next = await open();
    expect(edit(next, message)).toBe("a mistake");
    engine.dismissChange(message.id);
    await calm();
    const last = await open();
    expect(edit(last, message)).toBeNull();
    for (const tab of [engine, next, last]) await tab.stop();
  });

  it("of a message that others delete goes on in the room's draft; with one's own deletion it goes", async () => {
    const { engine, message, post, server, room, open, calm } = await written();
    const other = post("another");
    await calm();
    engine.setDraft(room, "half a thought");
    engine.setEdit(message, "a mistake");
    engine.setEdit(other, "nothing worth");
    server.remove(message.id);
    const removed = engine.remove(other);
    await calm();
    await removed;
    expect(engine.getDraft(room)).toBe("half a thought\na mistake");
    for (const one of [message, other]) expect(edit(engine, one)).toBeNull();
    const next = await open();
    expect(next.getDraft(room)).toBe("half a thought\na mistake");
    expect(edit(next, message)).toBeNull();
    for (const tab of [engine, next]) await tab.stop();
  });

  it("of a message that others delete takes nothing away from what another tab has written there", async () => {
    const { engine, message, server, room, open, calm } = await written();
    const writer = await open();
    engine.setEdit(message, "a mistake");
    writer.setDraft(room, "a whole paragraph");
    await calm();
    server.remove(message.id);
    await calm();
    expect(engine.getDraft(room)).toBe("a whole paragraph\na mistake");
    const next = await open();
    expect(next.getDraft(room)).toBe("a whole paragraph\na mistake");
    for (const tab of [engine, writer, next]) await tab.stop();
  });

  describe("of a message that others delete", () => {
    /** What the tabs show, and one that is opened now: drafts and edits. */
    async function everywhere(made: Awaited<ReturnType<typeof written>>, tabs: readonly Engine[]) {
      const next = await made.open();
      const shown = [...tabs, next].map((tab) => [tab.getDraft(made.room), edit(tab, made.message)]);
      await next.stop();
      return [...new Set(shown.map((words) => JSON.stringify(words)))].map((words) => JSON.parse(words));
    }

    it("goes on once, as it was typed last, whichever tab hears of it first", async () => {
      const made = await written();
      const { engine, message, server, open, calm } = made;
      engine.setEdit(message, "a mistak");
      await calm();
      const onlookers = [await made.enter(), await made.enter()];
      const writer = await open();
      const tabs = [engine, writer, ...onlookers];
      writer.setEdit(message, "a mistake, all of it");
      await calm();
      server.remove(message.id);
      await calm();
      expect(await everywhere(made, tabs)).toEqual([["a mistake, all of it", null]]);
      for (const tab of tabs) await tab.stop();
    });

    it("goes on where the tab that leads never saw its room", async () => {
      const { server, me, room, open, enter, calm } = setting();
      const message = server.post(me, room, "a mistke", "one", []).message;
      const leader = await open();
      const typed = await open();
      typed.setEdit(message, "a mistake");
      await typed.stop();
      const tab = await enter();
      server.remove(message.id);
      await calm();
      for (const one of [leader, tab]) expect(one.getDraft(room)).toBe("a mistake");
      expect(edit(tab, message)).toBeNull();
      for (const one of [leader, tab]) await one.stop();
    });

    it("goes on once the tab that leads is gone, where nobody led", async () => {
      const made = await written();
      const { engine, message, server, network, calm } = made;
      const tab = await made.enter();
      tab.setEdit(message, "a mistake");
      await calm();
      network.down = true;
      network.cut();
      await engine.stop();
      server.remove(message.id);
      network.down = false;
      await calm();
      expect(await everywhere(made, [tab])).toEqual([["a mistake", null]]);
      await tab.stop();
    });

    it.each([
      {
        what: "is added to what another tab types meanwhile",
        typed: "half a thought, more",
        kept: "half a thought, more\n",
      },
      { what: "stands alone in a box that is emptied meanwhile", typed: "", kept: "" },
      { what: "stands alone in a box that is sent meanwhile", kept: "", sends: true },
      { what: "is added to what a tab leaves that is closed meanwhile", typed: "left", kept: "left\n", closes: true },
    ])("$what", async ({ typed, kept, closes, sends }) => {
      for (const writes of [0, 1]) {
        const made = await written();
        const { engine, message, server, room, calm, network } = made;
        const tabs = [engine, await made.enter()];
        const writer = tabs[writes] as Engine;
        writer.setDraft(room, "half a thought");
        engine.setEdit(message, "a mistake");
        await calm();
        server.remove(message.id);
        do await settle();
        while (network.step());
        for (const tab of tabs) expect(edit(tab, message)).toBe("a mistake");
        if (typed !== undefined) writer.setDraft(room, typed);
        if (sends) await writer.send(room, "half a thought");
        if (closes) await writer.stop();
        await calm();
        const open = closes ? tabs.filter((tab) => tab !== writer) : tabs;
        expect(await everywhere(made, open)).toEqual([[`${kept}a mistake`, null]]);
        for (const tab of open) await tab.stop();
      }
    });

    it("doesn't go on where it was deleted on purpose, in whichever tab", async () => {
      const made = await written();
      const { engine, message, post, server, room, calm } = made;
      const other = await made.enter();
      const second = post("another");
      await calm();
      engine.setEdit(message, "a mistake");
      other.setEdit(second, "another mistake");
      await calm();
      const removed = [other.remove(message), engine.remove(second)];
      await calm();
      await Promise.all(removed);
      expect(server.rooms.get(room)?.messages.every(({ deleted_at }) => deleted_at)).toBe(true);
      for (const tab of [engine, other]) expect(tab.getState()).toMatchObject({ drafts: new Map(), edits: new Map() });
      for (const tab of [engine, other]) await tab.stop();
    });

    it("goes on once where two tabs lead, which can't agree", async () => {
      const made = setting();
      const { server, me, room, calm } = made;
      const messages = ["one", "two", "three"].map((body) => server.post(me, room, body, body, []).message);
      // Both read before either writes.
      const slow = afterReads(made.disk, async () => {
        for (let turn = 0; turn < 5; turn += 1) await settle();
      });
      const enter = () => made.enter(slow, soleTab);
      const tabs = [await enter(), await enter()] as const;
      for (const message of messages) tabs[0].setEdit(message, `${message.body}, changed`);
      await calm();
      for (const { id } of messages) server.remove(id);
      await calm();
      for (const tab of [...tabs, await enter()]) {
        expect(tab.getDraft(room).split("\n").sort()).toEqual(["one, changed", "three, changed", "two, changed"]);
        expect(tab.getState().edits.size).toBe(0);
        await tab.stop();
      }
    });

    it("goes on in memory where the disk takes nothing", async () => {
      const full = () => Promise.reject(new DOMException("full", "QuotaExceededError"));
      const made = await written((disk) => altered(disk, () => ({ write: full })));
      const { engine, message, server, room, calm } = made;
      engine.setDraft(room, "half a thought");
      engine.setEdit(message, "a mistake");
      await calm();
      server.remove(message.id);
      await calm();
      expect(engine.getDraft(room)).toBe("half a thought\na mistake");
      expect(edit(engine, message)).toBeNull();
      await engine.stop();
    });

    it("loses neither of two that were typed at once", async () => {
      const made = await written();
      const { engine, message, server, room, calm } = made;
      const writer = await made.enter();
      engine.setEdit(message, "a mistake");
      writer.setEdit(message, "the mistake");
      await calm();
      server.remove(message.id);
      await calm();
      const words = await everywhere(made, [engine, writer]);
      expect(words.map(([draft, edit]) => [draft.split("\n").sort(), edit])).toEqual([
        [["a mistake", "the mistake"], null],
      ]);
      for (const tab of [engine, writer]) expect(tab.getState().moves.get(room)).toBe(1);
      for (const tab of [engine, writer]) await tab.stop();
    });

    it("goes on in memory where the disk was lost", async () => {
      const { server, me, room, disk, enter, calm } = setting();
      const message = server.post(me, room, "a mistke", "one", []).message;
      const losing = losable(disk);
      const engine = await enter(losing);
      engine.setDraft(room, "half a thought");
      engine.setEdit(message, "a mistake");
      await calm();
      losing.lose();
      await calm();
      server.remove(message.id);
      await calm();
      expect(engine.getDraft(room)).toBe("half a thought\na mistake");
      expect(edit(engine, message)).toBeNull();
      await engine.stop();
    });
  });

  it("is the same in every tab, also where two type at once", async () => {
    const { engine, message, open, calm } = await written();
    const other = await open();
    engine.setEdit(message, "a mistak");
    await calm();
    other.setEdit(message, "a mistake");
    await calm();
    expect(edit(engine, message)).toBe("a mistake");
    engine.setEdit(message, "a mistake, then");
    other.setEdit(message, "a mistake, all of it");
    await calm();
    expect(edit(engine, message)).toMatch(/^a mistake(, then|, all of it){2}$/);
    expect(edit(other, message)).toBe(edit(engine, message));
    // Typed on while another tab gives it up, it stays.
    engine.setEdit(message, message.body);
    other.setEdit(message, "the mistake");
    await calm();
    const next = await open();
    for (const tab of [engine, other, next]) {
      expect(edit(tab, message)).toBe("the mistake");
      await tab.stop();
    }
  });

  it("that is done with in one tab is done with in all", async () => {
    const { engine, message, open, calm } = await written();
    engine.setEdit(message, "a mistak");
    await calm();
    const other = await open();
    expect(edit(other, message)).toBe("a mistak");
    engine.setEdit(message, message.body);
    await calm();
    expect(edit(other, message)).toBeNull();
    for (const tab of [engine, other]) await tab.stop();
  });

  it("goes where one leaves its room, and the oldest go where there are more than fifty", async () => {
    const { engine, post, room, clock, open, calm } = await written();
    const messages = Array.from({ length: 51 }, (_, at) => post(`note ${at}`));
    const [first, second, third] = messages as [Message, Message, Message];
    await calm();
    for (const message of [...messages.slice(0, 50), first, messages[50]]) {
      clock.advance(1);
      if (message) engine.setEdit(message, `${message.body}, changed`);
    }
    await calm();
    const next = await open();
    for (const tab of [engine, next]) {
      expect(tab.getState().edits.size).toBe(50);
      expect([first, second, third].map((message) => edit(tab, message))).toEqual([
        "note 0, changed",
        null,
        "note 2, changed",
      ]);
    }
    const left = engine.leave(room);
    await calm();
    await left;
    await calm();
    expect(engine.getState().edits.size).toBe(0);
    const last = await open();
    expect(last.getState().edits.size).toBe(0);
    for (const tab of [engine, next, last]) await tab.stop();
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
