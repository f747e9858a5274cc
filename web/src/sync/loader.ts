/**
 * Reads snapshots: what is marked stale, what a view asks for. Every event that is applied while a snapshot is
 * on its way is recorded and laid over it, so it doesn't matter which of the two is newer; a snapshot that the
 * record can't bring up to date is read again.
 */
import { type Api, NetworkError, Problem } from "../api/client.ts";
import type { Heads, Page, RoomId, StreamId, UserId } from "../api/types.ts";
import type { Clock } from "./clock.ts";
import type { DurableEvent } from "./protocol.ts";
import { roomStream, type Stale, type State, userStream, WORKSPACE } from "./state.ts";
import type { Store } from "./store.ts";
import type { Asked } from "./window.ts";

/** Messages of a first look into a room. */
const PAGE_ROWS = 60;
/** Beyond this a snapshot is not caught up by replaying but read again. */
const RECORD_MAX = 2_000;
const PATIENCE = 5;
const AGAIN_MS = 100;
/** People are loaded whole up to here; more are looked up when they are met. */
const USERS_MAX = 5_000;
/** Stale things that are read at the same time. */
const PARALLEL = 4;
const RETRY_MS = 3_000;

/** Events since a snapshot was asked for. */
interface Flight {
  readonly from: State["cursors"];
  readonly events: DurableEvent[];
  broken: boolean;
}

export interface Loader {
  /** Tells of an event that was just applied. */
  record(event: DurableEvent): void;
  /** Cursors have jumped: what is on its way can't be caught up. */
  jumped(): void;
  /** Reads what is marked stale, until nothing is. */
  refresh(): void;
  /** Me, my rooms and the people, in one go. */
  everything(): Promise<void>;
  history(room: RoomId, asked: Asked): Promise<boolean>;
  members(room: RoomId): Promise<void>;
  room(room: RoomId): Promise<void>;
  user(id: UserId): void;
  stop(): void;
}

export interface LoaderOptions {
  readonly api: Api;
  readonly store: Store;
  readonly clock: Clock;
}

