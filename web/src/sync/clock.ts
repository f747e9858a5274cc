/** Time and chance as parameters: tests bring their own, so that they repeat. */

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls `expired` once after `ms`; the answer cancels it. */
  timer(expired: () => void, ms: number): () => void;
}

/** A number in [0, 1). */
export type Random = () => number;

export const systemClock: Clock = {
  now: () => Date.now(),
  timer: (expired, ms) => {
    const handle = setTimeout(expired, ms);
    return () => clearTimeout(handle);
  },
};
