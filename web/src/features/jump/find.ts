import type { Room, RoomId, User } from "../../api/types.ts";
import { matchPeople, noMatch, parted, rankOf } from "../../chat/people.ts";
import { titleOf } from "../../chat/rooms.tsx";
import { select } from "../../sync/select.ts";
import type { State } from "../../sync/state.ts";

/** Somewhere to go. */
export type Goal =
  | { readonly kind: "room"; readonly key: string; readonly room: Room; readonly title: string }
  | { readonly kind: "person"; readonly key: string; readonly user: User }
  | { readonly kind: "action"; readonly key: "browse" | "create" };

/** The room where one is, and the one where one was before. */
export interface Whereabouts {
  readonly here: RoomId | undefined;
  readonly before: RoomId | undefined;
}

const mostRooms = 8;
const mostPeople = 6;

/**
 * Where a query may mean to go: my rooms, best match first and among equals the one where something happened last; then
 * people that I have no room of two with. Without a query: the room where one was before, what is unread, what is recent,
 * and only then the room where one is.
 */
export function findGoals(state: State, query: string, { here, before }: Whereabouts): readonly Goal[] {
  const wanted = parted(query.trim().replace(/^[#@]/, ""));
  const place = (room: Room) => (room.id === before ? 0 : room.id === here ? 2 : 1);
  const entries = select.rooms(state).filter(({ room }) => !room.archived_at);
  const rooms = entries
    .map(({ room, mine }) => {
      const title = titleOf(room, state);
      const rank = wanted === "" ? place(room) : rankOf(title, wanted);
      return { room, title, rank, unread: (mine?.unread ?? 0) > 0 };
    })
    .filter(({ rank }) => rank < noMatch)
    .sort((a, b) => a.rank - b.rank || Number(b.unread) - Number(a.unread))
    .slice(0, mostRooms)
    .map(({ room, title }): Goal => ({ kind: "room", key: room.id, room, title }));
  if (wanted === "") return rooms;
  const met = new Set(entries.filter(({ room }) => room.users.length <= 2).flatMap(({ room }) => room.users));
  const others = select.users(state).filter(({ id }) => !met.has(id) && id !== state.me?.id);
  const people = matchPeople(others, wanted)
    .slice(0, mostPeople)
    .map((user): Goal => ({ kind: "person", key: user.id, user }));
  return [...rooms, ...people];
}
