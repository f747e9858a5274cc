/** Who is typing where. Ephemeral both ways: told at most every 3 s, believed for 5. */
import type { RoomId, UserId } from "../api/types.ts";
import type { Clock } from "./clock.ts";
import type { Link } from "./socket.ts";
import type { Store } from "./store.ts";

const TELL_EVERY_MS = 3_000;
const BELIEVE_MS = 5_000;

export interface Typing {
  tell(room: RoomId): void;
  heard(room: RoomId, user: UserId): void;
  /** A message went out: typing what follows is news again. */
  done(room: RoomId): void;
  stop(): void;
}

export function createTyping(store: Store, link: Link, clock: Clock): Typing {
  const told = new Map<RoomId, number>();
  const beliefs = new Map<string, () => void>();

  function typers(room: RoomId): readonly UserId[] {
    return store.getState().typing.get(room) ?? [];
  }

  function forget(room: RoomId, user: UserId): void {
    beliefs.delete(`${room} ${user}`);
    if (!typers(room).includes(user)) return;
    store.dispatch({ type: "typing", room, users: typers(room).filter((id) => id !== user) });
  }

  return {
    tell(room) {
      // What nobody could hear has not been told.
      if (!link.live) return;
      const now = clock.now();
      if (now - (told.get(room) ?? Number.NEGATIVE_INFINITY) < TELL_EVERY_MS) return;
      told.set(room, now);
      link.tell("typing", { room });
    },
    heard(room, user) {
      if (user === store.getState().me?.id) return;
      const key = `${room} ${user}`;
      beliefs.get(key)?.();
      beliefs.set(
        key,
        clock.timer(() => forget(room, user), BELIEVE_MS),
      );
      if (!typers(room).includes(user)) store.dispatch({ type: "typing", room, users: [...typers(room), user] });
    },
    done: (room) => void told.delete(room),
    stop() {
      for (const cancel of beliefs.values()) cancel();
      beliefs.clear();
    },
  };
}
