/** One person, one room, one browser, before the model server. */
import type { Engine, Platform } from "../contract.ts";
import { createEngine } from "../engine.ts";
import { select } from "../select.ts";
import { type Database, memoryStorage, type Storage } from "../storage.ts";
import type { Channel, Locks, Note } from "../tabs.ts";
import { chance } from "./chance.ts";
import { manualClock, settle } from "./manual-clock.ts";
import { ModelNetwork } from "./model-network.ts";
import { ModelServer } from "./model-server.ts";

export function setting() {
  const server = new ModelServer();
  const me = server.addUser("ana");
  const room = server.createRoom(me, "private", "room");
  const network = new ModelNetwork(server, me, chance(1));
  const clock = manualClock();
  const disk = memoryStorage();
  const browser = tabsOfOneBrowser();
  const platform: Platform = { ...network.platform(clock, disk), ...browser };
  const calm = async (): Promise<void> => {
    for (let i = 0; i < 40; i += 1) {
      do await settle();
      while (network.step());
      clock.advance(1_000);
    }
  };
  /** A tab; `storage` is how it sees the disk that it shares with the others. */
  const open = async (storage: Storage = disk, locks: Locks = browser.locks): Promise<Engine> => {
    const engine = createEngine({ ...platform, storage, cache: storage, locks });
    const started = engine.start();
    await calm();
    await started;
    return engine;
  };
  /** A tab that shows the room. */
  const enter = async (...how: Parameters<typeof open>): Promise<Engine> => {
    const engine = await open(...how);
    const opened = engine.openRoom(room);
    await calm();
    await opened;
    return engine;
  };
  const bodies = (): (string | undefined)[] => server.rooms.get(room)?.messages.map((message) => message.body) ?? [];
  const pending = (engine: Engine): string[] =>
    select
      .outbox(room)(engine.getState())
      .map((entry) => entry.body);
  return { server, me, room, network, clock, disk, calm, open, enter, bodies, pending };
}

/** A disk whose databases do something otherwise. */
export function altered(disk: Storage, alter: (database: Database) => Partial<Database>): Storage {
  return {
    ...disk,
    async open(name, schema, onLost) {
      const database = await disk.open(name, schema, onLost);
      return { ...database, ...alter(database) };
    },
  };
}

/** A disk on which something happens between what was read and who gets it. */
export function afterReads(disk: Storage, happen: (stores: readonly string[]) => Promise<void> | void): Storage {
  return altered(disk, (database) => ({
    async read(stores) {
      const rows = await database.read(stores);
      await happen(stores);
      return rows;
    },
  }));
}

/** A disk that a tab can lose while others keep it. */
export function losable(disk: Storage): Storage & { lose(): void } {
  const losses: (() => void)[] = [];
  let lost = false;
  const unlessLost = <T>(work: () => Promise<T>): Promise<T> =>
    lost ? Promise.reject(new DOMException("closed", "InvalidStateError")) : work();
  return {
    remove: (name) => disk.remove(name),
    async open(name, schema, onLost = () => {}) {
      const database = await disk.open(name, schema);
      losses.push(onLost);
      return {
        read: (stores) => unlessLost(() => database.read(stores)),
        write: (writes) => unlessLost(() => database.write(writes)),
        close: () => database.close(),
      };
    },
    lose() {
      lost = true;
      for (const tell of losses) tell();
    },
  };
}

/** Locks and channels as tabs of one browser share them. */
function tabsOfOneBrowser(): { locks: Locks; channel: (name: string) => Channel } {
  let turn: Promise<void> = Promise.resolve();
  const lines = new Set<{ name: string; heard: (note: Note) => void }>();
  return {
    locks: {
      request(_name, signal, held) {
        turn = turn.then(() => (signal.aborted ? undefined : held()));
        return turn;
      },
    },
    channel: (name) => {
      const line = { name, heard: (_note: Note): void => {} };
      lines.add(line);
      return {
        post: (note) => {
          for (const other of lines) {
            if (other !== line && other.name === name) queueMicrotask(() => other.heard(note));
          }
        },
        listen: (heard) => {
          line.heard = heard;
        },
        close: () => lines.delete(line),
      };
    },
  };
}
