import { describe, expect, it } from "vitest";
import type { Message } from "../api/types.ts";
import type { Engine } from "./contract.ts";
import { select } from "./select.ts";
import type { Storage } from "./storage.ts";
import { soleTab } from "./tabs.ts";
import { settle } from "./testing/manual-clock.ts";
import { afterReads, altered, losable, setting } from "./testing/setting.ts";

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

  it("that one's own deletion doesn't take along after all still knows on which version it was begun", async () => {
    const { engine, message, server, network, calm } = await written();
    engine.setEdit(message, "a mistake");
    const kept = () => select.edit(message.id)(engine.getState());
    const begun = kept()?.on;
    const later = server.edit(message.id, "changed elsewhere");
    await calm();
    network.down = true;
    const removed = engine.remove(later);
    await calm();
    await removed;
    expect(kept()).toMatchObject({ body: "a mistake", on: begun });
    expect(later.edited_at).not.toBe(begun);
    await engine.stop();
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

    /** Types in a tab that sees its disk `through` something, deletes the message, and looks where the words are. */
    async function goesOnInMemory(through: (disk: Storage) => Storage, meanwhile = () => {}): Promise<void> {
      const { engine, message, server, room, calm } = await written(through);
      engine.setDraft(room, "half a thought");
      engine.setEdit(message, "a mistake");
      await calm();
      meanwhile();
      await calm();
      server.remove(message.id);
      await calm();
      expect(engine.getDraft(room)).toBe("half a thought\na mistake");
      expect(edit(engine, message)).toBeNull();
      await engine.stop();
    }

    it("goes on in memory where the disk takes nothing", async () => {
      const full = () => Promise.reject(new DOMException("full", "QuotaExceededError"));
      await goesOnInMemory((disk) => altered(disk, () => ({ write: full })));
    });

    it("goes on in memory where the disk was lost", async () => {
      let lose = (): void => {};
      const through = (disk: Storage) => {
        const losing = losable(disk);
        lose = losing.lose;
        return losing;
      };
      await goesOnInMemory(through, () => lose());
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
