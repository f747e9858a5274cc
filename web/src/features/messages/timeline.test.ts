import { expect, test } from "vitest";
import type { Message } from "../../api/types.ts";
import type { Row } from "../../sync/select.ts";
import { timeline } from "./timeline.ts";

const noon = Date.parse("2026-11-23T12:00:00Z");

function said(author: string, minute: number, change: Partial<Message> = {}): Row {
  const at = noon + minute * 60_000;
  const id = `${author} ${minute}`;
  const message: Message = {
    id,
    room: "room",
    ts: at * 1000,
    n: 1,
    kind: "message",
    author,
    body: "words",
    thread: null,
    reply_count: 0,
    attachments: [],
    reactions: [],
    mentions: [],
    previews: [],
    system: null,
    client_id: null,
    created_at: new Date(at).toISOString(),
    edited_at: null,
    deleted_at: null,
    ...change,
  };
  return { key: id, message, pending: null };
}

function onItsWay(minute: number): Row {
  const created_at = noon + minute * 60_000;
  const entry = { client_id: `own ${minute}`, room: "room", body: "words", created_at, state: "pending", error: null };
  return { key: entry.client_id, message: null, pending: entry as Row["pending"] };
}

const heads = (rows: readonly Row[], firstNew: Row | null = null) =>
  timeline(rows, "eve", firstNew).map(({ head }) => head);

test("messages of one person within five minutes stand together", () => {
  expect(heads([said("ana", 0), said("ana", 1), said("ben", 2), said("ana", 3)])).toEqual([true, false, true, true]);
});

test("a pause begins a new group", () => {
  expect(heads([said("ana", 0), said("ana", 4), said("ana", 9)])).toEqual([true, false, true]);
});

test("what is on its way joins the reader's own group", () => {
  expect(heads([said("eve", 0), onItsWay(1), onItsWay(2)])).toEqual([true, false, false]);
});

test("a system message stands alone", () => {
  expect(heads([said("ana", 0), said("ana", 1, { kind: "system" }), said("ana", 2)])).toEqual([true, true, true]);
});

test("the first message of a day carries the day and begins a group", () => {
  const lines = timeline([said("ana", 0), said("ana", 24 * 60)], "eve", null);
  expect(lines.map(({ firstOfDay }) => firstOfDay)).toEqual([true, true]);
  expect(lines[1]?.head).toBe(true);
});

test("the New line begins a group", () => {
  const rows = [said("ana", 0), said("ana", 1)];
  const lines = timeline(rows, "eve", rows[1] ?? null);
  expect(lines.map(({ firstNew, head }) => [firstNew, head])).toEqual([
    [false, true],
    [true, true],
  ]);
});
