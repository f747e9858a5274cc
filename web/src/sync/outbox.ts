/**
 * The one way of a message to the server. An entry is stored, then shown, then sent, until the server has
 * it: after broken links, reloads, killed browsers and restored servers, under the same `client_id`, so the
 * server keeps it once. Per room one entry is on its way at a time, which keeps their order whatever fails; one
 * whose files are not there yet waits for them, and what follows in its room waits for it. What the disk would not take is
 * known to its own tab only, which sends it: only then may what two tabs wrote cross.
 *
 * Only a refusal ends the attempts: the entry stays, `failed`, until the person retries or discards it. Edits
 * and deletions don't pass through here: they need a message that the server has, and nothing is lost when
 * they fail before one's eyes.
 */
import { type Api, Problem } from "../api/client.ts";
import type { ClientId, Message, RoomId } from "../api/types.ts";
import type { Clock, Random } from "./clock.ts";
import { DRAFTS_SCHEMA } from "./drafts.ts";
import { FILE_GONE, failure, isRefusal } from "./failure.ts";
import { parseMessage } from "./protocol.ts";
import type { Link } from "./socket.ts";
import type { OutboxEntry, OutgoingFile } from "./state.ts";
import type { Database, Schema, Write } from "./storage.ts";
import type { Store } from "./store.ts";
import { type Uploads, withoutFiles } from "./uploads.ts";

export const OUTBOX_SCHEMA: Schema = { outbox: "client_id", ...DRAFTS_SCHEMA, uploads: "id", bytes: "id" };

/** So many entries that are gone a tab remembers, lest a disk that kept them brings them back. */
const GONE_MAX = 1_000;
const BACKOFF_FIRST_MS = 1_000;
const BACKOFF_MAX_MS = 30_000;
/** So long the link may be down before messages go over HTTP instead. */
const HTTP_AFTER_MS = 5_000;

export interface Outbox {
  /** Shows what the database holds, also what another tab has put there. */
  load(): Promise<void>;
  add(entry: OutboxEntry): Promise<void>;
  retry(id: ClientId): Promise<void>;
  discard(id: ClientId): Promise<void>;
  /** The server has it: told by an event. */
  settled(entry: OutboxEntry): void;
  /** Another tab tells that an entry is gone. */
  gone(id: ClientId): void;
  /** There may be something to do: this tab leads now, an entry came. */
  flush(): void;
  /** The link is live again: what waits because of its loss waits no more. */
  resume(): void;
  stop(): void;
}

export interface OutboxOptions {
  readonly database: Database;
  readonly store: Store;
  readonly api: Api;
  readonly link: Link;
  readonly uploads: Uploads;
  readonly clock: Clock;
  readonly random: Random;
  /** Only one tab sends. */
  readonly leading: () => boolean;
  /** The database has changed: other tabs may want to look. */
  readonly changed: () => void;
  readonly sent: (message: Message) => void;
  /** An entry is with the server or given up. */
  readonly gone: (id: ClientId, room: RoomId) => void;
  /** This tab has no disk any more. */
  readonly lost: () => boolean;
}

