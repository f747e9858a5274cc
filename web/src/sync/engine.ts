/**
 * The engine: owns the parts and passes events between them. What it offers is told in `contract.ts`; the
 * rules are in the parts: `socket` keeps the link, `cursors` judge frames, `reducer` makes states, `loader`
 * reads snapshots, `visits` follows the room on screen, `outbox` sends, `cache` remembers.
 */
import { createApi, NetworkError, Problem } from "../api/client.ts";
import type { Hello, RoomId, Synced } from "../api/types.ts";
import { createChanges } from "./changes.ts";
import type { Engine, Platform } from "./contract.ts";
import { judge } from "./cursors.ts";
import { type Device, type Home, openHome, readDevice, readLastState } from "./home.ts";
import { createIds } from "./id.ts";
import { createLoader } from "./loader.ts";
import { createPresence } from "./presence.ts";
import type { DurableEvent, Frame, Operations } from "./protocol.ts";
import { createReadAhead } from "./read-ahead.ts";
import { createReads } from "./reads.ts";
import { select } from "./select.ts";
import { createLink } from "./socket.ts";
import type { Connection, Ending, OutboxEntry, OutgoingId } from "./state.ts";
import { createStore } from "./store.ts";
import type { Note } from "./tabs.ts";
import { createTyping } from "./typing.ts";
import { createVisits, WINDOWS_MAX } from "./visits.ts";

/** A stream that shows gaps again and again is read afresh instead of caught up for ever. */
const GAPS_MAX = 3;
const GAPS_FORGOTTEN_MS = 60_000;
const START_RETRY_MS = 2_000;
/** How long the answer to signing out may take once the gateway has told that it is done. */
const SIGN_OUT_ANSWER_MS = 2_000;
/** A page without anybody asks no more often who is here when it is looked at. */
const KNOCK_MS = 3_000;

