import { describe, expect, it } from "vitest";
import { isBefore, merged, withLines } from "./words.ts";

describe("two that were made of one text", () => {
  it.each([
    { what: "one that says the same", base: "a", first: "a", second: "a b", whole: "a b" },
    { what: "two that say the same", base: "a", first: "a b", second: "a b", whole: "a b" },
    { what: "what both have added", base: "a", first: "a b", second: "a c", whole: "a b c" },
    {
      what: "what was added to what another mended",
      base: "helo",
      first: "hello",
      second: "helo you",
      whole: "hello you",
    },
    { what: "what was added to what another took away", base: "a b", first: "a", second: "a b c", whole: "a c" },
    { what: "what was taken away from what was sent", base: "a b", first: "", second: "a", whole: "" },
    { what: "what was typed behind what was sent", base: "a", first: "", second: "a\nb", whole: "b" },
    { what: "lines that both have added", base: "a", first: "a, more\nb", second: "a\nb", whole: "a, more\nb" },
    { what: "two that were begun at once", base: "", first: "a", second: "b", whole: "a\nb" },
    { what: "one that was begun while another was given up", base: "a", first: "", second: "c", whole: "c" },
    {
      what: "one of several parts that was begun while another of them was given up",
      base: "a\n\nb",
      first: "",
      second: "c\n\na\nd",
      whole: "c\n\nd",
    },
    { what: "two that have nothing in common any more", base: "a", first: "b", second: "c", whole: "b\nc" },
  ])("are one text with $what", ({ base, first, second, whole }) => {
    expect(merged(base, first, second)).toBe(whole);
  });

  it("have one order for everybody", () => {
    const versions = [
      { body: "b", at: 1 },
      { body: "a", at: 2 },
      { body: "c", at: 1 },
    ];
    for (const one of versions) {
      for (const other of versions) expect(isBefore(one, other) && isBefore(other, one)).toBe(false);
    }
    expect(versions.sort((one, other) => (isBefore(one, other) ? -1 : 1)).map(({ body }) => body)).toEqual([
      "b",
      "c",
      "a",
    ]);
  });
});

it("adds lines to a text once", () => {
  expect(withLines("", "b")).toBe("b");
  expect(withLines("a", "b")).toBe("a\nb");
  expect(withLines("a\nb", "b")).toBe("a\nb");
  expect(withLines("a\nbc", "b")).toBe("a\nbc\nb");
});
