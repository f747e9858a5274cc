/** Who is here: whose presence is watched, and my own, which turns to away when nothing happens in the page. */
import type { PresenceStatus, UserId } from "../api/types.ts";
import type { Clock } from "./clock.ts";
import type { Link } from "./socket.ts";
import type { Store } from "./store.ts";

const WATCH_MAX = 200;
const AWAY_AFTER_MS = 5 * 60_000;

export type OwnStatus = Exclude<PresenceStatus, "offline">;

export interface Presence {
  watch(users: readonly UserId[]): void;
  set(status: OwnStatus): void;
  touch(): void;
  /** The link is live: says everything again, since the server forgot it with the old one. */
  resume(): void;
  stop(): void;
}

export function createPresence(store: Store, link: Link, clock: Clock): Presence {
  let watched: readonly UserId[] = [];
  /** What the person chose; `active` may turn to away by itself. */
  let chosen: OwnStatus = "active";
  let idle = false;
  let cancelIdle: () => void = () => {};

  const own = (): OwnStatus => (chosen === "active" && idle ? "away" : chosen);
  const tellOwn = (): void => {
    link.tell("presence", { status: own() });
    const me = store.getState().me?.id;
    if (me !== undefined) store.dispatch({ type: "presence", changes: [{ user: me, status: own() }] });
  };

  function touch(): void {
    cancelIdle();
    cancelIdle = clock.timer(() => {
      idle = true;
      tellOwn();
    }, AWAY_AFTER_MS);
    if (!idle) return;
    idle = false;
    tellOwn();
  }

  return {
    watch(users) {
      const next = [...new Set(users)].slice(0, WATCH_MAX).sort();
      if (next.length === watched.length && next.every((id, index) => id === watched[index])) return;
      watched = next;
      link.tell("presence.watch", { users: watched });
    },
    set(status) {
      chosen = status;
      tellOwn();
    },
    touch,
    resume() {
      store.dispatch({ type: "presence.cleared" });
      link.tell("presence.watch", { users: watched });
      tellOwn();
      touch();
    },
    stop: () => cancelIdle(),
  };
}