export function createEngine(platform: Platform): Engine {
  const { clock, random, surroundings } = platform;
  const store = createStore();
  const api = createApi({ baseUrl: platform.baseUrl, fetch: platform.fetch, timer: clock.timer });
  const loader = createLoader({ api, store, clock });
  const ids = createIds(clock, random);
  const link = createLink({
    url: platform.gatewayUrl,
    socket: platform.socket,
    clock,
    random,
    onHello,
    onSynced,
    onFrame,
    onConnection,
    stillSignedIn,
  });
  const reads = createReads(store, api, link, clock);
  const typing = createTyping(store, link, clock);
  const presence = createPresence(store, link, clock);
  const visits = createVisits({ store, link, loader, reads });
  const changes = createChanges({ store, api, drafts: () => requireHome().drafts });
  const readAhead = createReadAhead(store, link, WINDOWS_MAX, (room) => visits.history(room, { kind: "newest" }));

  /** Between all tabs of this browser, whoever is signed in; a person's own line is their home's. */
  const door = platform.channel("parley");
  door.listen(onNote);

  let home: Home | null = null;
  let starting: Promise<void> | null = null;
  /** Counts the leavings: a start that one of them overtook goes no further. */
  let leavings = 0;
  let stopped = false;
  /** While its person signs out here: what the server or another tab says of that confirms it, and is no news. */
  let confirmSignOut: (() => void) | null = null;
  let signingOut: Promise<void> | null = null;
  let knocked = 0;
  let cancelStart: () => void = () => {};
  let leaveWorld: (() => void)[] = [];
  const gaps = new Map<string, { count: number; since: number }>();

  store.subscribe(() => {
    home?.touch();
    if (link.live && store.getState().stale.size > 0) loader.refresh();
  });

  // Starting and leaving

  function start(): Promise<void> {
    if (starting) return starting;
    const begun = begin().finally(() => {
      if (starting === begun) starting = null;
    });
    starting = begun;
    return begun;
  }

  async function begin(): Promise<void> {
    if (home || stopped) return;
    const before = leavings;
    const overtaken = (): boolean => leavings !== before;
    cancelStart();
    if (leaveWorld.length === 0) leaveWorld = watchWorld();
    const last = await readDevice(platform.storage).catch(() => null);
    const cached = last ? await readLastState(platform.cache, last).catch(() => null) : null;
    if (overtaken()) return;
    if (last && cached?.me) {
      store.dispatch({ type: "restored", state: cached });
      // Drafts and what waits to be sent are there before anything shows.
      await moveIn(last.user, last, overtaken);
      if (overtaken()) return;
      store.dispatch({ type: "session", session: "signed_in" });
      reads.resume();
      link.start();
      return;
    }
    try {
      const me = await api.me();
      if (overtaken()) return;
      // As above: a room that opens before its draft is there shows an empty composer.
      await moveIn(me.id, last, overtaken);
      if (overtaken()) return;
      store.dispatch({ type: "me", me });
      door.post({ type: "signed_in" });
      await loader.everything();
      if (!overtaken()) link.start();
    } catch (error) {
      if (overtaken()) return;
      if (isSignedOut(error)) return signedOut();
      if (!(error instanceof Problem || error instanceof NetworkError)) throw error;
      const { connection } = store.getState();
      const down_since = connection.down_since ?? clock.now();
      const attempt = connection.attempt + 1;
      onConnection({ state: "waiting", down_since, retry_at: clock.now() + START_RETRY_MS, attempt });
      const again = (): void => void leave({ cache: false, outbox: false }).then(start);
      cancelStart = clock.timer(again, START_RETRY_MS);
    }
  }

  async function moveIn(user: string, last: Device | null, overtaken: () => boolean): Promise<void> {
    const opened = await openHome({ user, last, platform, store, api, link, onNote, overtaken });
    if (overtaken()) return opened.leave({ cache: false, outbox: false });
    home = opened;
    home.settle();
    // What is written now goes out after what waits, even if the clock was set back.
    for (const entry of [...store.getState().outbox.values()].flat()) ids.after(entry.client_id);
  }

  function watchWorld(): (() => void)[] {
    return [
      surroundings.onOnline(() => {
        link.hurry();
        link.probe();
      }),
      surroundings.onVisible((visible) => {
        if (!visible) return void keep();
        link.hurry();
        link.probe();
        presence.touch();
        // Frozen, it may have missed what other tabs told.
        if (clock.now() - knocked < KNOCK_MS) return;
        knocked = clock.now();
        void knock();
      }),
      surroundings.onHide(() => void keep()),
      // What was typed here is in the other window before somebody is.
      surroundings.onBlur(() => void home?.drafts.flush()),
    ];
  }

  async function keep(): Promise<void> {
    reads.flush();
    await home?.flush();
  }

  async function leave(wipe: { readonly cache: boolean; readonly outbox: boolean }): Promise<void> {
    leavings += 1;
    starting = null;
    cancelStart();
    link.stop();
    const left = home;
    home = null;
    await left?.leave(wipe).catch(() => {});
  }

  /** The server knows us no more. What waits to be sent waits for its author to sign in again. */
  async function signedOut(): Promise<void> {
    if (confirmSignOut) return confirmSignOut();
    const before = store.getState();
    const ended = before.ended ?? (before.me ? "unknown" : null);
    home?.tabs.post({ type: "signed_out", ended });
    await leave({ cache: true, outbox: false });
    empty(ended);
  }

  /** Whoever is signed in in another tab is so here. */
  async function knock(): Promise<void> {
    if (store.getState().session === "signed_out") await api.me().then(start, () => {});
  }

  /** Told before the server tells of it, so that no tab takes it for the work of others. */
  function intend(ended: Ending | null): void {
    home?.tabs.post({ type: "ending", ended });
    store.dispatch({ type: "ending", ended });
  }

  async function signOut(): Promise<void> {
    intend("chosen");
    const answer = new AbortController();
    let known = false;
    const confirmed = new Promise<void>((resolve) => {
      confirmSignOut = () => {
        known = true;
        clock.timer(resolve, SIGN_OUT_ANSWER_MS);
      };
    });
    const asked = api.logout(answer.signal).catch((error: unknown) => {
      if (!known && !isSignedOut(error)) throw error;
    });
    try {
      await Promise.race([asked, confirmed]);
      home?.tabs.post({ type: "signed_out", ended: "chosen" });
      await leave({ cache: true, outbox: true });
      empty("chosen");
    } catch (error) {
      intend(null);
      throw error;
    } finally {
      confirmSignOut = null;
      // Come late, it would take the next session's cookie away.
      answer.abort();
    }
  }

  /** What another tab says of how it ended, unless this one has heard more. */
  function betterKnown(ended: Ending | null): Ending | null {
    return ended === "unknown" ? (store.getState().ended ?? ended) : ended;
  }

  function empty(ended: Ending | null): void {
    visits.end();
    loader.jumped();
    store.dispatch({ type: "emptied", ended });
  }

  async function stillSignedIn(): Promise<boolean> {
    try {
      await api.me();
      return true;
    } catch (error) {
      if (!isSignedOut(error)) return true;
      await signedOut();
      return false;
    }
  }

  // The link

  function onConnection(connection: Connection): void {
    store.dispatch({ type: "connection", connection });
    // Even while it is down: messages may go over HTTP.
    if (connection.state !== "live") {
      home?.outbox.flush();
      return;
    }
    // Whoever meant to sign out in another tab didn't get to it.
    if (!signingOut && store.getState().ended) store.dispatch({ type: "ending", ended: null });
    home?.outbox.resume();
    home?.uploads.resume();
    reads.flush();
    presence.resume();
    loader.refresh();
    visits.resume();
    void readAhead();
  }

  function onHello(hello: Hello): Operations["sync"] {
    const { me, epoch } = store.getState();
    if (me && me.id !== hello.user) {
      // The cookie is another person's now: nothing of this state is theirs.
      void leave({ cache: false, outbox: false })
        .then(() => platform.storage.remove("parley"))
        .then(() => empty(null))
        .then(start);
      throw new Error("This hello is for somebody else.");
    }
    if (epoch !== null && epoch !== hello.epoch) loader.jumped();
    store.dispatch({ type: "hello", hello });
    if (me && me.session !== hello.session) store.dispatch({ type: "me", me: { ...me, session: hello.session } });
    void home?.epochIs(hello.epoch);
    return { epoch: hello.epoch, cursors: Object.fromEntries(store.getState().cursors) };
  }

  function onSynced(synced: Synced): void {
    if (Object.keys(synced.reset).length > 0) loader.jumped();
    store.dispatch({ type: "synced", synced });
  }

  function onFrame(frame: Frame): void {
    if (frame.kind === "event") onEvent(frame.event);
    else if (frame.kind === "typing") typing.heard(frame.room, frame.user);
    else if (frame.kind === "presence") store.dispatch({ type: "presence", changes: frame.changes });
  }

  function onEvent(event: DurableEvent): void {
    const verdict = judge(store.getState().cursors, event.s, event.n);
    if (verdict === "gap") missed(event);
    if (verdict !== "apply") return;
    const own = ownEntry(event);
    store.dispatch({ type: "event", event });
    loader.record(event);
    if (own !== null) home?.outbox.settled(own);
    if (event.t === "message.created") loader.user(event.d.author);
    if (event.t === "member.joined") loader.user(event.d.user);
    if (event.t === "room.left") visits.left(event.d.room);
    if (event.t === "session.revoked" && store.getState().session === "signed_out") void signedOut();
  }

  /** The entry of mine that this event shows to have arrived. */
  function ownEntry(event: DurableEvent): OutboxEntry | null {
    if (event.t !== "message.created") return null;
    const { room, client_id } = event.d;
    const entries = store.getState().outbox.get(room) ?? [];
    return entries.find((entry) => entry.client_id === client_id) ?? null;
  }

  function missed(event: DurableEvent): void {
    const now = clock.now();
    const before = gaps.get(event.s);
    const gap = before && now - before.since < GAPS_FORGOTTEN_MS ? before : { count: 0, since: now };
    gap.count += 1;
    gaps.set(event.s, gap);
    if (gap.count <= GAPS_MAX) {
      link.resync();
      return;
    }
    gaps.delete(event.s);
    onSynced({ reset: { [event.s]: event.n - 1 }, gone: [] });
    onEvent(event);
  }

  function onNote(note: Note): void {
    // A tab of another version may say what isn't known here.
    switch (note.type) {
      case "outbox":
        void home?.outbox.load().then(flushAll);
        return;
      case "sent":
        store.dispatch({ type: "message", message: note.message });
        home?.outbox.gone(note.client_id);
        return;
      case "outbox.gone":
        home?.drafts.settled(note.room);
        home?.outbox.gone(note.client_id);
        return;
      case "signed_out":
        if (confirmSignOut) confirmSignOut();
        else void leave({ cache: false, outbox: false }).then(() => empty(betterKnown(note.ended)));
        return;
      case "ending":
        store.dispatch(note);
        return;
      case "signed_in":
        void knock();
        return;
      case "file":
      case "file.removed":
      case "file.again":
        home?.uploads.heard(note);
    }
  }

  function flushAll(): void {
    home?.outbox.flush();
    home?.uploads.flush();
  }

  // What people do

  function requireHome(): Home {
    if (!home) throw new Error("Nobody is signed in.");
    return home;
  }

  function myId(): string {
    return requireHome().user;
  }

  async function send(room: RoomId, body: string, attachments: readonly OutgoingId[] = []): Promise<string> {
    const client_id = ids.next();
    const created_at = clock.now();
    const entry: OutboxEntry = { client_id, room, body, attachments, created_at, state: "pending", error: null };
    const { outbox, drafts } = requireHome();
    const added = outbox.add(entry);
    drafts.sent(room, body);
    typing.done(room);
    await added;
    // What one writes is seen: back to where it stands.
    if (store.getState().windows.get(room)?.has_after) void visits.history(room, { kind: "reload" }).catch(() => {});
    return client_id;
  }

  return {
    api,
    start,
    async stop() {
      stopped = true;
      reads.flush();
      reads.stop();
      typing.stop();
      presence.stop();
      loader.stop();
      door.close();
      for (const end of leaveWorld) end();
      leaveWorld = [];
      await leave({ cache: false, outbox: false });
    },
    signOut() {
      signingOut ??= signOut().finally(() => {
        signingOut = null;
      });
      return signingOut;
    },
    getState: store.getState,
    subscribe: store.subscribe,

    openRoom: visits.open,
    loadBefore: (room) => visits.extend(room, "before"),
    loadAfter: (room) => visits.extend(room, "after"),
    jumpTo: visits.jumpTo,
    jumpToLatest: visits.jumpToLatest,
    loadMembers: async (room) => {
      if (!store.getState().members.has(room)) await loader.members(room);
    },

    send,
    retry: (entry) => requireHome().outbox.retry(entry),
    discard: (entry) => requireHome().outbox.discard(entry),
    attach: (room, files) => requireHome().uploads.add(room, files),
    detach: (file) => requireHome().uploads.remove(file),
    retryFile: (file) => requireHome().uploads.retry(file),
    bytesOf: (file) => home?.uploads.bytesOf(file) ?? null,
    edit: changes.edit,
    remove: changes.remove,
    dismissChange: changes.dismiss,

    async markRead(room, ts, options) {
      if (options?.unread) await reads.unread(room, ts);
      else reads.read(room, ts);
    },
    typing: (room) => typing.tell(room),
    setDraft: (room, body) => home?.drafts.set(room, body),
    getDraft: (room) => select.draft(room)(store.getState()),
    setEdit: (message, body) => home?.drafts.edit(message, body),

    async createRoom(room) {
      const made = await api.createRoom(room);
      await loader.room(made.id);
      return made;
    },
    async startDirect(users) {
      const made = await api.startDirect(users);
      await loader.room(made.id);
      return made;
    },
    updateRoom: (room, wanted) => api.updateRoom(room, wanted),
    archiveRoom: (room) => api.archiveRoom(room),
    async join(room) {
      await api.addMember(room, myId());
      await loader.room(room);
    },
    async leave(room) {
      const since = () => store.getState().rooms.get(room)?.mine?.joined_at;
      const before = since();
      await api.removeMember(room, myId());
      // Its event may be on its way still; nobody is to be led back into the room by then. Or it has come, and another join.
      if (since() === before) store.dispatch({ type: "left", room });
      if (since() === undefined) home?.drafts.forget(room);
    },
    addMember: (room, user) => api.addMember(room, user),
    setRole: (room, user, role) => api.setRole(room, user, role),
    removeMember: (room, user) => api.removeMember(room, user),
    browseRooms: (query, cursor) => api.directory(cursor, query),
    searchUsers: async (query) => (await api.users(null, query)).items,
    async refreshMe() {
      const me = await api.me();
      store.dispatch({ type: "me", me });
      return me;
    },

    watchPresence: (users) => presence.watch(users),
    setPresence: (status) => presence.set(status),
    touch: () => presence.touch(),
  };
}

function isSignedOut(error: unknown): boolean {
  return error instanceof Problem && error.status === 401;
}
