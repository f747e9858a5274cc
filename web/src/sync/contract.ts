/**
 * What the rest of the client calls: the engine's interface. One engine lives as long as the page.
 *
 * Reading. `engine.getState()` is one immutable value; `engine.subscribe(listener)` tells of the next one (at
 * most once a task, however many frames it brought). Views read through the selectors of `select.ts`, which
 * keep the identity of what did not change, so in React:
 *
 *     const view = useSyncExternalStore(engine.subscribe, () => select.view(room)(engine.getState()));
 *
 * Rows (`select.view(room).rows`) are messages and, under them, what is on its way; `row.key` stays the same
 * when a pending row becomes its message. Counts, windows, members, presence and typing maintain themselves.
 *
 * Writing. `send` never fails: the entry is stored, then shown, then sent until the server has it; a message
 * that the server refuses stays as `failed` for `retry` or `discard`. Files are attached first: they upload at once
 * and stand in the room's tray (`select.tray`) until a message takes them along, which then waits for them. `edit` and `remove` go straight over
 * HTTP and show at once (`select.change(id)`): the text of an edit that fails stays with its `failed` change
 * until `dismissChange` or another `edit`, and outlives the page as one that isn't saved (`select.edit(id)`). Everything else is a call that resolves when the server has done it and
 * rejects with `Problem` or `NetworkError` (both of `../api/client`); what it changed arrives as events, or
 * is applied at once where the answer tells (a created room is in the state before `createRoom` resolves).
 *
 * Rooms. `openRoom(id)` says that a room is on screen: its window is loaded if it isn't there, its presence in
 * memory is guaranteed, a public room that I'm not in is watched. Call it on each change of room and with
 * `null` for none. The window grows by `loadBefore`/`loadAfter`, moves by `jumpTo`, returns by
 * `jumpToLatest`. These resolve to `false` when there was nothing to load, and reject like calls do;
 * `openRoom` of a room that may not be seen rejects with a `Problem` of status 404.
 */

import type { Api } from "../api/client.ts";
import type {
  ClientId,
  Me,
  Message,
  MessageId,
  MyRoom,
  NamedRoom,
  NewRoom,
  Page,
  PresenceStatus,
  RoomChange,
  RoomId,
  RoomRole,
  RoomView,
  Ts,
  User,
  UserId,
} from "../api/types.ts";
import type { Clock, Random } from "./clock.ts";
import type { OutgoingId, State } from "./state.ts";
import type { Storage } from "./storage.ts";
import type { Channel, Locks } from "./tabs.ts";

export interface Engine {
  /** The HTTP API, with this engine's address and time-outs, for what has no place in the state. */
  readonly api: Api;

  /** Paints from the cache, finds out who is signed in, connects. Call again after signing in. */
  start(): Promise<void>;
  /** Closes the link and stores what is not stored yet. The state stays readable. */
  stop(): Promise<void>;
  /** Ends the session and wipes cache, outbox and drafts. `select.waiting` tells what would be lost. */
  signOut(): Promise<void>;

  getState(): State;
  /** Answers with the function that ends the subscription. */
  subscribe(listener: () => void): () => void;

  openRoom(room: RoomId | null): Promise<void>;
  loadBefore(room: RoomId): Promise<boolean>;
  loadAfter(room: RoomId): Promise<boolean>;
  /** Moves the window to the history around `ts`, if it isn't there already. */
  jumpTo(room: RoomId, ts: Ts): Promise<boolean>;
  jumpToLatest(room: RoomId): Promise<boolean>;
  /** Loads the members; `select.members` is `null` until then. */
  loadMembers(room: RoomId): Promise<void>;

  /** Hands a message to the outbox, with files of the room's tray, and clears the room's draft. Resolves when it is shown as pending. */
  send(room: RoomId, body: string, attachments?: readonly OutgoingId[]): Promise<ClientId>;
  retry(entry: ClientId): Promise<void>;
  discard(entry: ClientId): Promise<void>;
  /** Puts files into the room's tray, where they begin to upload. */
  attach(room: RoomId, files: readonly NewFile[]): void;
  /** Takes a file out of the tray and stops its upload. */
  detach(file: OutgoingId): void;
  /** Uploads a file again that failed. */
  retryFile(file: OutgoingId): void;
  /** The bytes of a file on its way or of one that was just sent, by either of its names, as long as this page holds them. */
  bytesOf(file: OutgoingId | string): Blob | null;
  edit(message: Message, body: string): Promise<void>;
  remove(message: Message): Promise<void>;
  /** Forgets an edit or a deletion that failed. */
  dismissChange(message: MessageId): void;