export function createLoader({ api, store, clock }: LoaderOptions): Loader {
  const flights = new Set<Flight>();
  const reading = new Set<Stale>();
  const askedUsers = new Set<UserId>();
  let cancelRetry: (() => void) | null = null;
  let stopped = false;

  /** Runs `read` until its snapshot can be joined to the events; `join` puts it into the state. */
  async function snapshot<T>(
    read: () => Promise<T>,
    heads: (answer: T) => Heads,
    join: (answer: T, replay: readonly DurableEvent[]) => void,
  ): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      const flight: Flight = { from: store.getState().cursors, events: [], broken: false };
      flights.add(flight);
      try {
        const answer = await read();
        const known = heads(answer);
        if (Object.entries(known).every(([stream, head]) => reaches(flight, stream, head))) {
          join(
            answer,
            flight.events.filter((event) => Object.hasOwn(known, event.s)),
          );
          return answer;
        }
      } finally {
        flights.delete(flight);
      }
      if (attempt >= PATIENCE) throw new NetworkError("The snapshot doesn't reach what is known already.");
      await new Promise<void>((resolve) => void clock.timer(resolve, attempt * AGAIN_MS));
    }
  }

  /** Whether snapshot and record together reach what was applied meanwhile. */
  function reaches(flight: Flight, stream: StreamId, head: number): boolean {
    if (flight.broken) return false;
    const cursor = store.getState().cursors.get(stream);
    if (cursor === undefined || head >= cursor) return true;
    const from = flight.from.get(stream);
    return from !== undefined && from <= head;
  }

  async function pages<T>(next: (cursor: string | null) => Promise<Page<T>>, most: number): Promise<Page<T>> {
    const first = await next(null);
    const items = [...first.items];
    // The first page is the oldest: what all pages know at least.
    const heads: Record<StreamId, number> = { ...first.heads };
    let cursor = first.next_cursor;
    while (cursor !== null && items.length < most) {
      const page = await next(cursor);
      items.push(...page.items);
      for (const [stream, head] of Object.entries(page.heads)) heads[stream] ??= head;
      cursor = page.next_cursor;
    }
    return { items, next_cursor: cursor, heads };
  }

  async function loadMe(): Promise<void> {
    const me = await api.me();
    store.dispatch({ type: "me", me });
    await snapshot(
      () => pages((cursor) => api.rooms(cursor), Number.POSITIVE_INFINITY),
      (list) => ({
        ...list.heads,
        ...Object.fromEntries(list.items.map((item) => [roomStream(item.id), item.head])),
      }),
      (list, replay) => store.dispatch({ type: "rooms", rooms: list.items, heads: list.heads, replay }),
    );
  }

  async function loadUsers(): Promise<void> {
    await snapshot(
      () => pages((cursor) => api.users(cursor), USERS_MAX),
      (list) => list.heads,
      (list, replay) => store.dispatch({ type: "users", users: list.items, as_of: list.heads[WORKSPACE] ?? 0, replay }),
    );
  }

  async function loadMembers(room: RoomId): Promise<void> {
    const stream = roomStream(room);
    await snapshot(
      () => pages((cursor) => api.members(room, cursor), Number.POSITIVE_INFINITY),
      (list) => list.heads,
      (list, replay) =>
        store.dispatch({ type: "members", room, members: list.items, as_of: list.heads[stream] ?? 0, replay }),
    );
  }

  async function loadRoom(id: RoomId): Promise<void> {
    const me = userStream(store.getState().me?.id ?? "");
    let userAsOf = 0;
    await snapshot(
      () => {
        userAsOf = store.getState().cursors.get(me) ?? 0;
        return api.room(id);
      },
      (room) => ({ [roomStream(id)]: room.head, [me]: userAsOf }),
      (room, replay) => store.dispatch({ type: "room", room, user_as_of: userAsOf, replay }),
    );
  }

  async function loadHistory(room: RoomId, asked: Asked): Promise<boolean> {
    const query = asked.kind === "newest" || asked.kind === "reload" ? {} : { [asked.kind]: asked.ts };
    const page = await snapshot(
      () => api.history(room, { ...query, limit: PAGE_ROWS }),
      (answer) => ({ [roomStream(room)]: answer.head }),
      (answer, replay) => store.dispatch({ type: "history", room, page: answer, asked, replay }),
    );
    return page.items.length > 0;
  }

  function read(thing: Stale): Promise<unknown> {
    if (thing === "me") return loadMe();
    if (thing === "users") return loadUsers();
    const [kind, room = ""] = thing.split(":");
    if (kind === "room") return loadRoom(room);
    if (kind === "members") return loadMembers(room);
    return loadHistory(room, { kind: "reload" });
  }

  function refresh(): void {
    if (stopped || cancelRetry) return;
    const { stale } = store.getState();
    // The list holds what each of its rooms would be asked for.
    const list = stale.has("me");
    for (const thing of stale.keys()) {
      if (reading.size >= PARALLEL) return;
      if (reading.has(thing) || (list && thing.startsWith("room:"))) continue;
      void readAgain(thing, stale);
    }
  }

  async function readAgain(thing: Stale, stale: State["stale"]): Promise<void> {
    reading.add(thing);
    try {
      await read(thing);
      store.dispatch({ type: "fresh", things: settled(thing, stale) });
    } catch (error) {
      // What may not be seen any more has nothing to read; the stream says so too, or will.
      if (error instanceof Problem && !error.transient) store.dispatch({ type: "fresh", things: oneOf(thing, stale) });
      else pause();
    } finally {
      reading.delete(thing);
    }
    refresh();
  }

  function settled(thing: Stale, stale: State["stale"]): State["stale"] {
    if (thing !== "me") return oneOf(thing, stale);
    const { rooms } = store.getState();
    const covered = [...stale].filter(([other]) => other.startsWith("room:") && rooms.get(other.slice(5))?.mine);
    return new Map([...covered, ...oneOf(thing, stale)]);
  }

  function pause(): void {
    cancelRetry ??= clock.timer(() => {
      cancelRetry = null;
      refresh();
    }, RETRY_MS);
  }

  return {
    record(event) {
      // A guest may know of somebody now who was kept from them before.
      if (event.t === "member.joined") askedUsers.delete(event.d.user);
      for (const flight of flights) {
        if (flight.events.length < RECORD_MAX) flight.events.push(event);
        else flight.broken = true;
      }
    },
    jumped() {
      askedUsers.clear();
      for (const flight of flights) flight.broken = true;
    },
    refresh,
    async everything() {
      await loadMe();
      await loadUsers();
    },
    history: loadHistory,
    members: loadMembers,
    room: loadRoom,
    user(id) {
      if (askedUsers.has(id) || store.getState().users.has(id) || askedUsers.size >= USERS_MAX) return;
      askedUsers.add(id);
      api.user(id).then(
        (user) => store.dispatch({ type: "users", users: [user], as_of: 0, replay: [] }),
        (error: unknown) => {
          // Asked again when met again, unless the server knows no such person.
          if (!(error instanceof Problem) || error.transient) askedUsers.delete(id);
        },
      );
    },
    stop() {
      stopped = true;
      cancelRetry?.();
      cancelRetry = null;
      for (const flight of flights) flight.broken = true;
    },
  };
}

function oneOf(thing: Stale, stale: State["stale"]): State["stale"] {
  return new Map([[thing, stale.get(thing) ?? 0]]);
}
