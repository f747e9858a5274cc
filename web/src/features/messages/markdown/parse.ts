import { Lexer, type Token } from "marked";
import type { Mention } from "../../../api/types.ts";

/** What a message's text came apart into. */
export interface Parsed {
  readonly tokens: readonly Token[];
  /** The mentions that stand in the tokens' texts as `open`, number, `close`. */
  readonly mentions: readonly Placed[];
}

/** A mention with the words that stood for it. */
export interface Placed {
  readonly user: string;
  readonly text: string;
}

/** Private characters that stand around a mention's number while the text is taken apart. */
const open = "\uE000";
const close = "\uE001";
const marks = /\uE000(\d{1,5})\uE001/g;

/** Longer or more tangled text is shown as it was typed: taking it apart could hold up the page. */
const longest = 40_000;
const nested = /^[ \t]*(?:>[ \t]*|(?:[-*+]|\d{1,9}[.)])[ \t]+){16}/m;
/** More of these at a stretch than anybody means. */
const stretch = /[ \t~]{500}/;
/** How often something may stand in a text that is taken apart. */
const most: readonly (readonly [RegExp, number])[] = [
  [/[*_![`]/g, 3_000],
  [/~+/g, 400],
  [/http|www\.|ftp/gi, 1_000],
  // A line that begins something: a list's item, a heading, what underlines one, a row of a table.
  [/^[ \t>]*(?:[-*+=#|]|\d{1,9}[.)])/gm, 1_500],
  // Each may turn what follows around once more. After 62 a link no longer holds against them: Unicode counts 125 levels.
  [/[\u202A\u202B\u202D\u202E\u2066-\u2068]/g, 50],
];

const options = { gfm: true, breaks: true };

/** Takes Markdown apart. Never fails: what can't be taken apart is one text. */
export function parse(body: string, mentions: readonly Mention[]): Parsed {
  const { source, placed } = place(body, mentions);
  if (tangled(source)) return { tokens: [plain(source)], mentions: placed };
  try {
    return { tokens: new Lexer(options).lex(source), mentions: placed };
  } catch {
    return { tokens: [plain(source)], mentions: placed };
  }
}

/** The text as it was typed, with every mention's words back in their place. */
export function restore(text: string, mentions: readonly Placed[]): string {
  return text.replace(marks, (_, index: string) => mentions[Number(index)]?.text ?? "");
}

/** Cuts a text at its mentions. */
export function split(text: string, mentions: readonly Placed[]): readonly (string | Placed)[] {
  const parts: (string | Placed)[] = [];
  let from = 0;
  for (const match of text.matchAll(marks)) {
    if (match.index > from) parts.push(text.slice(from, match.index));
    const mention = mentions[Number(match[1])];
    if (mention) parts.push(mention);
    from = match.index + match[0].length;
  }
  if (from < text.length) parts.push(text.slice(from));
  return parts;
}

/** Whether an address may be linked to. */
export function isSafeHref(href: string): boolean {
  if (!/^(?:https?:\/\/|mailto:)/i.test(href)) return false;
  try {
    return ["http:", "https:", "mailto:"].includes(new URL(href).protocol);
  } catch {
    return false;
  }
}

/** Puts numbers in the place of mentions, whose names may hold characters that mean something in Markdown. */
function place(body: string, mentions: readonly Mention[]): { source: string; placed: readonly Placed[] } {
  const clean = body.replaceAll(/[\uE000\uE001]/g, "\uFFFD");
  if (mentions.length === 0) return { source: clean, placed: [] };
  // The server counts characters, JavaScript counts halves of some.
  const characters = [...clean];
  const placed: Placed[] = [];
  let source = "";
  let from = 0;
  for (const { user, start, len } of [...mentions].sort((a, b) => a.start - b.start)) {
    if (start < from || len <= 0 || start + len > characters.length) continue;
    source += `${characters.slice(from, start).join("")}${open}${placed.length}${close}`;
    placed.push({ user, text: characters.slice(start, start + len).join("") });
    from = start + len;
  }
  return { source: source + characters.slice(from).join(""), placed };
}

function tangled(source: string): boolean {
  if (source.length > longest * 2 || nested.test(source) || stretch.test(source)) return true;
  return most.some(([what, times]) => (source.match(what)?.length ?? 0) > times);
}

function plain(text: string): Token {
  return { type: "text", raw: text, text };
}
