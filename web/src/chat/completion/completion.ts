import type { Room, User, UserId } from "../../api/types.ts";
import { matchPeople, noMatch, parted, rankOf } from "../people.ts";
import { plainName } from "../rooms.tsx";
import { type Emoji, emojiNamed, matchEmoji } from "./emoji.ts";

/** A word before the caret that can be completed. */
export interface Trigger {
  readonly kind: "person" | "room" | "emoji";
  /** Where its sign stands in the text. */
  readonly start: number;
  /** What was typed after the sign. */
  readonly query: string;
}

/** Something that a word can become. */
export type Candidate =
  | { readonly kind: "person"; readonly key: string; readonly user: User }
  | { readonly kind: "room"; readonly key: string; readonly room: Room }
  | { readonly kind: "emoji"; readonly key: string; readonly emoji: Emoji };

/** The most that are offered at once. */
const most = 8;

const signs = [
  { kind: "person", pattern: /(?:^|[\s([{'"*_~>/])@([\p{L}\p{N}._-]{0,32})$/u },
  { kind: "room", pattern: /(?:^|[\s([{'"*_~>/])#([\p{L}\p{N}._-]{0,40})$/u },
  // A colon stands in times and after words: it takes two letters to be a name.
  { kind: "emoji", pattern: /(?:^|[\s([{'"*_~>]):([a-z0-9_+-]{2,30})$/i },
] as const;

/** The word that ends at the caret, if it is one to complete. Nothing is completed inside of code. */
export function triggerAt(text: string, caret: number): Trigger | null {
  const before = text.slice(0, caret);
  const paragraph = before.slice(before.lastIndexOf("\n") + 1);
  const fences = before.match(/^ {0,3}```/gm)?.length ?? 0;
  const ticks = paragraph.match(/`/g)?.length ?? 0;
  if (fences % 2 === 1 || ticks % 2 === 1) return null;
  for (const { kind, pattern } of signs) {
    const query = pattern.exec(before)?.[1];
    if (query !== undefined) return { kind, start: caret - query.length - 1, query };
  }
  return null;
}

/** What there is to choose from. */
export interface Sources {
  readonly users: readonly User[];
  /** Who is in the room: they are offered first. */
  readonly members: ReadonlySet<UserId>;
  readonly rooms: readonly Room[];
}

/** What a word can become, the best first. */
export function candidatesFor(trigger: Trigger, { users, members, rooms }: Sources): readonly Candidate[] {
  switch (trigger.kind) {
    case "person": {
      const found = matchPeople(users, trigger.query).filter(({ username }) => goesOn(username, trigger.query));
      const here = found.filter(({ id }) => members.has(id));
      const elsewhere = found.filter(({ id }) => !members.has(id));
      return [...here, ...elsewhere].slice(0, most).map((user) => ({ kind: "person", key: user.id, user }));
    }
    case "room": {
      const wanted = parted(trigger.query);
      return rooms
        .filter((room) => room.kind !== "direct" && !room.archived_at && goesOn(plainName(room), trigger.query))
        .map((room) => ({ room, rank: rankOf(plainName(room), wanted) }))
        .filter(({ rank }) => rank < noMatch)
        .sort((a, b) => a.rank - b.rank || plainName(a.room).localeCompare(plainName(b.room)))
        .slice(0, most)
        .map(({ room }) => ({ kind: "room", key: room.id, room }));
    }
    case "emoji":
      return matchEmoji(trigger.query, most).map((one) => ({ kind: "emoji", key: one.emoji, emoji: one }));
  }
}

/** What ends in a dot or a dash may be a sentence's end: it means a name only if that has the sign there, too. */
function goesOn(name: string, query: string): boolean {
  return !/[._-]$/.test(query) || name.toLocaleLowerCase().includes(query.toLocaleLowerCase());
}

/** What a candidate puts into the text. */
export function insertionOf(candidate: Candidate): string {
  switch (candidate.kind) {
    case "person":
      return `@${candidate.user.username} `;
    case "room":
      return `#${candidate.room.name} `;
    case "emoji":
      return `${candidate.emoji.emoji} `;
  }
}

/** The text with the word replaced, and where the caret goes. */
export function complete(
  text: string,
  caret: number,
  trigger: Trigger,
  insertion: string,
): { text: string; caret: number } {
  const rest = text.slice(caret);
  const joint = rest.startsWith(" ") ? insertion.trimEnd() : insertion;
  const start = text.slice(0, trigger.start) + joint;
  return { text: start + rest, caret: start.length + (joint === insertion ? 0 : 1) };
}

/** `:tada:` typed to its end becomes its emoji. */
export function closeEmoji(text: string, caret: number): { text: string; caret: number } | null {
  const match = /(?:^|\s):([a-z0-9_+-]{1,30}):$/i.exec(text.slice(0, caret));
  const name = match?.[1];
  const found = name ? emojiNamed(name) : null;
  if (!name || !found) return null;
  const start = text.slice(0, caret - name.length - 2) + found;
  return { text: start + text.slice(caret), caret: start.length };
}
