import hljs from "highlight.js/lib/core";
import bash from "highlight.js/lib/languages/bash";
import cpp from "highlight.js/lib/languages/cpp";
import css from "highlight.js/lib/languages/css";
import diff from "highlight.js/lib/languages/diff";
import go from "highlight.js/lib/languages/go";
import java from "highlight.js/lib/languages/java";
import javascript from "highlight.js/lib/languages/javascript";
import json from "highlight.js/lib/languages/json";
import markdown from "highlight.js/lib/languages/markdown";
import python from "highlight.js/lib/languages/python";
import rust from "highlight.js/lib/languages/rust";
import sql from "highlight.js/lib/languages/sql";
import typescript from "highlight.js/lib/languages/typescript";
import xml from "highlight.js/lib/languages/xml";
import yaml from "highlight.js/lib/languages/yaml";

const languages = {
  bash,
  cpp,
  css,
  diff,
  go,
  java,
  javascript,
  json,
  markdown,
  python,
  rust,
  sql,
  typescript,
  xml,
  yaml,
};
for (const [name, language] of Object.entries(languages)) hljs.registerLanguage(name, language);

/** A run of code with one look. */
export interface Piece {
  readonly text: string;
  readonly look: string;
}

const looks: Readonly<Record<string, string>> = {
  keyword: "text-accent",
  built_in: "text-accent",
  literal: "text-accent",
  type: "text-accent",
  name: "text-accent",
  "selector-tag": "text-accent",
  "selector-class": "text-accent",
  attr: "text-link",
  attribute: "text-link",
  property: "text-link",
  title: "font-semibold",
  section: "font-semibold",
  string: "text-warn",
  regexp: "text-warn",
  number: "text-warn",
  symbol: "text-warn",
  link: "text-warn",
  addition: "text-accent bg-accent-soft",
  deletion: "text-danger bg-danger-soft",
  comment: "text-muted italic",
  quote: "text-muted italic",
  meta: "text-muted",
};

/** Collects what the highlighter finds as pieces, where it would make HTML. */
class Collector {
  readonly pieces: Piece[] = [];
  #scopes: string[] = [];

  addText(text: string): void {
    const look = this.#look();
    const last = this.pieces.at(-1);
    if (last && last.look === look) this.pieces[this.pieces.length - 1] = { text: last.text + text, look };
    else if (text !== "") this.pieces.push({ text, look });
  }

  startScope(scope: string): void {
    this.#scopes.push(scope);
  }

  endScope(): void {
    this.#scopes.pop();
  }

  __addSublanguage(other: Collector): void {
    for (const piece of other.pieces) this.pieces.push(piece);
  }

  openNode(scope: string): void {
    this.startScope(scope);
  }

  closeNode(): void {
    this.endScope();
  }

  closeAllNodes(): void {
    this.#scopes = [];
  }

  finalize(): void {
    this.closeAllNodes();
  }

  toHTML(): string {
    return "";
  }

  #look(): string {
    for (let at = this.#scopes.length - 1; at >= 0; at -= 1) {
      const look = looks[this.#scopes[at]?.split(".")[0] ?? ""];
      if (look) return look;
    }
    return "";
  }
}

hljs.configure({ __emitter: Collector });

/** What is longer stays plain: colouring it would hold up the page. Some rules look ahead from everywhere in a line. */
const most = { characters: 8_000, line: 400 };

/** Code in pieces with looks; `null` for a language that isn't known, and for code that would take too long. */
export function highlight(text: string, lang: string): readonly Piece[] | null {
  const language = lang.toLowerCase();
  if (!hljs.getLanguage(language) || text.length > most.characters) return null;
  if (text.split("\n").some((line) => line.length > most.line)) return null;
  const result = hljs.highlight(text, { language, ignoreIllegals: true });
  const emitter: unknown = result._emitter;
  return emitter instanceof Collector ? emitter.pieces : null;
}
