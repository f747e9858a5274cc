import type { Ts, UserId } from "../../api/types.ts";
import { sameDay } from "../../i18n/format.ts";
import type { Row } from "../../sync/select.ts";

/** A row of the list with what stands above it and whether it begins a group. */
export interface Line {
  readonly key: string;
  readonly row: Row;
  /** Shows who wrote it and when; the others of the group follow without. */
  readonly head: boolean;
  /** The first of its day. */
  readonly firstOfDay: boolean;
  /** The first that the reader hasn't read: the "New" line stands above it. */
  readonly firstNew: boolean;
}

/** Messages of one author within this time of the one before belong together. */
const groupMs = 5 * 60_000;

/** When a row was written, in milliseconds since 1970. */
export function writtenAt(row: Row): number {
  return row.message ? Date.parse(row.message.created_at) : (row.pending?.created_at ?? 0);
}

/** Who wrote a row; what is on its way is mine. */
export function authorOf(row: Row, me: UserId | null): UserId | null {
  return row.message ? row.message.author : me;
}

/** Where a row stands in the room's history; what is on its way has no place yet. */
export function placeOf(row: Row): Ts | null {
  return row.message?.ts ?? null;
}

/** Groups rows by author and time, parts the days, and draws the line above `firstNew`. */
export function timeline(rows: readonly Row[], me: UserId | null, firstNew: Row | null): readonly Line[] {
  let before: Row | null = null;
  return rows.map((row) => {
    const isFirstNew = row === firstNew;
    const firstOfDay = before === null || !sameDay(writtenAt(before), writtenAt(row));
    const head = firstOfDay || isFirstNew || before === null || !follows(before, row, me);
    before = row;
    return { key: row.key, row, head, firstOfDay, firstNew: isFirstNew };
  });
}

function follows(before: Row, row: Row, me: UserId | null): boolean {
  if (before.message?.kind === "system" || row.message?.kind === "system") return false;
  const author = authorOf(row, me);
  return author !== null && author === authorOf(before, me) && writtenAt(row) - writtenAt(before) < groupMs;
}
