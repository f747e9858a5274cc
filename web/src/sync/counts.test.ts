import { expect, it } from "vitest";
import type { Message } from "../api/types.ts";
import type { DurableEvent } from "./protocol.ts";
import { type Action, reduce } from "./reducer.ts";
import { initialState, type State } from "./state.ts";
import { ModelServer } from "./testing/model-server.ts";

it("doubts a count that it made while the server's head was ahead of the frames, once its window is gone", () => {
  const server = new ModelServer();
  const me = server.addUser("ana");
  const other = server.addUser("bo");
  const room = server.createRoom(other, "public", "harbour");
  server.addMember(room, me);
  const stream = `room:${room}`;
  const say = (body: string): Message => server.post(other, room, body, body).message;
  const history = (around: number | null) => server.history(me, room, { before: null, after: null, around, limit: 4 });
  const early = ["a", "b", "c", "d", "e"].map(say);
  const last = early.at(-1)?.ts ?? 0;
  server.read(me, room, last, false);

  let state: State = initialState;
  const apply = (action: Action) => {
    state = reduce(state, action);
  };
  const rooms = () => ({ rooms: server.mine(me), heads: { [`user:${me}`]: server.head(`user:${me}`) }, replay: [] });
  apply({ type: "me", me: server.me(me) });
  apply({ type: "rooms", ...rooms() });
  apply({ type: "history", room, page: history(null), asked: { kind: "newest" }, replay: [] });
  const cursor = server.head(stream);

  // Two more are said; the room is read again before their frames come, and one looks far back meanwhile.
  const late = ["f", "g"].map(say);
  const view = server.mine(me)[0];
  if (!view) throw new Error("the room is mine");
  apply({ type: "room", room: view, user_as_of: server.head(`user:${me}`), replay: [] });
  apply({ type: "history", room, page: history(early[0]?.ts ?? 0), asked: { kind: "around", ts: 1 }, replay: [] });
  late.forEach((message, at) => {
    const event = { t: "message.created", s: stream, n: cursor + 1 + at, d: message } as DurableEvent;
    apply({ type: "event", event });
  });
  expect(state.stale.has(`room:${room}`)).toBe(true);

  // Read again, it is what the server says.
  apply({ type: "room", room: view, user_as_of: server.head(`user:${me}`), replay: [] });
  const { unread, mentions } = server.counts(me, room);
  expect(unread).toBe(2);
  expect(state.rooms.get(room)?.mine).toMatchObject({ unread, mentions });
});
