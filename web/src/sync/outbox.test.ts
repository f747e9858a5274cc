import { describe, expect, it } from "vitest";
import type { Message } from "../api/types.ts";
import type { Engine } from "./contract.ts";
import { select } from "./select.ts";
import { losable, setting } from "./testing/setting.ts";

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
      expect(engine.getState()).toMatchObject({ session: "signed_out", ended: "imposed", me: null });
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

  it("keeps the draft of a room that one was taken out of, and lets it go where one leaves", async () => {
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

  it("has the drafts there before anything shows for whoever was signed out by others and signs in again", async () => {
    const { network, open, calm, room } = setting();
    const engine = await open();
    engine.setDraft(room, "half a thought");
    await calm();
    network.signedIn = false;
    network.cut();
    await calm();
    expect(engine.getState()).toMatchObject({ session: "signed_out", ended: "imposed" });
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

  it("takes the draft along that was sent, and not the other one of a second tab", async () => {
    const { open, calm, room } = setting();
    const first = await open();
    const second = await open();
    for (const writers of [
      [first, second],
      [second, first],
    ]) {
      for (const tab of writers) {
        tab.setDraft(room, tab === first ? "short " : "a whole paragraph");
        await calm();
      }
      await first.send(room, "short");
      await calm();
      expect(first.getDraft(room)).toBe("");
      expect(second.getDraft(room)).toBe("a whole paragraph");
      const third = await open();
      expect(third.getDraft(room)).toBe("a whole paragraph");
      await third.stop();
    }
    second.setDraft(room, "");
    first.setDraft(room, "seen in both");
    await calm();
    const third = await open();
    expect(third.getDraft(room)).toBe("seen in both");
    await first.send(room, "seen in both");
    await calm();
    expect(third.getDraft(room)).toBe("");
    const fourth = await open();
    expect(fourth.getDraft(room)).toBe("");
    for (const tab of [first, second, third, fourth]) await tab.stop();
  });

  it("brings drafts back after a reload", async () => {
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

  async function written() {
    const made = setting();
    const { server, me, room, open, calm } = made;
    const post = (body: string) => server.post(me, room, body, body, []).message;
    const message = post("a mistke");
    const engine = await open();
    const opened = engine.openRoom(room);
    await calm();
    await opened;
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

  it("of a message that others delete goes on where it was typed, whichever tab hears of it first", async () => {
    const { engine, message, server, room, open, calm } = await written();
    engine.setEdit(message, "a mistak");
    await calm();
    const onlookers = [await open(), await open()];
    const writer = await open();
    for (const tab of onlookers) await tab.openRoom(room);
    writer.setEdit(message, "a mistake, all of it");
    await calm();
    server.remove(message.id);
    await calm();
    expect(writer.getDraft(room)).toContain("a mistake, all of it");
    for (const tab of [engine, writer, ...onlookers]) await tab.stop();
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
