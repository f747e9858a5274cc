/** What may stand in an address; everything else parts words. */
const between = /[^\p{L}\p{N}\p{M}_.~:/?#@%&=+\\-]+/u;
const named = /^[\p{L}\p{N}\p{M}_-]+(?:\.[\p{L}\p{N}\p{M}_-]+)*\.\p{L}[\p{L}\p{N}\p{M}-]+$/u;
const numbered = /^\d{1,3}(?:\.\d{1,3}){3}$/;

/** Where a link really leads, where its text names another place: a host, or a mail's address. */
export function unlike(text: string, href: string): string | null {
  const url = new URL(href);
  const mail = url.protocol === "mailto:";
  const real = mail
    ? url.pathname.split(",").map((address) => hostOf(address.replace(/.*@/, "")))
    : [hostOf(url.hostname)];
  const told = text
    .normalize("NFKC")
    // Nobody sees these, and they would part a name.
    .replace(/\p{Cf}/gu, "")
    .replaceAll("。", ".")
    .split(between)
    .flatMap(hostsIn);
  if (told.every((host) => real.every((one) => one === host))) return null;
  return mail ? url.pathname : url.host;
}

/** The hosts that a word names to whoever reads it. */
function hostsIn(word: string): readonly string[] {
  const [, scheme = "", rest = ""] = /^[^\p{L}\p{N}]*([a-z][a-z\d+-]*:[/\\]*)?(.*)$/iu.exec(word) ?? [];
  const parts = (rest.split(/[/\\?#]/)[0] ?? "").split("@");
  const full = /[/\\]/.test(scheme);
  // Before the @ of a mail's address stands a person; in a web address it is what is read as the place.
  return (full ? parts : parts.slice(-1))
    .map((part) => part.replace(/:\d*$/, "").replace(/[^\p{L}\p{N}\p{M}]+$/u, ""))
    .filter((part, at) => named.test(part) || numbered.test(part) || (full && part !== "" && at === parts.length - 1))
    .map(hostOf);
}

/** A host in the one way of writing it. */
function hostOf(name: string): string {
  const plain = name.replace(/\.$/, "");
  const host = URL.canParse(`http://${plain}`) ? new URL(`http://${plain}`).hostname : plain.toLowerCase();
  return host.replace(/^www\./, "");
}
