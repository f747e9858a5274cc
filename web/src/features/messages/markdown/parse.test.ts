import { expect, test } from "vitest";
import { isSafeHref, parse, restore, split } from "./parse.ts";

test("only web and mail addresses may be linked to", () => {
  expect(
    ["https://a.example/x?y=1", "http://a.example", "HTTPS://A.EXAMPLE", "mailto:a@b.example"].every(isSafeHref),
  ).toBe(true);
  const refused = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    " javascript:alert(1)",
    "java\tscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "file:///etc/passwd",
    "blob:https://a.example/1",
    "//a.example",
    "/rooms/1",
    "https:a.example",
    "",
  ];
  expect(refused.filter(isSafeHref)).toEqual([]);
});

test("a mention is found by characters, not by halves of them", () => {
  const body = "👩‍🚀🎉 hi @a_b_c!";
  const start = [...body].indexOf("@");
  const { mentions, tokens } = parse(body, [{ user: "u1", start, len: 6 }]);
  expect(mentions).toEqual([{ user: "u1", text: "@a_b_c" }]);
  const [paragraph] = tokens;
  const text = paragraph && "text" in paragraph ? String(paragraph.text) : "";
  expect(split(text, mentions)).toEqual(["👩‍🚀🎉 hi ", { user: "u1", text: "@a_b_c" }, "!"]);
  expect(restore(text, mentions)).toBe(body);
});

test("the private characters of a body can't pass for a mention", () => {
  const { mentions, tokens } = parse("\uE0000\uE001 x", [{ user: "u1", start: 4, len: 1 }]);
  expect(mentions).toHaveLength(1);
  expect(tokens[0]?.raw).toMatch(/^\uFFFD0\uFFFD /);
});

test("mentions that overlap or lie outside are left out", () => {
  const wrong = [
    { user: "u1", start: 0, len: 3 },
    { user: "u2", start: 1, len: 3 },
    { user: "u3", start: 90, len: 3 },
    { user: "u4", start: 5, len: 0 },
  ];
  expect(parse("@ab @cd", wrong).mentions.map(({ user }) => user)).toEqual(["u1"]);
});

test.each([
  ["quotes", ">".repeat(40_000)],
  ["emphasis", "_a".repeat(20_000)],
  ["brackets", "[".repeat(40_000)],
  ["list in list", "- ".repeat(20_000)],
  ["link openings", "[a](".repeat(10_000)],
  ["tags", "<a ".repeat(13_000)],
  ["lists in quotes in lists", "> - ".repeat(10_000)],
  ["escaped backticks", "\\``".repeat(13_300)],
  ["strikes in addresses", "a:~~".repeat(10_000)],
  ["strikes in backslashes", "~~a \\".repeat(8_000)],
  ["beginnings of addresses", "http".repeat(10_000)],
  ["a table of 20,000 columns", `${"|a".repeat(10_000)}\n${"|-".repeat(10_000)}`],
])("tangled %s don't hold up the page", (_, body) => {
  const start = performance.now();
  const { tokens } = parse(body, []);
  expect(performance.now() - start).toBeLessThan(1_500);
  expect(tokens.length).toBeGreaterThan(0);
});
