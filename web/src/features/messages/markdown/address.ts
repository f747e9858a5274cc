/** What may stand in an address; everything else parts words. */
const between = /[^\p{L}\p{N}\p{M}_.~:/?#@%&=+\\-]+/u;
const named = /^[\p{L}\p{N}\p{M}_-]+(?:\.[\p{L}\p{N}\p{M}_-]+)*\.\p{L}[\p{L}\p{N}\p{M}-]+$/u;
const numbers = /^\d{1,3}(?:\.\d{1,3}){3}$/;
/** What makes a bare name a place to whoever reads it: a country's ending or a well-known one. */
const place = /\.(?:[a-z]{2}|com|org|net|edu|gov|dev|app|info|bank|shop|site|online|xyz)$/i;
/** Endings of two letters that are a file's far more often than a country's, or no country's. */
const file = /\.(?:cs|db|ex|go|gz|hs|js|jl|kt|md|py|rb|sh|ts|vb|xz)$/i;
/** The most characters of a host's name. */
const longest = 253;

/** Where a link really leads, where its text names another place: a host, or a mail's address. */
export function unlike(text: string, href: string): string | null {
  const url = new URL(href);
  // Before the @ of a web address anything may stand, as if it were the place.
  if (url.username !== "" || url.password !== "") return url.host;
  if (text === href) return null;
  const mail = url.protocol === "mailto:";
  const real = mail
    ? url.pathname.split(",").map((address) => hostOf(address.slice(address.lastIndexOf("@") + 1)))
    : [hostOf(url.hostname)];
  const told = text
    // Piece by piece: to put many marks on one letter in their order takes the square of their number.
    .replace(/.{1,256}/gsu, (piece) => piece.normalize("NFKC"))
    // Nobody sees these, and they would part a name.
    .replace(/[\p{Cf}\p{DI}]|[^\P{Cc}\s]/gu, "")
    .replaceAll("。", ".")
    .split(between)
    .flatMap(hostsIn);
  if (told.length === 0 || new Set([...told, ...real]).size === 1) return null;
  return mail ? url.pathname : url.host;
}

/** The hosts that a word names to whoever reads it. */
function hostsIn(word: string): readonly string[] {
  // A scheme has two letters or more: what has one is a disk.
  const [, scheme = "", rest = ""] = /^[^\p{L}\p{N}]*([a-z][a-z\d+-]+:[/\\]*)?(.*)$/iu.exec(word) ?? [];
  const parts = (rest.split(/[/\\?#]/)[0] ?? "").split("@").map(nameIn);
  const last = parts.length - 1;
  // In a web address what stands before an @ is read as the place, too; in a mail's it is a person.
  const told = /[/\\]/.test(scheme)
    ? parts.filter((name, at) => at === last || isNamed(name))
    : parts.slice(-1).filter((name) => isNamed(name) && (last > 0 || isPlace(name)));
  return told.map(hostOf);
}

function isNamed(name: string): boolean {
  return name.length <= longest && (named.test(name) || numbers.test(name));
}

function isPlace(name: string): boolean {
  return numbers.test(name) || /^www\./i.test(name) || (place.test(name) && !file.test(name));
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
