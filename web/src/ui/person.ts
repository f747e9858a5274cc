/** The grounds that the theme has for people. */
const grounds = [
  "bg-person-1",
  "bg-person-2",
  "bg-person-3",
  "bg-person-4",
  "bg-person-5",
  "bg-person-6",
  "bg-person-7",
  "bg-person-8",
  "bg-person-9",
  "bg-person-10",
  "bg-person-11",
  "bg-person-12",
];

/** The class of the ground that belongs to a name: the same name, the same colour, on every device. */
export function groundOf(name: string): string {
  // FNV-1a over the letters, then MurmurHash3's last step: names and ids that are nearly the same end far apart.
  let hash = 0x811c9dc5;
  for (const unit of new TextEncoder().encode(name.normalize("NFC").toLowerCase())) {
    hash = Math.imul(hash ^ unit, 0x01000193) >>> 0;
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return grounds[((hash ^ (hash >>> 16)) >>> 0) % grounds.length] ?? "bg-person-1";
}

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** One or two letters that stand for a name: the first of its first and of its last word. */
export function initialsOf(name: string): string {
  const words = name.split(/[\s._-]+/u).filter((word) => /[\p{L}\p{N}\p{Extended_Pictographic}]/u.test(word));
  const first = firstLetter(words[0] ?? "");
  const last = words.length > 1 ? firstLetter(words[words.length - 1] ?? "") : "";
  return `${first}${last}` || "?";
}

function firstLetter(word: string): string {
  const start = word.search(/[\p{L}\p{N}\p{Extended_Pictographic}]/u);
  const [grapheme] = graphemes.segment(word.slice(Math.max(start, 0)).normalize("NFC"));
  const [letter = ""] = grapheme?.segment ?? "";
  // An emoji is all of its signs, a letter is without what may be heaped on it.
  const picture = /\p{Extended_Pictographic}/u.test(letter);
  return picture ? (grapheme?.segment.replace(/(?!\uFE0F)\p{M}/gu, "") ?? "") : letter.toLocaleUpperCase();
}
