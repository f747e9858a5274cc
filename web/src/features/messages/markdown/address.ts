/** What may stand in an address; everything else parts words. */
const between = /[^\p{L}\p{N}\p{M}_.~:/?#@%&=+\\-]+/u;
const named = /^[\p{L}\p{N}\p{M}_-]+(?:\.[\p{L}\p{N}\p{M}_-]+)*\.\p{L}[\p{L}\p{N}\p{M}_-]+$/u;
const numbers = /^(?:localhost|\d{1,3}(?:\.\d{1,3}){3})$/i;
const six = /(?<![\w)\]])\[(?:(?:[\da-f]+:)*:|(?:[\da-f]+:){7})[\da-f:.]*\]/gi;
/** Marks that show what stands in a text in another order. */
const turning = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/;
/** Blanks that may be narrow or none; one stands for many below, so that none is looked at twice. */
const blanks = /(?:[^\S\t-\r ]|\u2800)+/gu;
/**
 * What reads as the dot of a name: what Unicode calls confusable with a full stop or a middle dot. Between the words of
 * a script that has it, it is what it is, as is a mark on a letter: but not before what only ends a place.
 */
const dots =
  /\u2800?(?:\.|%2e|(?<![\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Hang}])(?:[\u00B7\u0660\u06F0\u0701\u0702\u119E\u1427\u16EB\u2022\u2027\u2219\u22C5\u2CBB\u2E31\u2E33\u2E3C\u3002\u30FB\uA4F8\uA60E\uA78F]|\u{10101}|\u{10A50}|\u{1D16D}| \u0307)(?![\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Hang}])|(?<=\w)[\u05BC\u02CC\u06D4\u0F0B](?=\w)|[\u0307\u0323\u0358\u00B7\u06D4\u3002\u30FB](?=(?:com|net|org|cn|jp)(?![\w-])))/giu;
/** Endings that are a file's, if not always then far more often than a place's. Whatever isn't here may be a place's. */
const file =
  /\.(?:apk|avi|bak|bash|bat|bib|bin|bmp|bz2|cfg|[cm]?[jt]s|conf(?:ig)?|cpp|cs|css|[ct]sv|dart|dat|db|deb|diff|dll|dmg|docx?|dylib|eml|env|erl|exe|exs?|flac|gif|go|gradle|graphql|heic|hpp|hs|html?|ico|ics|img|ini|ipynb|iso|jar|java|jl|jpe?g|jsonl?|[jt]sx|key|kts?|lock|log|lua|m4a|map|md|mdx|mkv|mo[dv]|mp[34]|msi|nix|od[pst]|ogg|out|parquet|patch|pdf|pem|php|png|pptx?|proto|ps1|psd|pyc?|rar|rb|rpm|rs|rst|rtf|s[ac]ss|service|sh|sql(?:ite)?|sum|svelte|svg|swift|tar|tex|t?gz|tmp|toml|ttf|txt|vb|vue|wasm|wav|webm|webp|xlsx?|xml|xz|ya?ml|zi[gp]|zsh)$/i;
/** Those of them that many a place has, too. */
const both = /\.(?:md|mov|py|rs|sh|zip)$/i;
/** How many characters behind a name say whether a port and a path follow. */
const portAndPath = ":65535/".length;
/** The most characters of a host's name. */
const longest = 253;

/** Where a link really leads, where its text names another place: a host, or a mail's address. */
export function unlike(text: string, href: string): string | null {
  const url = new URL(href);
  // Before the @ of a web address anything may stand, as if it were the place.
  if (url.username !== "" || url.password !== "") return url.host;
  const mail = url.protocol === "mailto:";
  const place = mail ? url.pathname : url.host;
  if (turning.test(text)) return place;
  if (text === href) return null;
  const real = mail
    ? url.pathname.split(",").map((address) => hostOf(address.slice(address.lastIndexOf("@") + 1)))
    : [hostOf(url.hostname)];
  // Nobody sees what goes first, and it would part a name.
  const bare = text.replace(/[\p{Cf}\p{DI}]|[^\P{Cc}\s]/gu, "").replace(blanks, "\u2800");
  const plain = formed(formed(bare, "NFKD").replace(dots, "."), "NFKC");
  const told = [...(plain.match(six) ?? []).map(hostOf), ...plain.split(between).flatMap(hostsIn)];
  if (told.length === 0 || new Set([...told, ...real]).size === 1) return null;
  return place;
}

