/** One text out of two that were made of the same words in different tabs. */

/** What a text was at some time: `at` in milliseconds since 1970. */
export interface Version {
  readonly body: string;
  readonly at: number;
}

/** Which of two versions comes first; all tabs agree. */
export function isBefore(one: Version, other: Version): boolean {
  return one.at < other.at || (one.at === other.at && one.body < other.body);
}

/** What two have made of `base`: what each has added to it, in their order; what one took away that the other only added to. */
export function merged(base: string, first: string, second: string): string {
  if (first === base || first === second) return second;
  if (second === base) return first;
  if (base === "") return withLines(first, second);
  if (first === "" || second === "") return without(base, first + second);
  const both = [
    [first, second],
    [second, first],
  ] as const;
  for (const [one, other] of both) {
    // Lines that both have were added by both.
    if (other.startsWith(`${base}\n`) && `\n${one}\n`.includes(`${other.slice(base.length)}\n`)) return one;
  }
  for (const [one, other] of both) {
    if (!other.startsWith(base)) continue;
    return one + other.slice(base.length);
  }
  return withLines(first, second);
}

/** What was sent or given up is gone; what was typed behind it begins anew. */
function without(gone: string, text: string): string {
  if (gone.startsWith(text)) return "";
  if (text.startsWith(gone)) return text.slice(gone.length).trimStart();
  const lines = gone.split("\n");
  return text
    .split("\n")
    .filter((line) => line === "" || !lines.includes(line))
    .join("\n");
}

/** A text with more lines below it; where they stand there already, they were added before. */
export function withLines(text: string, lines: string): string {
  if (text === "" || lines === "") return text + lines;
  return `\n${text}\n`.includes(`\n${lines}\n`) ? text : `${text}\n${lines}`;
}
