/** What was typed and not sent, kept in the browser; the outbox's database holds it, so no restore takes it. */
import type { RoomId } from "../api/types.ts";
import type { Clock } from "./clock.ts";
import type { Database } from "./storage.ts";
import type { Store } from "./store.ts";

/** Typing is stored when it pauses, not key by key. */
const WRITE_BEHIND_MS = 400;

export interface Drafts {
  load(): Promise<void>;
  set(room: RoomId, body: string): void;
  flush(): Promise<void>;
}

export function createDrafts(database: Database, store: Store, clock: Clock): Drafts {
  const dirty = new Set<RoomId>();
  let cancel: (() => void) | null = null;

  async function flush(): Promise<void> {
    cancel?.();
    cancel = null;
    const { drafts } = store.getState();
    const writes = [...dirty].map((room) => {
      const body = drafts.get(room);
      return body === undefined ? { store: "drafts", remove: room } : { store: "drafts", put: { room, body } };
    });
    dirty.clear();
    await database.write(writes).catch(() => {});
  }

  return {
    async load() {
      const rows = ((await database.read(["drafts"])).get("drafts") ?? []) as { room: RoomId; body: string }[];
      store.dispatch({ type: "drafts", drafts: new Map(rows.map(({ room, body }) => [room, body])) });
    },
    set(room, body) {
      store.dispatch({ type: "draft", room, body });
      dirty.add(room);
      cancel ??= clock.timer(() => void flush(), WRITE_BEHIND_MS);
    },
    flush,
  };
}
