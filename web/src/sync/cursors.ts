/**
 * Where the client stands in each stream, and what that makes of a frame. A cursor is the number of the last
 * event that was applied; it moves by one, or jumps where the server says so (`reset`, a snapshot).
 */
import type { StreamId } from "../api/types.ts";

export type Cursors = ReadonlyMap<StreamId, number>;

/**
 * `apply`: the next one. `drop`: had it. `gap`: something between is missing, so the stream must be caught up
 * first. `unknown`: a stream that we don't follow (yet, or any more).
 */
export type Verdict = "apply" | "drop" | "gap" | "unknown";

export function judge(cursors: Cursors, stream: StreamId, n: number): Verdict {
  const cursor = cursors.get(stream);
  if (cursor === undefined) return "unknown";
  if (n <= cursor) return "drop";
  return n === cursor + 1 ? "apply" : "gap";
}
