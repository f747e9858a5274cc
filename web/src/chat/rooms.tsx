import { Hash, Lock, UserRound } from "lucide-react";
import { useMemo } from "react";
import type { Room, RoomId, UserId } from "../api/types.ts";
import { useSelect } from "../context/engine.tsx";
import { joined } from "../i18n/format.ts";
import { i18n, useTranslation } from "../i18n/index.ts";
import { select } from "../sync/select.ts";
import type { RoomEntry, State } from "../sync/state.ts";
import { Avatar } from "../ui/Avatar.tsx";
import { nameOf, picturesOf, useName, usePresence, useUser } from "./people.ts";

/** The others of a direct room; alone with oneself, oneself. */
export function othersOf(room: Room, me: UserId | null): readonly UserId[] {
  const others = room.users.filter((user) => user !== me);
  return others.length > 0 ? others : room.users;
}

/** A room's own name; a direct one has none. */
export function plainName(room: Room): string {
  return room.name ?? "";
}

/** What a room is called: its name, or the people of a direct room. */
export function titleOf(room: Room, state: State): string {
  if (room.kind !== "direct") return plainName(room);
  const me = state.me?.id ?? null;
  const others = othersOf(room, me);
  const names = others.map((id) => {
    const user = state.users.get(id)?.user;
    return user ? nameOf(user) : i18n.t("chat.somebody");
  });
  if (others.length === 1 && others[0] === me) return i18n.t("chat.yourself", { name: names[0] ?? "" });
  return joined(names);
}

/** How many people of a direct room are named where there is room for a line only. */
const namedMost = 3;

/** The same where there is room for a line only: of several people the first names, and how many others. */
export function shortTitleOf(room: Room, state: State): string {
  const others = othersOf(room, state.me?.id ?? null);
  if (room.kind !== "direct" || others.length < 2) return titleOf(room, state);
  const named = others.length > namedMost ? others.slice(0, namedMost - 1) : others;
  const names = named.map((id) => {
    const user = state.users.get(id)?.user;
    return user ? (nameOf(user).split(/\s/u)[0] ?? "") : i18n.t("chat.somebody");
  });
  const rest = others.length - named.length;
  return joined(rest > 0 ? [...names, i18n.t("chat.others", { count: rest })] : names);
}

/** A room's title as it changes. */
export function useRoomTitle(room: Room): string {
  return useSelect((state) => titleOf(room, state));
}

/** What a room is called in a sentence: `#launch`, or the people's names. */
export function sigilTitle(room: Room, title: string): string {
  return room.kind === "direct" ? title : `#${title}`;
}

/** `team-2` stands before `team-10`. */
const byName = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

/** My rooms by name, then the direct ones by what happened last; archived ones are left out. */
export function sortedRooms(entries: readonly RoomEntry[]): { rooms: readonly Room[]; directs: readonly Room[] } {
  const alive = entries.filter(({ room }) => !room.archived_at).map(({ room }) => room);
  const rooms = alive
    .filter((room) => room.kind !== "direct")
    .sort((a, b) => byName.compare(plainName(a), plainName(b)));
  return { rooms, directs: alive.filter((room) => room.kind === "direct") };
}

/** My rooms in the order of the sidebar. */
export function useSortedRooms() {
  const entries = useSelect(select.rooms);
  return useMemo(() => sortedRooms(entries), [entries]);
}

/** My role in a room and in the workspace, as far as it matters for what may be done. */
export function useMyPlace(room: RoomId) {
  const membership = useSelect(select.membership(room));
  const me = useSelect(select.me);
  return { membership, me };
}

/** The picture before a room's name. */
export function RoomGlyph({ room, ground = "rail" }: { room: Room; ground?: "rail" | "canvas" | "raised" }) {
  const me = useSelect(select.me);
  const others = othersOf(room, me?.id ?? null);
  if (room.kind === "public") return <Hash aria-hidden="true" />;
  if (room.kind === "private") return <Lock aria-hidden="true" />;
  const [only] = others;
  return others.length === 1 && only ? (
    <PersonGlyph user={only} ground={ground} />
  ) : (
    <GroupGlyph count={others.length} />
  );
}

/** What kind of room it is, in words for those who don't see the picture. */
export function useRoomKind(room: Room): string {
  const { t } = useTranslation();
  return t(`chat.kind.${room.kind}`);
}

/** Somebody's small picture with how reachable they are. */
export function PersonGlyph({ user, ground = "rail" }: { user: UserId; ground?: "rail" | "canvas" | "raised" }) {
  const name = useName(user);
  const { presence, label } = usePresence(user);
  const pictures = picturesOf(useUser(user));
  return (
    <Avatar
      name={name}
      seed={user}
      pictures={pictures}
      size="xs"
      presence={presence}
      presenceLabel={label}
      ground={ground}
    />
  );
}

function GroupGlyph({ count }: { count: number }) {
  return (
    <span
      aria-hidden="true"
      className="grid size-5 place-items-center rounded-s bg-sunken font-semibold text-2xs text-muted tabular-nums"
    >
      {count > 1 ? count : <UserRound className="size-3" />}
    </span>
  );
}