  /** Everything up to `ts` was read. With `unread` the position may go back: "mark unread from here". */
  markRead(room: RoomId, ts: Ts, options?: { readonly unread?: boolean }): Promise<void>;
  /** A key was pressed in the composer; told to others at most every 3 s. */
  typing(room: RoomId): void;
  setDraft(room: RoomId, body: string): void;
  getDraft(room: RoomId): string;
  /** What stands in the box of an edit; kept until it is saved, says what the message says, or is empty. */
  setEdit(message: Message, body: string): void;

  createRoom(room: NewRoom): Promise<NamedRoom>;
  /** The direct room with these people and me, made if there is none. */
  startDirect(users: readonly UserId[]): Promise<MyRoom>;
  updateRoom(room: RoomId, change: RoomChange): Promise<RoomView>;
  archiveRoom(room: RoomId): Promise<void>;
  join(room: RoomId): Promise<void>;
  leave(room: RoomId): Promise<void>;
  addMember(room: RoomId, user: UserId): Promise<void>;
  setRole(room: RoomId, user: UserId, role: RoomRole): Promise<void>;
  removeMember(room: RoomId, user: UserId): Promise<void>;
  /** A page of the public rooms, members of them or not. */
  browseRooms(query?: string, cursor?: string | null): Promise<Page<RoomView>>;
  searchUsers(query: string): Promise<readonly User[]>;
  refreshMe(): Promise<Me>;

  /** Whose presence is on screen: at most 200, the rest is cut off. */
  watchPresence(users: readonly UserId[]): void;
  /** My own: `dnd` and `away` stay until `active` is set; `active` turns to away by itself when idle. */
  setPresence(status: Exclude<PresenceStatus, "offline">): void;
  /** A person did something in this page; ends the automatic away. */
  touch(): void;
}

/** A file that a person chose, dropped or pasted. */
export interface NewFile {
  readonly name: string;
  readonly bytes: Blob;
  /** Why it can't be sent, where that is known already: a code of the API. */
  readonly refused?: string;
}

/** Bytes for the server, sent by `PATCH`. */
export interface Parcel {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Blob;
  readonly signal: AbortSignal;
  /** So many of them have gone. */
  onSent(bytes: number): void;
}

/** What was answered; a promise that rejects has no answer. */
export interface Receipt {
  readonly status: number;
  readonly text: string;
  readonly retryAfter: string | null;
}

/** What the engine needs for files. */
export interface FileWorks {
  /** Unlike `fetch` it tells how far it is. */
  send(parcel: Parcel): Promise<Receipt>;
  /** How large an image is on screen, if this is one that the browser can show. */
  measure(image: Blob): Promise<{ readonly width: number; readonly height: number } | null>;
}

/** The pages, tabs and devices that the engine reacts to. Each answers with the function that ends it. */
export interface Surroundings {
  /** The browser says that the network is back. */
  onOnline(listener: () => void): () => void;
  /** The page was shown or hidden. */
  onVisible(listener: (visible: boolean) => void): () => void;
  /** The page may be gone in a moment. */
  onHide(listener: () => void): () => void;
  /** Somebody goes on in another window, or in another place of this one. */
  onBlur(listener: () => void): () => void;
}

/** What the engine needs of a WebSocket. */
export interface Socket {
  readonly readyState: number;
  send(text: string): void;
  close(code?: number, reason?: string): void;
  onopen: ((event: Event) => void) | null;
  onmessage: ((event: MessageEvent) => void) | null;
  onclose: ((event: CloseEvent) => void) | null;
  onerror: ((event: Event) => void) | null;
}

export type SocketFactory = (url: string, protocol: string) => Socket;

/** Everything that the engine takes from the world; `browserPlatform()` is what a page has. */
export interface Platform {
  /** Such as `https://chat.example.org`; empty for the page's own origin. */
  readonly baseUrl: string;
  /** `ws://…/api/v1/gateway`. */
  readonly gatewayUrl: string;
  readonly fetch: typeof globalThis.fetch;
  readonly socket: SocketFactory;
  readonly files: FileWorks;
  /** Where outbox and drafts lie. */
  readonly storage: Storage;
  /** Where the server's words are kept for a quick start: in memory where tabs can't agree on who writes them. */
  readonly cache: Storage;
  readonly locks: Locks;
  readonly channel: (name: string) => Channel;
  readonly clock: Clock;
  readonly random: Random;
  readonly surroundings: Surroundings;
}
