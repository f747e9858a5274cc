/** Chance that repeats: a seed tells the whole walk (mulberry32). */
export interface Chance {
  next(): number;
  below(limit: number): number;
  pick<T>(items: readonly T[]): T | undefined;
  happens(probability: number): boolean;
}

export function chance(seed: number): Chance {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    next,
    below,
    pick: (items) => items[below(items.length)],
    happens: (probability) => next() < probability,
  };
}
