/**
 * Files on their way: from the moment they are chosen until the message that carries them is with the server. They and
 * their bytes lie on the disk beside the outbox, so that a reload, a killed browser or a closed tab costs nothing; what
 * the disk won't take is sent by the page that has it, for as long as that lives. The tab that leads sends; the others
 * hear how far it is.
 */
import { type Api, Problem } from "../api/client.ts";
import type { RoomId, StoredFile } from "../api/types.ts";
import type { Clock, Random } from "./clock.ts";
import type { NewFile, Platform } from "./contract.ts";
import { FILE_GONE, failure, isRefusal } from "./failure.ts";
import { createIds } from "./id.ts";
import type { Failure, OutgoingFile, OutgoingId } from "./state.ts";
import type { Database, Write } from "./storage.ts";
import type { Store } from "./store.ts";
import type { Note } from "./tabs.ts";
import { type TransferOptions, transfer } from "./transfer.ts";

const AT_ONCE_MAX = 3;
/** So many bytes are kept on the disk; what is more is sent from memory. */
const KEPT_BYTES_MAX = 1024 ** 3;
/** Files on their way at one time. */
const FILES_MAX = 200;
/** Images that were just sent are shown from here while the server makes a small one. */
const RECENT_MAX = 12;
const BACKOFF_FIRST_MS = 1_000;
const BACKOFF_MAX_MS = 30_000;
/** Progress is told at most so often, and less often to other tabs. */
const TOLD_EVERY_MS = 100;
const TABS_TOLD_EVERY_MS = 400;

export interface Uploads {
  /** Shows what the database holds, also what another tab has put there. */
  load(): Promise<void>;
  add(room: RoomId, files: readonly NewFile[]): void;
  remove(id: OutgoingId): void;
  retry(id: OutgoingId): void;
  /** Sends these again from their first byte: the server knows them no more. */
  afresh(ids: readonly OutgoingId[]): void;
  /** By its name here or by the server's. */
  bytesOf(id: string): Blob | null;
  /** What another tab says of a file. */
  heard(note: Extract<Note, { type: "file" | "file.removed" | "file.again" }>): void;
  /** There may be something to do: this tab leads now, a file came. */
  flush(): void;
  /** The link is live again: what waits because of its loss waits no more. */
  resume(): void;
  stop(): void;
}

export interface UploadsOptions {
  readonly platform: Platform;
  readonly database: Database;
  readonly store: Store;
  readonly api: Api;
  /** Only one tab sends what is on the disk. */
  readonly leading: () => boolean;
  /** This tab's disk was taken away: it sends what it has the bytes of, whoever else may. */
  readonly lost: () => boolean;
  readonly tell: (note: Note) => void;
  /** The fate of a file has changed: a message may wait for it. */
  readonly decided: () => void;
}

interface StoredBytes {
  readonly id: OutgoingId;
  readonly bytes: Blob;
}

/** What the database deletes with these files. */
export function withoutFiles(ids: readonly OutgoingId[]): Write[] {
  return ids.flatMap((id) => [
    { store: "uploads", remove: id },
    { store: "bytes", remove: id },
  ]);
}

