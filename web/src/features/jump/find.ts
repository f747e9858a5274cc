import type { Room, User } from "../../api/types.ts";
import { fold, matchPeople, noMatch, rankOf } from "../../chat/people.ts";
import { titleOf } from "../../chat/rooms.tsx";
import { select } from "../../sync/select.ts";
import type { State } from "../../sync/state.ts";

/** Somewhere to go. */
export type Goal =
  | { readonly kind: "room"; readonly key: string; readonly room: Room; readonly title: string }
  | { readonly kind: "person"; readonly key: string; readonly user: User }
  | { readonly kind: "action"; readonly key: "browse" | "create" };

const mostRooms = 8;
const mostPeople = 6;

/**
 * Where a query may mean to go: my rooms, best match first and among equals the one where something happened last; then
 * people that I have no room of two with. Without a query: what is unread, then what is recent.
 */
export function findGoals(state: State, query: string): readonly Goal[] {
  const wanted = fold(query.trim().replace(/^[#@]/, ""));
  const entries = select.rooms(state).filter(({ room }) => !room.archived_at);
  const rooms = entries
    .map(({ room, mine }) => {
      const title = titleOf(room, state);
      return { room, title, unread: (mine?.unread ?? 0) > 0, rank: wanted === "" ? 0 : rankOf(fold(title), wanted) };
    })
    .filter(({ rank }) => rank < noMatch)
    .sort((a, b) => a.rank - b.rank || Number(b.unread) - Number(a.unread))
    .slice(0, mostRooms)
    .map(({ room, title }): Goal => ({ kind: "room", key: room.id, room, title }));
  if (wanted === "") return rooms;
  const met = new Set(entries.filter(({ room }) => room.users.length <= 2).flatMap(({ room }) => room.users));
  const people = matchPeople(select.users(state), wanted)
    .filter((user) => !met.has(user.id) && user.id !== state.me?.id)
    .slice(0, mostPeople)
    .map((user): Goal => ({ kind: "person", key: user.id, user }));
  return [...rooms, ...people];
}
