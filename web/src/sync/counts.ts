/**
 * How many messages of a room are unread. Exact from the window wherever it spans everything after the read
 * position; else kept by adding what arrives; else, where an event doesn't tell what it took away, the room is
 * marked to be read again.
 */
import type { Message, Ts, UserId } from "../api/types.ts";
import type { Membership, RoomEntry, Window } from "./state.ts";
import { isThreadOnly } from "./window.ts";

/** Beyond this nobody counts; the server's counts stop here too. */
export const COUNT_MAX = 1_000;

export interface Counted {
  readonly entry: RoomEntry;
  /** The counts are a guess: read them from the server. */
  readonly doubtful: boolean;
}

export function countsAsUnread(message: Message, me: UserId | null): boolean {
  return message.author !== me && message.kind !== "system" && message.deleted_at === null && !isThreadOnly(message);
}

export function mentions(message: Message, user: UserId | null): boolean {
  return message.mentions.some((mention) => mention.user === user);
}

/** Counts from the window's rows, or `null` when it doesn't reach from `readTs` to the newest message. */
export function countWindow(
  window: Window | undefined,
  readTs: Ts,
  me: UserId | null,
): { unread: number; mentions: number; as_of: number } | null {
  if (!window || window.has_after) return null;
  const first = window.rows[0];
  if (window.has_before && (!first || first.message.ts > readTs)) return null;
  let unread = 0;
  let mentioned = 0;
  let as_of = 0;
  for (let i = window.rows.length - 1; i >= 0; i -= 1) {
    const row = window.rows[i];
    if (!row || row.message.ts <= readTs) break;
    if (row.message.author !== me) as_of = Math.max(as_of, row.as_of);
    if (!countsAsUnread(row.message, me)) continue;
    unread += 1;
    if (mentions(row.message, me)) mentioned += 1;
  }
  return { unread: Math.min(unread, COUNT_MAX), mentions: Math.min(mentioned, COUNT_MAX), as_of };
}

/** Counts again from the window where it can; `n` is the room event that led here. */
export function recount(entry: RoomEntry, window: Window | undefined, me: UserId | null, n: number): RoomEntry | null {
  const { mine } = entry;
  if (!mine) return entry;
  const counted = countWindow(window, mine.read_ts, me);
  if (!counted) return null;
  const counts_as_of = Math.max(mine.counts_as_of, n, counted.as_of);
  return {
    ...entry,
    mine: { ...mine, unread: counted.unread, mentions: counted.mentions, counts_as_of, counted_here: true },
  };
}

/** What a message that was posted does to counts that no window backs. */
export function countCreated(entry: RoomEntry, message: Message, me: UserId | null, n: number): Counted {
  const { mine } = entry;
  if (!mine || n <= mine.counts_as_of) return skipped(entry);
  const moved: Membership = { ...mine, counts_as_of: n };
  if (message.deleted_at !== null) {
    // The log shows a message as it is now: its deletion is still to come, and will have nothing to take away.
    const uncounted = new Set(entry.uncounted).add(message.id);
    return { entry: { ...entry, mine: moved, uncounted }, doubtful: false };
  }
  if (message.ts <= mine.read_ts || !countsAsUnread(message, me)) {
    return { entry: { ...entry, mine: moved }, doubtful: false };
  }
  const unread = Math.min(mine.unread + 1, COUNT_MAX);
  const mentioned = Math.min(mine.mentions + (mentions(message, me) ? 1 : 0), COUNT_MAX);
  return { entry: { ...entry, mine: { ...moved, unread, mentions: mentioned } }, doubtful: false };
}

/**
 * An event that the counts are said to hold already. A window that has gone since may have counted without it, while
 * the server's head, or a page's, ran ahead of the frames.
 */
function skipped(entry: RoomEntry): Counted {
  return { entry, doubtful: entry.mine?.counted_here === true };
}

/**
 * What an edit or a deletion does to counts that no window backs. An edit may show a message that is deleted
 * by now (frames carry current rows): it is taken away once, whichever event tells first.
 */
export function countChanged(
  entry: RoomEntry,
  message: Message,
  me: UserId | null,
  n: number,
  deletion: boolean,
): Counted {
  const { mine } = entry;
  if (!mine || n <= mine.counts_as_of) return skipped(entry);
  const moved: Membership = { ...mine, counts_as_of: n };
  const known = entry.uncounted.has(message.id);
  const uncounted = new Set(entry.uncounted);
  if (deletion) uncounted.delete(message.id);
  else if (message.deleted_at !== null) uncounted.add(message.id);
  const settled = { ...entry, mine: moved, uncounted };
  if (known || message.ts <= mine.read_ts || !countsAsUnread({ ...message, deleted_at: null }, me)) {
    return { entry: settled, doubtful: false };
  }
  if (message.deleted_at === null) {
    return { entry: settled, doubtful: mine.mentions > 0 || mentions(message, me) };
  }
  const unread = Math.max(mine.unread - 1, 0);
  // Whether it mentioned me is gone with its body; and a full count may hide more.
  const doubtful = mine.mentions > 0 || mine.unread >= COUNT_MAX;
  return { entry: { ...settled, mine: { ...moved, unread } }, doubtful };
}

/** Moves the read position. `told` is what the server says is left unread, if it said. */
export function moveRead(
  entry: RoomEntry,
  window: Window | undefined,
  me: UserId | null,
  readTs: Ts,
  told: { readonly unread: number; readonly mentions: number } | null,
): Counted {
  const { mine } = entry;
  if (!mine) return { entry, doubtful: false };
  const moved = { ...entry, mine: { ...mine, read_ts: readTs } };
  const counted = recount(moved, window, me, 0);
  if (counted) return { entry: counted, doubtful: false };
  if (readTs >= mine.last_ts) {
    return { entry: { ...entry, mine: { ...mine, read_ts: readTs, unread: 0, mentions: 0 } }, doubtful: false };
  }
  if (!told) return { entry: moved, doubtful: true };
  const { unread, mentions: mentioned } = told;
  if (readTs === mine.read_ts && unread === mine.unread && mentioned === mine.mentions) {
    return { entry, doubtful: false };
  }
  // The server counted at a head of the room that it doesn't name: right or nearly so, until read again.
  return { entry: { ...moved, mine: { ...moved.mine, unread, mentions: mentioned } }, doubtful: true };
}