export function createUploads(options: UploadsOptions): Uploads {
  const { platform, database, store, api, tell, leading } = options;
  const { clock, random }: { clock: Clock; random: Random } = platform;
  const way: TransferOptions = { api, baseUrl: platform.baseUrl, files: platform.files, clock };
  const ids = createIds(clock, random);
  const bytes = new Map<OutgoingId, Blob>();
  const recent = new Map<string, Blob>();
  /** On their way to the disk. */
  const saving = new Set<OutgoingId>();
  const running = new Map<OutgoingId, AbortController>();
  /** Until these may try again. */
  const waits = new Map<OutgoingId, () => void>();
  const attempts = new Map<OutgoingId, number>();
  const told = new Map<OutgoingId, { here: number; tabs: number }>();
  let stopped = false;

  const all = (): readonly OutgoingFile[] => [...store.getState().outgoing.values()];
  const find = (id: OutgoingId): OutgoingFile | undefined => store.getState().outgoing.get(id);

  /** Shows and stores a step of a file; one that is gone takes none. */
  function step(id: OutgoingId, change: Partial<OutgoingFile>): void {
    const before = find(id);
    if (!before || stopped) return;
    const file = { ...before, ...change };
    store.dispatch({ type: "outgoing.put", file });
    tell({ type: "file", file });
    if (file.kept) void database.write([{ store: "uploads", put: stored(file) }]).catch(() => {});
  }

  function progress(id: OutgoingId, sent: number): void {
    const file = find(id);
    if (!file || file.sent === sent) return;
    const now = clock.now();
    const last = told.get(id) ?? { here: 0, tabs: 0 };
    // What was counted may turn out not to have arrived: back is told at once.
    if (sent > file.sent && sent < file.size && now - last.here < TOLD_EVERY_MS) return;
    const toTabs = now - last.tabs >= TABS_TOLD_EVERY_MS;
    told.set(id, { here: now, tabs: toTabs ? now : last.tabs });
    const moved = { ...file, sent };
    store.dispatch({ type: "outgoing.put", file: moved });
    if (toTabs) tell({ type: "file", file: moved });
  }

  async function load(): Promise<void> {
    const disk = await database.read(["uploads"]).catch(() => null);
    if (!disk) return;
    const rows = (disk.get("uploads") ?? []) as OutgoingFile[];
    const onDisk = new Set(rows.map(({ id }) => id));
    // Of a file that is known here more is known than the disk has.
    const known = all().filter((file) => !file.kept || onDisk.has(file.id));
    const names = new Set(known.map(({ id }) => id));
    const files = [...known, ...rows.filter(({ id }) => !names.has(id))];
    store.dispatch({ type: "outgoing", files: files.sort((a, b) => (a.id < b.id ? -1 : 1)) });
    for (const { id } of files) ids.after(id);
  }

  async function keep({ id, size }: OutgoingFile): Promise<void> {
    const blob = bytes.get(id);
    const held = all().reduce((sum, file) => (file.kept || saving.has(file.id) ? sum + file.size : sum), 0);
    const file = find(id);
    if (!blob || !file || held + size > KEPT_BYTES_MAX) return;
    saving.add(id);
    try {
      const row: StoredBytes = { id, bytes: blob };
      await database.write([
        { store: "bytes", put: row },
        { store: "uploads", put: { ...stored(file), kept: true } },
      ]);
      if (find(id)) step(id, { kept: true });
      else await database.write(withoutFiles([id]));
    } catch {
      // A disk that refuses takes nothing from the person: the file is sent from memory.
    } finally {
      saving.delete(id);
    }
    tell({ type: "outbox" });
    flush();
  }

  async function measure(id: OutgoingId, blob: Blob): Promise<void> {
    if (!blob.type.startsWith("image/")) return;
    const size = await platform.files.measure(blob).catch(() => null);
    if (size) step(id, size);
  }

  async function readBytes(id: OutgoingId): Promise<Blob | null> {
    const here = bytes.get(id);
    if (here) return here;
    const rows = ((await database.read(["bytes"])).get("bytes") ?? []) as StoredBytes[];
    const blob = rows.find((row) => row.id === id)?.bytes ?? null;
    if (blob) bytes.set(id, blob);
    return blob;
  }

  /** Whether it is this tab that sends it. */
  function mine({ id, kept }: OutgoingFile): boolean {
    if (leading()) return kept || bytes.has(id);
    return bytes.has(id) && !saving.has(id) && (!kept || options.lost());
  }

  function flush(): void {
    if (stopped) return;
    const { outgoing } = store.getState();
    for (const id of bytes.keys()) if (!outgoing.has(id)) bytes.delete(id);
    for (const [id, run] of running) if (!outgoing.has(id)) run.abort();
    for (const file of outgoing.values()) {
      if (running.size >= AT_ONCE_MAX) return;
      const open = file.state === "waiting" || file.state === "sending";
      if (open && mine(file) && !running.has(file.id) && !waits.has(file.id)) void run(file.id);
    }
  }

  async function run(id: OutgoingId): Promise<void> {
    const abort = new AbortController();
    running.set(id, abort);
    try {
      const blob = await readBytes(id);
      const file = find(id);
      if (!file || abort.signal.aborted) return;
      // A file that its person has deleted or changed since can't be read any more.
      if (!blob || !(await isReadable(blob))) {
        lost(id, FILE_GONE);
        return;
      }
      step(id, { state: "sending", error: null });
      const { name, type, upload } = file;
      const onBegun = (begun: string): void => step(id, { upload: begun });
      const onSent = (sent: number): void => progress(id, sent);
      arrived(
        id,
        await transfer(way, { name, type, bytes: blob, upload, signal: abort.signal, onBegun, onSent }),
        blob,
      );
    } catch (error) {
      if (!abort.signal.aborted) fell(id, error);
    } finally {
      running.delete(id);
      told.delete(id);
      flush();
    }
  }

  function arrived(id: OutgoingId, file: StoredFile, blob: Blob): void {
    attempts.delete(id);
    if (file.type.startsWith("image/")) {
      recent.set(file.id, blob);
      const [oldest] = recent.keys();
      if (recent.size > RECENT_MAX && oldest !== undefined) recent.delete(oldest);
    }
    step(id, { state: "done", sent: blob.size, file, error: null });
    options.decided();
  }

  function lost(id: OutgoingId, error: Failure): void {
    attempts.delete(id);
    step(id, { state: "failed", error });
    options.decided();
  }

  function fell(id: OutgoingId, error: unknown): void {
    if (error instanceof Problem && isRefusal(error)) {
      lost(id, failure(error));
      return;
    }
    step(id, { state: "waiting" });
    const attempt = (attempts.get(id) ?? 0) + 1;
    attempts.set(id, attempt);
    const floor = error instanceof Problem ? (error.retryAfter ?? 0) : 0;
    const ceiling = Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** Math.min(attempt - 1, 10));
    const again = (): void => {
      waits.delete(id);
      flush();
    };
    waits.set(id, clock.timer(again, floor + random() * ceiling));
  }

  function forget(id: OutgoingId): void {
    running.get(id)?.abort();
    waits.get(id)?.();
    waits.delete(id);
    attempts.delete(id);
    bytes.delete(id);
    store.dispatch({ type: "outgoing.removed", id });
  }

  function again(id: OutgoingId): void {
    waits.get(id)?.();
    waits.delete(id);
    attempts.delete(id);
    if (find(id)?.state === "failed") step(id, { state: "waiting", error: null });
    flush();
  }

  return {
    load,
    add(room, files) {
      for (const { name, bytes: blob, refused } of files.slice(0, FILES_MAX - all().length)) {
        const id = ids.next();
        const file: OutgoingFile = {
          id,
          room,
          name,
          type: blob.type,
          size: blob.size,
          width: null,
          height: null,
          kept: false,
          upload: null,
          sent: 0,
          state: refused ? "failed" : "waiting",
          file: null,
          error: refused ? { code: refused, title: refused, detail: null, errors: [] } : null,
        };
        bytes.set(id, blob);
        store.dispatch({ type: "outgoing.put", file });
        tell({ type: "file", file });
        void measure(id, blob);
        if (!refused) void keep(file);
      }
      flush();
    },
    remove(id) {
      const file = find(id);
      if (!file) return;
      forget(id);
      tell({ type: "file.removed", id });
      if (file.upload !== null && !file.file) void api.dropUpload(file.upload).catch(() => {});
      // What isn't there yet is taken away when it is.
      if (file.kept) void database.write(withoutFiles([id])).catch(() => {});
      options.decided();
      flush();
    },
    retry(id) {
      tell({ type: "file.again", id });
      again(id);
    },
    afresh(wanted) {
      for (const id of wanted) step(id, { state: "waiting", upload: null, file: null, sent: 0, error: null });
      flush();
    },
    bytesOf: (id) => bytes.get(id) ?? recent.get(id) ?? null,
    heard(note) {
      if (note.type === "file.removed") forget(note.id);
      else if (note.type === "file.again") again(note.id);
      // What this tab sends it knows best.
      else if (!running.has(note.file.id) && (find(note.file.id) || isNew(note.file))) {
        store.dispatch({ type: "outgoing.put", file: note.file });
        if (note.file.state === "done" || note.file.state === "failed") options.decided();
      }
    },
    flush,
    resume() {
      for (const cancel of waits.values()) cancel();
      waits.clear();
      flush();
    },
    stop() {
      stopped = true;
      for (const run of running.values()) run.abort();
      for (const cancel of waits.values()) cancel();
    },
  };
}

/** What is on its way when the browser dies waits when it lives again. */
function stored(file: OutgoingFile): OutgoingFile {
  return file.state === "sending" ? { ...file, state: "waiting" } : file;
}

/** Nothing has happened with it yet; what is told later of an unknown file is told of one that is gone. */
function isNew({ state, upload, sent }: OutgoingFile): boolean {
  return (state === "waiting" || state === "failed") && upload === null && sent === 0;
}

async function isReadable(blob: Blob): Promise<boolean> {
  return blob
    .slice(0, 1)
    .arrayBuffer()
    .then(
      () => true,
      () => false,
    );
}
