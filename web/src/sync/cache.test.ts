import "fake-indexeddb/auto";
import { openDB } from "idb";
import { describe, expect, it } from "vitest";
import type { Message } from "../api/types.ts";
import { CACHE_SCHEMA, createCache, difference, readCache } from "./cache.ts";
import { initialState, type State, type Window } from "./state.ts";
import { type Database, indexedDbStorage, memoryStorage, type Storage, withMemoryFallback } from "./storage.ts";
import { manualClock } from "./testing/manual-clock.ts";
import { ModelServer } from "./testing/model-server.ts";

function message(ts: number): Message {
  const server = new ModelServer();
  const ana = server.addUser("ana");
  const room = server.createRoom(ana, "public", "room");
  return { ...server.post(ana, room, `at ${ts}`, "c").message, id: `message-${ts}`, room: "r", ts };
}

function withRows(state: State, count: number, has_after = false): State {
  const rows = Array.from({ length: count }, (_, index) => ({ message: message(index + 1), as_of: index + 1 }));
  const window: Window = { rows, has_before: false, has_after };
  return { ...state, ready: true, windows: new Map([["r", window]]), cursors: new Map([["room:r", count]]) };
}

const storages: [string, () => Storage][] = [
  ["IndexedDB", indexedDbStorage],
  ["memory", memoryStorage],
];

describe.each(storages)("the cache on %s", (name, make) => {
  const storage = make();
  let opened = 0;
  const open = (): Promise<Database> => {
    opened += 1;
    return storage.open(`${name}-${opened}`, CACHE_SCHEMA);
  };

  it("gives back what was stored, cursors and rows together", async () => {
    const database = await open();
    const state = withRows(initialState, 3);
    await database.write(difference(null, state));
    const restored = await readCache(database);
    expect(restored?.cursors).toEqual(state.cursors);
    expect(restored?.windows).toEqual(state.windows);
  });

  it("stores only what changed, and forgets what is gone", async () => {
    const database = await open();
    const before = withRows(initialState, 3);
    const window = before.windows.get("r");
    const rows = window?.rows.slice(1) ?? [];
    const after: State = { ...before, windows: new Map([["r", { rows, has_before: true, has_after: false }]]) };
    const writes = difference(before, after);
    expect(writes.filter((write) => write.store === "messages")).toEqual([{ store: "messages", remove: "message-1" }]);
    await database.write(difference(null, before));
    await database.write(writes);
    expect((await readCache(database))?.windows?.get("r")).toEqual({ rows, has_before: true, has_after: false });
  });

  it("keeps the newest messages of a long window and says that there are more", async () => {
    const database = await open();
    await database.write(difference(null, withRows(initialState, 250)));
    const window = (await readCache(database))?.windows?.get("r");
    expect(window?.rows).toHaveLength(200);
    expect(window?.rows.at(-1)?.message.ts).toBe(250);
    expect(window?.has_before).toBe(true);
  });

  it("doesn't keep a window that events could not keep current", async () => {
    const database = await open();
    await database.write(difference(null, withRows(initialState, 3, true)));
    expect((await readCache(database))?.windows?.size).toBe(0);
  });

  it("holds nothing until a whole state was stored", async () => {
    expect(await readCache(await open())).toBeNull();
  });

  it("writes the whole again after a write that failed", async () => {
    const database = await open();
    let failing = true;
    const flaky: Database = {
      ...database,
      write: (writes) => (failing ? Promise.reject(new Error("full")) : database.write(writes)),
    };
    const state = withRows(initialState, 2);
    const cache = createCache({ database: flaky, clock: manualClock(), getState: () => state });
    await cache.flush();
    failing = false;
    await cache.flush();
    expect((await readCache(database))?.windows).toEqual(state.windows);
  });
});

it("works from memory where the browser keeps nothing", async () => {
  const broken: Storage = {
    open: () => Promise.reject(new Error("forbidden")),
    remove: () => Promise.reject(new Error("forbidden")),
  };
  const storage = withMemoryFallback(broken);
  const first = await storage.open("x", { things: "id" });
  await first.write([{ store: "things", put: { id: "1" } }]);
  const again = await storage.open("x", { things: "id" });
  expect((await again.read(["things"])).get("things")).toEqual([{ id: "1" }]);
});

it("a database from before a store was added keeps its rows", async () => {
  const old = await openDB("older", 1, {
    upgrade: (database) => void database.createObjectStore("outbox", { keyPath: "client_id" }),
  });
  await old.put("outbox", { client_id: "1", body: "unsent" });
  old.close();
  const database = await indexedDbStorage().open("older", { outbox: "client_id", bytes: "id" });
  const rows = await database.read(["outbox", "bytes"]);
  expect(rows.get("outbox")).toEqual([{ client_id: "1", body: "unsent" }]);
  expect(rows.get("bytes")).toEqual([]);
  database.close();
});
