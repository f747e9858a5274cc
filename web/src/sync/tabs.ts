/**
 * Several tabs of one browser share one cache and one outbox. The tab that holds the lock flushes the outbox
 * and writes the cache; the others hand over through the outbox's database and a word on the channel.
 */
import type { ClientId, Message, MessageId, RoomId } from "../api/types.ts";
import type { Ending, KeptEdit, OutgoingFile, OutgoingId } from "./state.ts";

/** Exclusive locks among the tabs. `held` runs once the lock is ours and keeps it until its promise ends. */
export interface Locks {
  request(name: string, signal: AbortSignal, held: () => Promise<void>): Promise<void>;
}

/** A line between the tabs; what one posts, all others hear. */
export interface Channel {
  post(note: Note): void;
  listen(heard: (note: Note) => void): void;
  close(): void;
}

/** What made of a draft what it is: somebody typed, an edit went on in it, or it was sent. */
export type DraftTurn = "typed" | "moved" | "sent";

export type Note =
  /** The outbox's database has changed. */
  | { readonly type: "outbox" }
  /** An entry is with the server or given up. */
  | { readonly type: "outbox.gone"; readonly client_id: ClientId; readonly room: RoomId }
  /** The server has taken an entry. */
  | { readonly type: "sent"; readonly client_id: ClientId; readonly message: Message }
  /** What a room's draft is now, `""` where there is none any more, what it was, and since when (milliseconds since 1970). */
  | {
      readonly type: "draft";
      readonly room: RoomId;
      readonly body: string;
      readonly before: string;
      readonly at: number;
      readonly how: DraftTurn;
    }
  /** How far an edit is, what its words were, `""` where there was none, and since when. */
  | { readonly type: "edit"; readonly edit: KeptEdit; readonly before: string; readonly at: number }
  /** An edit of these words was saved, discarded, or went on in its room's draft. */
  | { readonly type: "edit.dropped"; readonly message: MessageId; readonly before: string; readonly at: number }
  /** How far a file is. */
  | { readonly type: "file"; readonly file: OutgoingFile }
  /** A file was taken back. */
  | { readonly type: "file.removed"; readonly id: OutgoingId }
  /** A file that failed is to be tried again. */
  | { readonly type: "file.again"; readonly id: OutgoingId }
  /** Somebody begins to sign out, or couldn't; `ended`: as `State.ended`. */
  | { readonly type: "ending"; readonly ended: Ending | null }
  /** Nobody is signed in any more. */
  | { readonly type: "signed_out"; readonly ended: Ending | null }
  /** Somebody has signed in: for the tabs in which nobody is. */
  | { readonly type: "signed_in" };

export interface Tabs {
  /** This tab flushes the outbox and writes the cache. */
  readonly leading: boolean;
  post(note: Note): void;
  /** Leads no more, nor ever again: another tab may. */
  yield(): void;
  close(): void;
}

export interface TabsOptions {
  readonly name: string;
  readonly locks: Locks;
  readonly channel: (name: string) => Channel;
  readonly onLead: () => void;
  readonly onNote: (note: Note) => void;
}

export function joinTabs({ name, locks, channel, onLead, onNote }: TabsOptions): Tabs {
  const line = channel(name);
  line.listen(onNote);
  let leading = false;
  let closed = false;
  let release: () => void = () => {};
  const done = new Promise<void>((resolve) => {
    release = resolve;
  });
  const abort = new AbortController();
  const held = (): Promise<void> => {
    leading = true;
    onLead();
    return done;
  };
  // Refused only when the page is closing or locks are forbidden; without a lock we are alone.
  locks.request(name, abort.signal, held).catch(() => {
    if (!abort.signal.aborted) void held();
  });
  const yieldLead = (): void => {
    leading = false;
    release();
    abort.abort();
  };
  return {
    get leading() {
      return leading;
    },
    post(note) {
      if (!closed) line.post(note);
    },
    yield: yieldLead,
    close: () => {
      closed = true;
      yieldLead();
      line.close();
    },
  };
}

/** For a place with one tab only. */
export const soleTab: Locks = { request: (_name, _signal, held) => held() };

export const noChannel = (): Channel => ({ post: () => {}, listen: () => {}, close: () => {} });
