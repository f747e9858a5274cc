import type { Token, Tokens } from "marked";
import { createContext, Fragment, memo, type ReactNode, useContext, useMemo } from "react";
import type { Mention } from "../../../api/types.ts";
import { useTranslation } from "../../../i18n/index.ts";
import { cx } from "../../../ui/cx.ts";
import { unlike } from "./address.ts";
import { CodeBlock } from "./CodeBlock.tsx";
import { isSafeHref, type Placed, parse, restore, split } from "./parse.ts";
import { PersonMention, RoomReference } from "./references.tsx";

/** Nested deeper than this, things are shown as they were typed. */
const deepest = 12;
/** A message of nothing but this many emoji or fewer is shown large. */
const large = /^(?:\p{Emoji_Presentation}|\p{Emoji}\uFE0F|\p{RI}{2}|[\u200D\p{EMod}\s]){1,16}$/u;
const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });
const mostLarge = 5;

const Mentions = createContext<readonly Placed[]>([]);

/** A message's Markdown as elements. No HTML text is ever made or taken: tags in it are shown as typed. */
export const Markdown = memo(function Markdown({
  body,
  mentions,
  tail,
}: {
  body: string;
  mentions: readonly Mention[];
  /** A small word after the last one, such as that it was edited. */
  tail?: ReactNode;
}) {
  const parsed = useMemo(() => parse(body, mentions), [body, mentions]);
  return (
    <Mentions value={parsed.mentions}>
      <div className={cx("max-w-[74ch] [overflow-wrap:anywhere]", isLarge(body) && "text-[2rem] leading-10")}>
        <Blocks tokens={parsed.tokens} depth={0} tail={tail} />
      </div>
    </Mentions>
  );
});

function isLarge(body: string): boolean {
  const text = body.trim();
  return text.length <= 64 && large.test(text) && [...graphemes.segment(text.replace(/\s/g, ""))].length <= mostLarge;
}

function Blocks({ tokens, depth, tail }: { tokens: readonly Token[]; depth: number; tail?: ReactNode }) {
  const last = tail ? tokens.findLastIndex(({ type }) => type !== "space") : -1;
  const joins = tokens[last]?.type === "paragraph";
  const blocks = tokens.map((token, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the tokens of one text never move
    <Block key={index} token={token as Tokens.Generic} depth={depth} tail={joins && index === last ? tail : null} />
  ));
  return tail && !joins ? [...blocks, <div key="tail">{tail}</div>] : blocks;
}

function Block({ token, depth, tail }: { token: Tokens.Generic; depth: number; tail?: ReactNode }) {
  if (depth > deepest) return <AsTyped text={token.raw} block />;
  switch (token.type) {
    case "space":
    case "def":
      return token.type === "def" ? <AsTyped text={token.raw} block /> : null;
    case "paragraph":
      return (
        <p dir="auto" className="not-first:mt-1.5">
          <Inlines tokens={token.tokens} depth={depth} />
          {tail ? <> {tail}</> : null}
        </p>
      );
    case "text":
      return token.tokens ? <Inlines tokens={token.tokens} depth={depth} /> : <AsTyped text={token.raw} block />;
    case "heading":
      // Small on purpose: a message is not a page, and the page's own headings must stay its outline.
      return (
        <p dir="auto" className={cx("not-first:mt-2.5 font-bold", token.depth === 1 && "text-l")}>
          <Inlines tokens={token.tokens} depth={depth} />
        </p>
      );
    case "code":
      return <Code text={token.text} lang={token.lang} />;
    case "blockquote":
      return (
        <blockquote dir="auto" className="my-1 border-line-strong border-s-[3px] ps-3 text-muted">
          <Blocks tokens={token.tokens ?? []} depth={depth + 1} />
        </blockquote>
      );
    case "list":
      return <List token={token as Tokens.List} depth={depth} />;
    case "table":
      return <Table token={token as Tokens.Table} depth={depth} />;
    case "hr":
      return <hr className="my-2.5 border-line" />;
    case "html":
      return <AsTyped text={token.raw} block />;
    default:
      return <Inline token={token} depth={depth} />;
  }
}

function Inlines({ tokens, depth }: { tokens: readonly Token[] | undefined; depth: number }) {
  return tokens?.map((token, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the tokens of one text never move
    <Inline key={index} token={token as Tokens.Generic} depth={depth + 1} />
  ));
}

function Inline({ token, depth }: { token: Tokens.Generic; depth: number }): ReactNode {
  if (depth > deepest * 2) return <AsTyped text={token.raw} />;
  const inside = <Inlines tokens={token.tokens} depth={depth} />;
  switch (token.type) {
    case "text":
      return token.tokens ? inside : <Words text={token.text} />;
    case "escape":
      return <Words text={token.text} />;
    case "strong":
      return <strong className="font-bold">{inside}</strong>;
    case "em":
      return <em>{inside}</em>;
    case "del":
      return <del>{inside}</del>;
    case "codespan":
      return <CodeSpan text={token.text} />;
    case "br":
      return <br />;
    case "link":
      return (
        <SafeLink href={token.href} typed={token.raw} title={token.title} text={wordsOf(token.tokens ?? [])}>
          {inside}
        </SafeLink>
      );
    case "image":
      return (
        <SafeLink href={token.href} typed={token.raw} title={token.title} text={token.text}>
          {token.text || token.href}
        </SafeLink>
      );
    case "checkbox":
      return null;
    default:
      return <AsTyped text={token.raw} />;
  }
}