/** Piece by piece: to put many marks on one letter in their order takes the square of their number. */
function formed(text: string, form: "NFKC" | "NFKD"): string {
  return text.replace(/.{1,256}/gsu, (piece) => piece.normalize(form));
}

/** The hosts that a word names to whoever reads it. */
function hostsIn(word: string): readonly string[] {
  // What leads an address in, as `to=` does, may name a place of its own; behind a path it belongs to that.
  const begins = word.search(/(?<![\p{L}\p{M}.])[a-z][a-z\d+-]{1,20}:[/\\]{2}/iu);
  if (begins > 0 && !/[/\\?#]/.test(word.slice(0, begins))) {
    return [...hostsIn(word.slice(0, begins)), ...hostsIn(word.slice(begins))];
  }
  // A scheme has two letters or more: what has one is a disk.
  const [, scheme = "", rest = ""] = /^[^\p{L}\p{N}]*((?!localhost:\d)[a-z][a-z\d+-]+:[/\\]*)?(.*)$/iu.exec(word) ?? [];
  const head = (rest.split(/[/\\?#]/)[0] ?? "").replace(/@$/, "");
  return (/[/\\]/.test(scheme) ? written(head) : bare(head, rest)).map(hostOf);
}

/** In a web address what stands before an @ is read as the place, too. */
function written(head: string): readonly string[] {
  const names = head.split("@").map(nameIn);
  return names.filter((name, at) => at === names.length - 1 || isNamed(name));
}

/** Without a scheme, places are between all that may stand in an address; before an @ is a person, if a place follows. */
function bare(head: string, rest: string): readonly string[] {
  const pieces = Array.from(head.matchAll(/[^%&=+~:@]+/g), ({ 0: piece, index }) => {
    const end = index + piece.length;
    return { name: trimmed(piece), end, after: rest.slice(end, end + portAndPath) };
  }).filter(({ name }) => isNamed(name));
  const at = head.lastIndexOf("@");
  const led = at < 0 ? [] : pieces.filter(({ end }) => end > at);
  const told = led.length > 0 ? led : pieces.filter(({ name, after }) => isPlace(name, after));
  return told.map(({ name }) => name);
}

function isNamed(name: string): boolean {
  return name.length <= longest && (named.test(name) || numbers.test(name));
}

/** Whether a bare name is a place to whoever reads it, and no file, nor the number of a version; `after`: what follows it. */
function isPlace(name: string, after: string): boolean {
  if (numbers.test(name)) return /^10\.|\d{3}/.test(name) || /^(?:\/|:\d)/.test(after);
  // Some endings are both; a file has no path behind it.
  return /^www\./i.test(name) || (both.test(name) && /^(?::\d+)?\//.test(after)) || !file.test(name);
}

/** A part of an address without its port and what ends a sentence. */
function nameIn(part: string): string {
  return trimmed(trimmed(part).replace(/:\d+$/, ""));
}

function trimmed(part: string): string {
  let end = part.length;
  while (end > 0 && "_.~:%&=+-".includes(part.charAt(end - 1))) end -= 1;
  return part.slice(0, end);
}

/** A host in the one way of writing it. */
function hostOf(name: string): string {
  const plain = name.replace(/\.$/, "").toLowerCase();
  const address = `http://${plain}`;
  const host = plain.length <= longest && URL.canParse(address) ? new URL(address).hostname : plain;
  return host.replace(/^www\./, "");
}
