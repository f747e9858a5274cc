/** Whatever somebody writes, showing it takes a moment, and no link of it leads to code. */
import type { Token, Tokens } from "marked";
import { describe, expect, it } from "vitest";
import { chance } from "../../../sync/testing/chance.ts";
import { highlight } from "./highlight.ts";
import { isSafeHref, parse, restore, split } from "./parse.ts";

/** How long one text may take, on a machine that does other things too. */
const patienceMs = 1_000;

/** How long the random part runs; a long run sets another number of minutes. */
const runMs = Number(process.env.PARLEY_FUZZ_MINUTES ?? 0) * 60_000 || 2_000;
const seed = Number(process.env.PARLEY_FUZZ_SEED ?? 1);

/** What texts are made of: everything that begins, ends or joins something. */
const pieces = [
  ..."[]()<>`~|\\&#!*_-+=:/.,'\"@ \t\n{}$^%?;1a0é\u00a0\u200b\u202e\ue000\ue001😀",
  "![",
  "](",
  "][",
  "[a]: b\n",
  "```\n",
  "~~~js\n",
  "    code\n",
  "> ",
  "- ",
  "- [ ] ",
  "1. ",
  "1) ",
  "# ",
  "\n\n",
  "a\n-\n",
  "|a|b|\n|-|:-:|\n|c|d|\n",
  "<!--",
  "-->",
  "<a href=x>",
  "</a>",
  "<![CDATA[",
  "&amp;",
  "&#x6a;",
  "https://example.org/a?b=c",
  "www.example.org",
  "ana@example.org",
  "javascript:pwned()",
  "data:text/html,x",
  "**bold** ",
  "*it*",
  "__x__",
  "~~gone~~",
  "`code`",
  "#room ",
  "@ana ",
  "word ",
  "{{x}}",
  "${",
];

/** What stands around a long stretch. */
const around: readonly (readonly [string, string])[] = [
  ["", ""],
  ["a", "b"],
  ["> ", "b"],
  ["- ", "b"],
  ["[", "](x)"],
  ["[a](", ")"],
  ["`", "`"],
  ["<div>\n", "</div>"],
  ["http://a", ")"],
  ["|a|\n|-|\n|", "|"],
];

const languages = [
  "bash",
  "cpp",
  "css",
  "go",
  "java",
  "javascript",
  "json",
  "markdown",
  "python",
  "rust",
  "sql",
  "xml",
  "yaml",
];

/** Fails when something takes too long twice: once it may have been the machine. */
function quickly(what: string, mostMs: number, work: () => void): void {
  const measure = (): number => {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  };
  if (measure() > mostMs) expect(measure(), what).toBeLessThan(mostMs);
}

function walk(tokens: readonly Token[], meet: (token: Tokens.Generic) => void): void {
  for (const token of tokens as Tokens.Generic[]) {
    meet(token);
    if (token.tokens) walk(token.tokens, meet);
    if (token.type === "list") for (const item of token.items as Tokens.ListItem[]) walk(item.tokens, meet);
    if (token.type === "table")
      for (const cell of [...(token as Tokens.Table).header, ...(token as Tokens.Table).rows.flat()])
        walk(cell.tokens, meet);
  }
}

/** Takes a text apart as a message's row does, and fails when it takes too long or grows. */
function show(body: string): void {
  quickly(JSON.stringify(body.slice(0, 200)), patienceMs, () => {
    const characters = [...body].length;
    const parsed = parse(body, [
      { user: "u-ana", start: 0, len: 1 },
      { user: "u-bo", start: Math.floor(characters / 2), len: 3 },
      { user: "u-cy", start: characters, len: 9 },
    ]);
    let count = 0;
    walk(parsed.tokens, (token) => {
      count += 1;
      if (typeof token.text === "string") split(restore(token.text, parsed.mentions), parsed.mentions);
      if (token.type === "link" && isSafeHref(token.href))
        expect(["http:", "https:", "mailto:"]).toContain(new URL(token.href).protocol);
    });
    expect(count, body).toBeLessThan(body.length * 4 + 10);
  });
}

describe("the same over and over", () => {
  const each = pieces.map((piece) => [JSON.stringify(piece), piece] as const);
  // What counts is the time that the machine spends on it, not how long it does other things meanwhile.
  it.each(each)("%s, as long as a message may be", { timeout: 120_000 }, (_, piece) => {
    for (const [before, after] of around) {
      const room = 40_000 - before.length - after.length;
      show(before + piece.repeat(Math.ceil(room / piece.length)).slice(0, room) + after);
    }
  });

  it("is coloured in a moment or not at all", { timeout: 120_000 }, () => {
    for (const lang of languages) {
      for (const piece of pieces) {
        const line = `${piece.repeat(60)}\n`;
        const text = line.repeat(Math.ceil(8_000 / line.length)).slice(0, 8_000);
        quickly(`${lang} ${JSON.stringify(piece)}`, patienceMs * 2, () => void highlight(text, lang));
      }
    }
  });
});

describe("anything", () => {
  it("is taken apart", { timeout: runMs + 60_000 }, () => {
    const { next, below, happens } = chance(seed);
    const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T;
    const end = performance.now() + runMs;
    let texts = 0;
    while (performance.now() < end) {
      let body = "";
      const length = 2 ** below(12);
      const few = Array.from({ length: 1 + below(8) }, () => pick(pieces));
      while (body.length < length) {
        const piece = happens(0.8) ? pick(few) : pick(pieces);
        body += happens(0.05) ? piece.repeat(Math.floor(next() * 40)) : piece;
      }
      show(body);
      if (texts % 8 === 0) highlight(body, pick(languages));
      texts += 1;
    }
    expect(texts).toBeGreaterThan(20);
  });
});
