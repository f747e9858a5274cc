/** A piece of a room's history: how pages and events change it. Pure. */
import type { History, Message, MessageId, Ts } from "../api/types.ts";
import type { MessageRow, Window } from "./state.ts";

/** Pages loaded by scrolling are given up at the far end beyond this. */
export const WINDOW_MAX = 800;

/** Live messages may lengthen a window up to here before its oldest part goes; trimming each would jump. */
const WINDOW_HARD_MAX = 1_200;

export type Asked =
  /** The newest page, under what is known to be whole. */
  | { readonly kind: "newest" }
  /** The newest page instead of a window that events can't be trusted to have kept. */
  | { readonly kind: "reload" }
  | { readonly kind: "before"; readonly ts: Ts }
  | { readonly kind: "after"; readonly ts: Ts }
  | { readonly kind: "around"; readonly ts: Ts };

/** A reply that only its thread shows. */
export function isThreadOnly(message: Message): boolean {
  return message.thread !== null;
}

/** The window with a page merged in; a page that doesn't touch it replaces it or is dropped. */
export function mergePage(window: Window | undefined, page: History, asked: Asked): Window | undefined {
  const fresh: Window = {
    rows: page.items.map((message) => ({ message, as_of: page.head })),
    has_before: page.has_before,
    has_after: page.has_after,
  };
  switch (asked.kind) {
    case "around":
    case "reload":
      return fresh;
    case "newest":
      return window && !window.has_after && touches(window, fresh) ? union(window, fresh, page.head) : fresh;
    case "before": {
      // Meanwhile the window moved: the page belongs to nothing any more.
      if (!window || window.rows[0]?.message.ts !== asked.ts) return window;
      const rows = [...fresh.rows, ...window.rows];
      const cut = rows.length > WINDOW_MAX;
      return {
        rows: cut ? rows.slice(0, WINDOW_MAX) : rows,
        has_before: page.has_before,
        has_after: window.has_after || cut,
      };
    }
    case "after": {
      if (!window || window.rows.at(-1)?.message.ts !== asked.ts) return window;
      const rows = [...window.rows, ...fresh.rows];
      const cut = rows.length > WINDOW_MAX;
      return {
        rows: cut ? rows.slice(-WINDOW_MAX) : rows,
        has_before: window.has_before || cut,
        has_after: page.has_after,
      };
    }
  }
}

/** Whether the newest page reaches back to what the window has, so that no hole lies between. */
function touches(window: Window, newest: Window): boolean {
  const last = window.rows.at(-1);
  const first = newest.rows[0];
  if (!last || !first) return false;
  return first.message.ts <= last.message.ts;
}

function union(window: Window, newest: Window, head: number): Window {
  const from = newest.rows[0]?.message.ts ?? 0;
  const known = new Map(newest.rows.map((row) => [row.message.id, row]));
  const older: MessageRow[] = [];
  const later: MessageRow[] = [];
  for (const row of window.rows) {
    const twin = known.get(row.message.id);
    if (twin) {
      if (row.as_of > twin.as_of) known.set(row.message.id, row);
    } else if (row.message.ts < from) older.push(row);
    // A row in the page's range that the page lacks is gone, unless it is newer than the page.
    else if (row.as_of > head) later.push(row);
  }
  const has_before = older.length > 0 ? window.has_before : newest.has_before;
  let merged: Window = { rows: [...older, ...known.values()], has_before, has_after: newest.has_after };
  for (const row of later) merged = insertRow(merged, row.message, row.as_of);
  return merged;
}

/** Puts a message in its place, if the window spans it; a row that knows as much stays. */
export function insertRow(window: Window, message: Message, asOf: number): Window {
  const { rows } = window;
  const at = lowerBound(rows, message.ts);
  const there = rows[at];
  if (there?.message.id === message.id) {
    return there.as_of >= asOf ? window : withRow(window, at, { message, as_of: asOf });
  }
  if (at === rows.length && window.has_after) return window;
  if (at === 0 && window.has_before) return window;
  const row: MessageRow = { message, as_of: asOf };
  const longer = at === rows.length ? [...rows, row] : [...rows.slice(0, at), row, ...rows.slice(at)];
  if (longer.length <= WINDOW_HARD_MAX) return { ...window, rows: longer };
  return { ...window, rows: longer.slice(-WINDOW_MAX), has_before: true };
}

/** Changes the row of a message to what event `n` made of it. */
export function updateRow(window: Window, ts: Ts | null, id: MessageId, n: number, change: RowChange): Window {
  const at = ts === null ? window.rows.findIndex((row) => row.message.id === id) : lowerBound(window.rows, ts);
  const row = window.rows[at];
  if (row?.message.id !== id || row.as_of >= n) return window;
  return withRow(window, at, { message: change(row.message), as_of: n });
}

type RowChange = (message: Message) => Message;

export function replaceRow(window: Window, before: MessageRow, after: MessageRow): Window {
  const at = window.rows.indexOf(before);
  return at < 0 ? window : withRow(window, at, after);
}

/** The same rows, of which nothing is known any more to be current. */
export function distrustRows(window: Window): Window {
  return { ...window, rows: window.rows.map((row) => ({ ...row, as_of: 0 })) };
}

export function rowOf(window: Window, message: Message): MessageRow | null {
  const row = window.rows[lowerBound(window.rows, message.ts)];
  return row?.message.id === message.id ? row : null;
}

/** Forgets what retention took: everything before `ts` that event `n` is news to. */
export function trimRows(window: Window, ts: Ts, n: number): Window {
  const rows = window.rows.filter((row) => row.message.ts >= ts || row.as_of >= n);
  return rows.length === window.rows.length ? window : { ...window, rows, has_before: false };
}

function withRow(window: Window, at: number, row: MessageRow): Window {
  return { ...window, rows: window.rows.with(at, row) };
}

/** The first place whose row is not before `ts`. */
function lowerBound(rows: readonly MessageRow[], ts: Ts): number {
  let low = 0;
  let high = rows.length;
  // Nearly everything happens at the end.
  const last = rows[high - 1];
  if (last && last.message.ts < ts) return high;
  while (low < high) {
    const middle = (low + high) >> 1;
    const row = rows[middle];
    if (row && row.message.ts < ts) low = middle + 1;
    else high = middle;
  }
  return low;
}
