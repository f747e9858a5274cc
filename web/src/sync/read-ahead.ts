/** Reads the rooms that a person is likely to open next, so that a click on them paints at once. */
import type { RoomId } from "../api/types.ts";
import type { Link } from "./socket.ts";
import type { Store } from "./store.ts";

const ROOMS_MAX = 8;

/** `windowsMax` bounds how many rooms have a window at all; `history` reads a room's newest page. */
export function createReadAhead(
  store: Store,
  link: Link,
  windowsMax: number,
  history: (room: RoomId) => Promise<boolean>,
): () => Promise<void> {
  let reading = false;
  return async () => {
    if (reading) return;
    reading = true;
    try {
      const { rooms, windows } = store.getState();
      const mine = [...rooms.values()].filter(({ room, mine: place }) => place && !windows.has(room.id));
      mine.sort((a, b) => interest(b.mine) - interest(a.mine));
      const free = Math.max(0, windowsMax - windows.size);
      for (const { room } of mine.slice(0, Math.min(ROOMS_MAX, free))) {
        if (!link.live) return;
        if (!store.getState().windows.has(room.id)) await history(room.id);
      }
    } catch {
      // Only a courtesy: the room is read when it is opened.
    } finally {
      reading = false;
    }
  };
}

/** Rooms with something unread first, then the ones that were alive last. */
function interest(place: { readonly unread: number; readonly last_ts: number } | null): number {
  if (!place) return 0;
  return place.last_ts + (place.unread > 0 ? 1e16 : 0);
}