/** What is read of some tokens. */
function wordsOf(tokens: readonly Token[]): string {
  return (tokens as Tokens.Generic[])
    .map(({ tokens, text, raw }) => (tokens ? wordsOf(tokens) : (text ?? raw)))
    .join("");
}

/** Words, with people and rooms that are named in them. */
function Words({ text }: { text: string }) {
  const mentions = useContext(Mentions);
  return split(text, mentions).map((part, index) =>
    typeof part === "string" ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text never move
      <RoomReferences key={index} text={part} />
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text never move
      <PersonMention key={index} user={part.user} />
    ),
  );
}

const roomName = /(?<![\p{L}\p{N}_#&/])#([\p{L}\p{N}][\p{L}\p{N}._-]{0,79})/gu;

function RoomReferences({ text }: { text: string }) {
  if (!text.includes("#")) return text;
  const parts: ReactNode[] = [];
  let from = 0;
  for (const match of text.matchAll(roomName)) {
    parts.push(text.slice(from, match.index), <RoomReference key={match.index} name={match[1] ?? ""} />);
    from = match.index + match[0].length;
  }
  parts.push(text.slice(from));
  return parts;
}

function AsTyped({ text, block }: { text: string; block?: boolean }) {
  const mentions = useContext(Mentions);
  const typed = restore(text, mentions);
  return block ? (
    <p dir="auto" className="whitespace-pre-wrap">
      {typed.replace(/\n+$/, "")}
    </p>
  ) : (
    typed
  );
}

function CodeSpan({ text }: { text: string }) {
  const mentions = useContext(Mentions);
  return (
    <code className="rounded-s border border-line bg-code px-1.5 py-px font-mono text-s">
      {restore(text, mentions)}
    </code>
  );
}

function Code({ text, lang }: { text: string; lang: string | undefined }) {
  const mentions = useContext(Mentions);
  return <CodeBlock text={restore(text, mentions)} lang={lang?.trim().split(/\s/)[0] ?? ""} />;
}

function SafeLink({
  href,
  typed,
  title,
  text,
  children,
}: {
  href: string;
  typed: string;
  title?: string | null;
  /** What the link says, which may be another address than its own. */
  text: string;
  children: ReactNode;
}) {
  const mentions = useContext(Mentions);
  const address = restore(href, mentions);
  if (!isSafeHref(address)) return <AsTyped text={typed} />;
  const real = unlike(restore(text, mentions), address);
  const link = (
    <a
      href={address}
      title={title ?? undefined}
      target="_blank"
      rel="noopener noreferrer nofollow"
      // A text before it that is turned around must not turn it around, too.
      className="rounded-[3px] text-link underline [unicode-bidi:plaintext] decoration-transparent underline-offset-2 hover:decoration-current"
    >
      {children}
    </a>
  );
  if (!real) return link;
  return (
    <span className="[unicode-bidi:isolate]">
      {link} <bdi className="text-muted">({real})</bdi>
    </span>
  );
}

function List({ token, depth }: { token: Tokens.List; depth: number }) {
  const { t } = useTranslation();
  const Tag = token.ordered ? "ol" : "ul";
  const start = typeof token.start === "number" && token.start !== 1 ? { start: token.start } : {};
  return (
    <Tag {...start} dir="auto" className={cx("my-1 ps-6", token.ordered ? "list-decimal" : "list-disc")}>
      {token.items.map((item, index) => (
        <li
          // biome-ignore lint/suspicious/noArrayIndexKey: the items of one list never move
          key={index}
          className={cx("ps-0.5", item.task && "-ms-5 list-none")}
        >
          {item.task ? (
            <input
              type="checkbox"
              checked={item.checked === true}
              disabled
              aria-label={t(item.checked ? "messages.task_done" : "messages.task_open")}
              className="me-2 align-[-2px]"
            />
          ) : null}
          <Blocks tokens={item.tokens} depth={depth + 1} />
        </li>
      ))}
    </Tag>
  );
}

const aligned = { left: "text-left", center: "text-center", right: "text-right" } as const;

function Table({ token, depth }: { token: Tokens.Table; depth: number }) {
  const cell = (content: Tokens.TableCell) => (
    <Fragment>
      <Inlines tokens={content.tokens} depth={depth} />
    </Fragment>
  );
  const look = (content: Tokens.TableCell) =>
    cx("border-line border-r px-2.5 py-1 align-top last:border-r-0", aligned[content.align ?? "left"]);
  return (
    <div className="my-1.5 max-w-full overflow-x-auto">
      <table className="border-separate border-spacing-0 rounded-m border border-line text-s">
        <thead>
          <tr>
            {token.header.map((content, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the cells of one table never move
              <th key={index} scope="col" className={cx(look(content), "border-b bg-code font-semibold")}>
                {cell(content)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {token.rows.map((row, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the rows of one table never move
            <tr key={at} className="[&:not(:last-child)>td]:border-b">
              {row.map((content, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: the cells of one table never move
                <td key={index} className={look(content)}>
                  {cell(content)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
