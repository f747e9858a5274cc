/** UUIDv7 made by the client: sortable by time, and the name of a message before the server knows it. */
import type { Clock, Random } from "./clock.ts";

export interface Ids {
  next(): string;
  /** Goes on after an id of before, whatever the clock has done since. */
  after(id: string): void;
}

/** Makes ids that sort in the order they were made, also within one millisecond. */
export function createIds(clock: Clock, random: Random): Ids {
  let last = 0;
  return {
    next() {
      last = Math.max(Math.floor(clock.now()), last + 1);
      return uuidv7(last, random);
    },
    after(id) {
      const ms = Number.parseInt(id.slice(0, 13).replace("-", ""), 16);
      if (Number.isSafeInteger(ms)) last = Math.max(last, ms);
    },
  };
}

function uuidv7(ms: number, random: Random): string {
  const time = ms.toString(16).padStart(12, "0").slice(-12);
  const digits = (count: number): string => {
    let text = "";
    for (let i = 0; i < count; i += 1) text += Math.floor(random() * 16).toString(16);
    return text;
  };
  const variant = (8 + Math.floor(random() * 4)).toString(16);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${digits(3)}-${variant}${digits(3)}-${digits(12)}`;
}
