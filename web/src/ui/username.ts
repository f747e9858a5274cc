/** Letters that don't come apart into a plain letter and a mark. */
const unfolded: Record<string, string> = { ß: "ss", æ: "ae", œ: "oe", ø: "o", đ: "d", ð: "d", ł: "l", þ: "th", ı: "i" };

/** A username made from a person's name: `Zoë van Dijk` → `zoe.van.dijk`. Empty when the name has nothing to make it from. */
export function usernameFrom(name: string): string {
  return name
    .toLowerCase()
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/[^\p{ASCII}]/gu, (letter) => unfolded[letter] ?? "")
    .replace(/['’]/g, "")
    .replace(/[^a-z0-9_-]+/g, ".")
    .replace(/^[._-]+|[._-]+$/g, "")
    .slice(0, 32)
    .replace(/[._-]+$/, "");
}
