/** A text with a selection. */
export interface Edit {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Puts marks around what is selected, or takes them away; several lines of code become a block. */
export function wrap({ text, start, end }: Edit, mark: "**" | "_" | "`"): Edit {
  const selected = text.slice(start, end);
  if (mark === "`" && selected.includes("\n")) return fence({ text, start, end });
  const size = mark.length;
  if (text.slice(start - size, start) === mark && text.slice(end, end + size) === mark) {
    return {
      text: text.slice(0, start - size) + selected + text.slice(end + size),
      start: start - size,
      end: end - size,
    };
  }
  return {
    text: text.slice(0, start) + mark + selected + mark + text.slice(end),
    start: start + size,
    end: end + size,
  };
}

function fence({ text, start, end }: Edit): Edit {
  const before = start === 0 || text[start - 1] === "\n" ? "" : "\n";
  const after = end === text.length || text[end] === "\n" ? "" : "\n";
  const open = `${before}\`\`\`\n`;
  const selected = text.slice(start, end).replace(/\n$/, "");
  return {
    text: `${text.slice(0, start)}${open}${selected}\n\`\`\`${after}${text.slice(end)}`,
    start: start + open.length,
    end: start + open.length + selected.length,
  };
}

/** Puts a text in the place of what is selected, with a space before it where words would run together. */
export function insert({ text, start, end }: Edit, words: string): Edit {
  const gap = start > 0 && !/\s/.test(text[start - 1] ?? "") ? " " : "";
  const at = start + gap.length + words.length;
  return { text: text.slice(0, start) + gap + words + text.slice(end), start: at, end: at };
}
