/** How well a password would stand: 0 too short, 1 easy to guess, 2 fair, 3 good, 4 strong. */
export type Strength = 0 | 1 | 2 | 3 | 4;

/** The fewest characters that the server takes. */
export const shortest = 10;

const common =
  /passw(or|0r)d|qwert|asdf|yxcv|letmein|welcome|admin|secret|iloveyou|dragon|monkey|football|abc123|123456/giu;

/**
 * Judges a password by what is left of it after the guessable parts: common words, the person's own names, runs and repeats.
 * A hint for people; the server decides.
 */
export function strengthOf(password: string, names: readonly string[] = []): Strength {
  if ([...password].length < shortest) return 0;
  const own = names.flatMap((name) => name.toLowerCase().split(/[^\p{L}\p{N}]+/u)).filter((part) => part.length > 2);
  let rest = password.toLowerCase();
  for (const part of own) rest = rest.replaceAll(part, "\0");
  rest = rest.replace(common, "\0");
  const bits = guessableSteps(rest) * Math.log2(alphabetOf(password));
  if (bits < 38) return 1;
  if (bits < 52) return 2;
  if (bits < 68) return 3;
  return 4;
}

/** The number of characters that can't be told from the one before. */
function guessableSteps(text: string): number {
  const units = [...text];
  const seen = new Set<string>();
  let steps = 0;
  units.forEach((unit, index) => {
    const gap = index > 0 ? (unit.codePointAt(0) ?? 0) - (units[index - 1]?.codePointAt(0) ?? 0) : 2;
    const told = Math.abs(gap) <= 1;
    steps += told ? 0.2 : seen.has(unit) ? 0.7 : 1;
    seen.add(unit);
  });
  return steps;
}

function alphabetOf(password: string): number {
  let size = 0;
  if (/\p{Ll}/u.test(password)) size += 26;
  if (/\p{Lu}/u.test(password)) size += 26;
  if (/\d/u.test(password)) size += 10;
  if (/[^\p{L}\d]/u.test(password)) size += 20;
  return Math.max(size, 10);
}
