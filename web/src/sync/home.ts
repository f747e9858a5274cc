/** One person's place in this browser: outbox, files on their way, drafts, cache, and the company of other tabs. */
import type { Api } from "../api/client.ts";
import type { RoomId, UserId } from "../api/types.ts";
import { CACHE_SCHEMA, type Cache, createCache, readCache } from "./cache.ts";
import type { Platform } from "./contract.ts";
import { createDrafts, type Drafts, isOfWords } from "./drafts.ts";
import { createOutbox, OUTBOX_SCHEMA, type Outbox } from "./outbox.ts";
import { select } from "./select.ts";
import type { Link } from "./socket.ts";
import type { State } from "./state.ts";
import type { Database, Storage } from "./storage.ts";
import type { Store } from "./store.ts";
import { joinTabs, type Note, type Tabs } from "./tabs.ts";
import { createUploads, type Uploads } from "./uploads.ts";

/** Who used this browser last, so that their rooms paint before anyone asks the server. */
export interface Device {
  readonly key: "last";
  readonly user: UserId;
  readonly epoch: string;
}

const DEVICE = "parley";
const DEVICE_SCHEMA = { device: "key" };
const cacheName = (user: UserId, epoch: string): string => `parley-cache-${user}-${epoch}`;
const outboxName = (user: UserId): string => `parley-outbox-${user}`;

export async function readDevice(storage: Storage): Promise<Device | null> {
  const database = await storage.open(DEVICE, DEVICE_SCHEMA);
  const last = (await database.read(["device"])).get("device")?.[0] as Device | undefined;
  database.close();
  return last ?? null;
}

async function writeDevice(storage: Storage, last: Device | null): Promise<void> {
  const database = await storage.open(DEVICE, DEVICE_SCHEMA);
  await database.write([last ? { store: "device", put: last } : { store: "device", clear: true }]);
  database.close();
}

/** What the cache of whoever used this browser last holds. */
export async function readLastState(storage: Storage, last: Device): Promise<Partial<State> | null> {
  const database = await storage.open(cacheName(last.user, last.epoch), CACHE_SCHEMA);
  const state = await readCache(database);
  database.close();
  return state;
}

export interface Home {
  readonly user: UserId;
  readonly outbox: Outbox;
  readonly uploads: Uploads;
  readonly drafts: Drafts;
  readonly tabs: Tabs;
  /** Whoever opened it hears what other tabs tell, from what they told meanwhile on. */
  settle(): void;
  /** The server's epoch is known: the cache of another one is worth nothing. */
  epochIs(epoch: string): Promise<void>;
  /** The state has changed. */
  touch(): void;
  flush(): Promise<void>;
  /** Leaves; `cache` and `outbox` say what is deleted on the way out. */
  leave(wipe: { readonly cache: boolean; readonly outbox: boolean }): Promise<void>;
}

export interface HomeOptions {
  readonly user: UserId;
  readonly last: Device | null;
  readonly platform: Platform;
  readonly store: Store;
  readonly api: Api;
  readonly link: Link;
  readonly onNote: (note: Note) => void;
  /** Whoever moves in has left again meanwhile. */
  readonly overtaken: () => boolean;
}