export function createOutbox(options: OutboxOptions): Outbox {
  const { database, store, api, link, uploads, clock, random } = options;
  /** Rooms with an entry on its way, or that wait until they may try again. */
  const busy = new Map<RoomId, () => void>();
  const attempts = new Map<RoomId, number>();
  /** What the disk would not take. */
  const unsaved = new Set<ClientId>();
  const gone = new Set<ClientId>();
  /** What the disk has still of entries that are gone. */
  const leftovers = new Map<ClientId, readonly Write[]>();
  let cancelTidying: (() => void) | null = null;
  let cancelHttp: (() => void) | null = null;
  let stopped = false;

  function entries(): OutboxEntry[] {
    return [...store.getState().outbox.values()].flat();
  }

  function find(id: ClientId): OutboxEntry | undefined {
    return entries().find((entry) => entry.client_id === id);
  }

  async function save(id: ClientId, writes: readonly Write[]): Promise<void> {
    await database.write(writes).then(
      () => unsaved.delete(id),
      () => unsaved.add(id),
    );
  }

  async function put(entry: OutboxEntry): Promise<void> {
    // A disk that refuses takes nothing from the person: the entry lives in memory and goes out from there.
    const saved = { ...entry, state: stored(entry.state) };
    await save(entry.client_id, [{ store: "outbox", put: saved }]);
    // Another tab was done with it meanwhile.
    if (gone.has(entry.client_id)) return forget(entry);
    store.dispatch({ type: "outbox.put", entry });
    options.changed();
  }

  async function load(): Promise<void> {
    await uploads.load();
    const disk = await database.read(["outbox"]).catch(() => null);
    // Of a disk that can't be read nothing is known, least of all that an entry is gone.
    if (!disk) return;
    const kept = (disk.get("outbox") ?? []) as OutboxEntry[];
    const rows = kept.filter((row) => !gone.has(row.client_id));
    const known = new Map(entries().map((entry) => [entry.client_id, entry]));
    const sending = (row: OutboxEntry): OutboxEntry => {
      const entry = known.get(row.client_id);
      return entry?.state === "sending" ? entry : row;
    };
    const onlyHere = entries().filter((entry) => unsaved.has(entry.client_id));
    store.dispatch({ type: "outbox", entries: [...rows.map(sending), ...onlyHere] });
    // Whoever was to take it off the disk is gone, too; a tab that was opened since takes it for waiting.
    if (options.leading()) for (const row of kept) if (gone.has(row.client_id)) void forget(row);
  }

  async function forget({ client_id, room, attachments }: OutboxEntry): Promise<void> {
    unsaved.delete(client_id);
    isGone(client_id);
    options.gone(client_id, room);
    leftovers.set(client_id, [{ store: "outbox", remove: client_id }, ...withoutFiles(attachments)]);
    await tidy();
  }

  function isGone(id: ClientId): void {
    gone.add(id);
    for (const old of gone) {
      if (gone.size <= GONE_MAX) break;
      gone.delete(old);
      leftovers.delete(old);
    }
  }

  /** Takes off the disk what is gone; what the disk refuses, later. */
  async function tidy(): Promise<void> {
    cancelTidying?.();
    cancelTidying = null;
    if (options.lost()) return;
    const going = [...leftovers];
    await database.write(going.flatMap(([, writes]) => writes)).then(
      () => {
        for (const [id] of going) leftovers.delete(id);
        options.changed();
      },
      () => {
        if (!stopped) cancelTidying ??= clock.timer(() => void tidy(), BACKOFF_MAX_MS);
      },
    );
  }

  function filesOf({ attachments }: OutboxEntry): (OutgoingFile | undefined)[] {
    const { outgoing } = store.getState();
    return attachments.map((id) => outgoing.get(id));
  }

  function flush(): void {
    if (stopped) return;
    if (!link.live && !httpIsDue()) return;
    for (const [room, waiting] of store.getState().outbox) {
      const next = waiting.find((entry) => entry.state !== "failed");
      if (!next || busy.has(room)) continue;
      // What the disk would not take, the tab that leads knows nothing of.
      if (!options.leading() && !unsaved.has(next.client_id)) continue;
      const files = filesOf(next);
      const lost = files.find((file) => file === undefined || file.state === "failed");
      if (files.includes(undefined) || lost) {
        void put({ ...next, state: "failed", error: lost?.error ?? FILE_GONE }).then(flush);
      } else if (files.every((file) => file?.state === "done")) void send(next);
    }
  }

  /** Whether the link is down for so long that messages go over HTTP; else looks again when it is. */
  function httpIsDue(): boolean {
    const { down_since: since } = store.getState().connection;
    if (since === null) return true;
    const left = since + HTTP_AFTER_MS - clock.now();
    if (left <= 0) return true;
    cancelHttp ??= clock.timer(() => {
      cancelHttp = null;
      flush();
    }, left);
    return false;
  }

  async function send(entry: OutboxEntry): Promise<void> {
    const { room, body, client_id } = entry;
    const attachments = filesOf(entry).flatMap((file) => file?.file?.id ?? []);
    const post = attachments.length > 0 ? { body, client_id, attachments } : { body, client_id };
    busy.set(room, () => {});
    store.dispatch({ type: "outbox.put", entry: { ...entry, state: "sending", error: null } });
    try {
      const message = link.live ? parseMessage(await link.ask("send", { room, ...post })) : await api.post(room, post);
      attempts.delete(room);
      if (message) {
        store.dispatch({ type: "message", message });
        options.sent(message);
      }
      store.dispatch({ type: "outbox.removed", client_id });
      await forget(entry);
      busy.delete(room);
    } catch (error) {
      await failed(entry, error);
    }
    flush();
  }

  async function failed(entry: OutboxEntry, error: unknown): Promise<void> {
    const { room, client_id } = entry;
    if (stopped) return;
    // Its event may have come while the answer got lost; or the person discarded it.
    const there = find(client_id) !== undefined;
    if (error instanceof Problem && isRefusal(error)) {
      busy.delete(room);
      if (there) await put({ ...entry, state: "failed", error: failure(error) });
      return;
    }
    if (there) store.dispatch({ type: "outbox.put", entry: { ...entry, state: "pending", error: null } });
    const attempt = (attempts.get(room) ?? 0) + 1;
    attempts.set(room, attempt);
    const asked = error instanceof Problem ? error.retryAfter : null;
    const ceiling = Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** Math.min(attempt - 1, 10));
    const again = (): void => {
      busy.delete(room);
      flush();
    };
    // Retry-After is a floor; the jitter spreads those who were all told the same.
    busy.set(room, clock.timer(again, (asked ?? 0) + random() * ceiling));
  }

  return {
    load,
    async add(entry) {
      await save(entry.client_id, [
        { store: "outbox", put: entry },
        { store: "drafts", remove: entry.room },
      ]);
      store.dispatch({ type: "outbox.put", entry });
      options.changed();
      flush();
    },
    async retry(id) {
      const entry = find(id);
      if (entry?.state !== "failed") return;
      if (filesAreGone(entry)) uploads.afresh(entry.attachments);
      for (const file of filesOf(entry)) if (file?.state === "failed") uploads.retry(file.id);
      await put({ ...entry, state: "pending", error: null });
      flush();
    },
    async discard(id) {
      const entry = find(id);
      if (!entry) return;
      for (const file of entry.attachments) uploads.remove(file);
      store.dispatch({ type: "outbox.removed", client_id: id });
      await forget(entry);
      flush();
    },
    settled(entry) {
      store.dispatch({ type: "outbox.removed", client_id: entry.client_id });
      if (options.leading() || unsaved.has(entry.client_id)) void forget(entry);
      flush();
    },
    gone(id) {
      isGone(id);
      store.dispatch({ type: "outbox.removed", client_id: id });
      flush();
    },
    flush,
    resume() {
      for (const [room, cancel] of busy) {
        if (!attempts.has(room)) continue;
        const isSending = (store.getState().outbox.get(room) ?? []).some((entry) => entry.state === "sending");
        if (isSending) continue;
        cancel();
        busy.delete(room);
      }
      flush();
    },
    stop() {
      stopped = true;
      cancelHttp?.();
      cancelTidying?.();
      for (const cancel of busy.values()) cancel();
    },
  };
}

/** What is on its way when the browser dies is pending when it lives again. */
function stored(state: OutboxEntry["state"]): OutboxEntry["state"] {
  return state === "sending" ? "pending" : state;
}

/** The server knows the files no more that it had: one that was restored, or that waited too long for the message. */
function filesAreGone({ error }: OutboxEntry): boolean {
  return error?.code === "unusable" || (error?.errors.some(({ field }) => field === "attachments") ?? false);
}
