import { describe, expect, it } from "vitest";
import { parseFrame, parseSynced } from "./protocol.ts";

const parse = (frame: unknown): ReturnType<typeof parseFrame> => parseFrame(JSON.stringify(frame));

describe("frames", () => {
  it("that are no JSON object with a type are none", () => {
    for (const text of ["", "x", "[]", "{}", "null", '{"t":1}', new ArrayBuffer(1)])
      expect(parseFrame(text)).toBeNull();
  });

  it("of an unknown type still count", () => {
    const frame = parse({ t: "hologram", s: "room:1", n: 7, d: { x: 1 } });
    expect(frame).toEqual({ kind: "event", event: { t: "skip", s: "room:1", n: 7, d: null } });
  });

  it("of a known type with a payload that can't be applied still count", () => {
    for (const t of ["message.created", "member.joined", "room.updated", "read.updated", "toString"]) {
      expect(parse({ t, s: "room:1", n: 7, d: [] })).toMatchObject({ kind: "event", event: { t: "skip", n: 7 } });
    }
  });

  it("carry answers and problems by the id of what was asked", () => {
    expect(parse({ t: "ok", re: "3", d: { head: 1 } })).toEqual({ kind: "ok", re: "3", d: { head: 1 } });
    const error = parse({ t: "error", re: "4", d: { status: 403, code: "forbidden", title: "No." } });
    expect(error).toMatchObject({ kind: "error", re: "4", problem: { status: 403, code: "forbidden" } });
  });

  it("that signal are told apart from events", () => {
    expect(parse({ t: "typing", s: "room:1", d: { user: "u" } })).toEqual({ kind: "typing", room: "1", user: "u" });
    expect(parse({ t: "presence", d: [{ user: "u", status: "away" }, 5] })).toEqual({
      kind: "presence",
      changes: [{ user: "u", status: "away" }],
    });
    expect(parse({ t: "reconnect", d: { after_ms: 5 } })).toEqual({ kind: "reconnect", afterMs: 5 });
    expect(parse({ t: "whatever", d: {} })).toEqual({ kind: "other" });
  });
});

it("a sync's answer is read whatever it lacks", () => {
  expect(parseSynced(null)).toEqual({ reset: {}, gone: [] });
  expect(parseSynced({ reset: { "room:1": 4 }, gone: ["room:2", 5] })).toEqual({
    reset: { "room:1": 4 },
    gone: ["room:2"],
  });
});
