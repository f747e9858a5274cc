const key = "parley.last-room";

/** The room that was open last in this browser, to begin there the next time. */
export const lastRoom = {
  get(): string | null {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  },
  set(room: string | null): void {
    try {
      if (room) localStorage.setItem(key, room);
      else localStorage.removeItem(key);
    } catch {
      // Without storage one begins at the first room.
    }
  },
};