export async function openHome(options: HomeOptions): Promise<Home> {
  const { user, platform, api, link } = options;
  const { storage, clock, random } = platform;
  /** The disk was taken away: this tab sends what it has in memory, and another one leads. */
  let lost = false;
  let leaving = false;
  let gone = false;
  /** Who has left changes nothing any more in what is shown, which may be another person's by then. */
  const store: Store = {
    ...options.store,
    dispatch(action) {
      if (!gone && !options.overtaken()) options.store.dispatch(action);
    },
  };
  const database: Database = await storage.open(outboxName(user), OUTBOX_SCHEMA, () => {
    // Who signs out in another tab takes it away from all.
    if (leaving) return;
    lost = true;
    store.dispatch({ type: "disk.lost" });
    tabs.yield();
    outbox.flush();
    uploads.flush();
  });
  const sends = (): boolean => tabs.leading || lost;
  /** What other tabs told while the disk was read. */
  let early: Note[] | null = [];
  let known = options.last?.user === user ? options.last.epoch : null;
  let cache: Cache | null = null;
  let opening: Promise<void> = Promise.resolve();
  let tidied: Pick<State, "windows" | "edits"> = { windows: new Map(), edits: new Map() };

  const tabs: Tabs = joinTabs({
    name: `parley-${user}`,
    locks: platform.locks,
    channel: platform.channel,
    onLead: () => queueMicrotask(lead),
    onNote(note) {
      if (isOfWords(note)) drafts.heard(note);
      else if (early) early.push(note);
      else options.onNote(note);
    },
  });
  const uploads = createUploads({
    platform,
    database,
    store,
    api,
    leading: () => tabs.leading,
    lost: () => lost,
    tell: (note) => tabs.post(note),
    decided: () => outbox.flush(),
  });
  const outbox: Outbox = createOutbox({
    database,
    store,
    api,
    link,
    uploads,
    clock,
    random,
    leading: sends,
    changed: () => tabs.post({ type: "outbox" }),
    sent: (message) => {
      if (message.client_id !== null) tabs.post({ type: "sent", client_id: message.client_id, message });
    },
    gone(id, room) {
      drafts.settled(room);
      tabs.post({ type: "outbox.gone", client_id: id, room });
    },
    lost: () => lost,
  });
  const drafts = createDrafts({
    database,
    store,
    clock,
    lost: () => lost,
    tell: (note) => tabs.post(note),
  });
  await outbox.load();
  // What waits here is sent by the tab that leads, or known to it as gone.
  if (!tabs.leading && store.getState().outbox.size > 0) tabs.post({ type: "outbox" });
  await drafts.load();

  /** The tab that led is closed: its entries are ours now. */
  function lead(): void {
    if (gone) return;
    cache?.touch();
    // What another tab left to the one that leads.
    tidied = { windows: new Map(), edits: new Map() };
    tidyEdits();
    void outbox.load().then(() => {
      outbox.flush();
      uploads.flush();
    });
  }

  /** The files of a tray go with its room, once all of my rooms are known; its words wait for whoever is let in again. */
  function tidy(): void {
    const state = store.getState();
    const { connection, ready, stale, rooms, outgoing } = state;
    if (connection.state !== "live" || !ready || stale.has("me")) return;
    const gone = (room: RoomId): boolean => !rooms.get(room)?.mine && !stale.has(`room:${room}`);
    for (const { room } of outgoing.values()) {
      if (gone(room)) for (const { id } of select.tray(room)(state)) uploads.remove(id);
    }
  }

  /** An edit that is saved is done. That of a message which others deleted goes on as its room's draft. */
  function tidyEdits(): void {
    const { windows, edits } = store.getState();
    if (edits === tidied.edits && windows === tidied.windows) return;
    tidied = { windows, edits };
    for (const edit of edits.values()) {
      const message = select.message(edit.room, edit.message)(store.getState());
      if (message && message.deleted_at !== null) drafts.orphan(edit);
      else if (message?.body === edit.body) drafts.dropEdit(edit.message);
    }
  }

  async function openCache(epoch: string): Promise<void> {
    if (known === epoch && cache) return;
    cache?.close();
    cache = null;
    if (known !== null && known !== epoch) await platform.cache.remove(cacheName(user, known));
    const opened = await platform.cache.open(cacheName(user, epoch), CACHE_SCHEMA);
    if (gone) return opened.close();
    cache = createCache({ database: opened, clock, getState: store.getState });
    known = epoch;
    await writeDevice(storage, { key: "last", user, epoch });
    if (tabs.leading) cache.touch();
  }

  return {
    user,
    outbox,
    uploads,
    drafts,
    tabs,
    settle() {
      const notes = early ?? [];
      early = null;
      notes.forEach(options.onNote);
    },
    epochIs(epoch) {
      // A cache that can't be opened costs speed, nothing else.
      opening = opening.then(() => openCache(epoch)).catch(() => {});
      return opening;
    },
    touch() {
      tidy();
      tidyEdits();
      if (tabs.leading) cache?.touch();
    },
    async flush() {
      await drafts.flush();
      if (tabs.leading) await cache?.flush();
    },
    async leave(wipe) {
      leaving = true;
      await opening;
      if (!wipe.outbox) await drafts.flush();
      if (!wipe.cache && tabs.leading) await cache?.flush();
      gone = true;
      outbox.stop();
      uploads.stop();
      drafts.stop();
      cache?.close();
      tabs.close();
      database.close();
      if (wipe.cache) {
        await writeDevice(storage, null);
        if (known !== null) await platform.cache.remove(cacheName(user, known));
      }
      if (wipe.outbox) await storage.remove(outboxName(user));
    },
  };
}
