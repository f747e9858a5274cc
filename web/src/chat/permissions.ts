/** What the buttons offer; the server decides. Mirrors the permission table of the server's `model`. */
import type { Me, Message, Room, RoomRole } from "../api/types.ts";

/** Who asks, in which room. */
export interface Place {
  readonly me: Me | null;
  readonly room: Room;
  /** The role in the room; `null` for one who isn't in it. */
  readonly role: RoomRole | null;
}

/** Why the composer takes nothing. */
export type Muzzle = "archived" | "owners_only" | "not_member";

/** Whether somebody administers the workspace. */
export function administers(me: Me | null): boolean {
  return me?.role === "owner" || me?.role === "administrator";
}

const owns = ({ me, role }: Place) => role === "owner" || (role !== null && administers(me));

/** What keeps somebody from posting; `null` when nothing does. */
export function muzzleOf(place: Place): Muzzle | null {
  if (place.room.archived_at) return "archived";
  if (place.role === null) return "not_member";
  return place.room.who_posts === "members" || owns(place) ? null : "owners_only";
}

/** What can be done to a room; never to a direct one, never to an archived one. */
export function roomActs(place: Place) {
  const { me, room, role } = place;
  const open = room.kind !== "direct" && !room.archived_at;
  const manages = open && (owns(place) || (role === null && room.kind === "public" && administers(me)));
  const guest = me?.role === "guest";
  return {
    add: open && (manages || (role !== null && room.who_invites === "members" && !guest)),
    manage: manages,
    topic: open && (manages || (role !== null && !guest)),
    leave: room.kind !== "direct" && role !== null,
  };
}

/** What can be done to a message. */
export function messageActs(place: Place, message: Message) {
  const mine = message.kind === "message" && message.author === place.me?.id && !message.deleted_at;
  const moderates =
    message.kind === "message" &&
    !message.deleted_at &&
    place.room.kind !== "direct" &&
    (owns(place) || (place.room.kind === "public" && administers(place.me)));
  return { edit: mine && muzzleOf(place) === null, remove: (mine && place.role !== null) || moderates };
}

/** Whether somebody may make rooms and invite people. */
export function mayGather(me: Me | null): boolean {
  return me !== null && me.role !== "guest";
}
