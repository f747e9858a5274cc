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
  set(room: string): void {
    try {
      localStorage.setItem(key, room);
    } catch {
      // Without storage one begins at the first room.
    }
  },
};
