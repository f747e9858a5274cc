import { describe, expect, it } from "vitest";
import { createApi } from "../api/client.ts";
import { createReads } from "./reads.ts";
import { Disconnected, type Link } from "./socket.ts";
import { createStore } from "./store.ts";
import { manualClock, settle } from "./testing/manual-clock.ts";
import { ModelServer } from "./testing/model-server.ts";

/** A room with messages that I have not read, and a link whose answers the test holds. */
function setting() {
  const server = new ModelServer();
  const me = server.addUser("ana");
  const other = server.addUser("bo");
  const room = server.createRoom(other, "public", "harbour");
  server.addMember(room, me);
  const [first = 0, second = 0, third = 0] = ["a", "b", "c"].map(
    (body) => server.post(other, room, body, body).message.ts,
  );
  const store = createStore();
  store.dispatch({ type: "me", me: server.me(me) });
  store.dispatch({ type: "rooms", rooms: server.mine(me), heads: { [`user:${me}`]: 1 }, replay: [] });

  const sent: unknown[] = [];
  const losses: (() => void)[] = [];
  const link: Link = {
    start() {},
    stop() {},
    ask: (_op, d) =>
      new Promise((_answered, failed) => {
        sent.push(d);
        losses.push(() => failed(new Disconnected("The link is gone.")));
      }),
    tell() {},
    live: true,
    hurry() {},
    probe() {},
    resync() {},
  };
  let answer: () => void = () => {};
  const fetch = (): Promise<Response> =>
    new Promise((resolve) => {
      answer = () => resolve(Response.json(server.read(me, room, first, true)));
    });
  const clock = manualClock();
  const api = createApi({ baseUrl: "http://model", fetch, timer: clock.timer });
  const reads = createReads(store, api, link, clock);
  const position = () => store.getState().rooms.get(room)?.mine?.read_ts;
  const lose = () => losses.splice(0).forEach((lost) => void lost());
  return { room, first, second, third, reads, clock, sent, lose, answer: () => answer(), position };
}

describe("a read position", () => {
  it("is sent again as the newest of those that a broken link lost together", async () => {
    const { room, second, third, reads, clock, sent, lose } = setting();
    reads.read(room, second);
    reads.read(room, third);
    clock.advance(3_000);
    expect(sent).toEqual([
      { room, ts: second },
      { room, ts: third },
    ]);
    lose();
    await settle();
    reads.flush();
    expect(sent.slice(2)).toEqual([{ room, ts: third }]);
    reads.stop();
  });

  it("that was lost while the person stepped back doesn't undo the step", async () => {
    const { room, first, third, reads, sent, lose, answer, position } = setting();
    reads.read(room, third);
    const back = reads.unread(room, first);
    await settle();
    lose();
    await settle();
    answer();
    await back;
    reads.flush();
    expect(sent).toEqual([{ room, ts: third }]);
    expect(position()).toBe(first);
    reads.stop();
  });
});
