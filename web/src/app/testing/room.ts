import type { Message } from "../../api/types.ts";
import { at } from "./console.ts";
import { type Answer, eve, owner } from "./render.tsx";

/** A public room of Eve's. */
export const launch = {
  id: "launch",
  kind: "public",
  name: "launch",
  topic: "",
  archived_at: null,
  history: "all",
  who_posts: "members",
  who_invites: "members",
  members: 1,
  users: [],
  created_at: at,
  head: 1,
  last_ts: 1,
  read_ts: 1,
  unread: 0,
  mentions: 0,
  role: "owner",
  joined_at: at,
};

/** A message of Eve's in it. */
export function message(change: Partial<Message> = {}): Message {
  return {
    id: "m1",
    room: launch.id,
    ts: 1,
    n: 1,
    kind: "message",
    author: eve.id,
    body: "",
    thread: null,
    reply_count: 0,
    attachments: [],
    reactions: [],
    mentions: [],
    previews: [],
    system: null,
    client_id: null,
    created_at: at,
    edited_at: null,
    deleted_at: null,
    ...change,
  };
}

/** What the server says of the room with these messages. */
export function inLaunch(messages: readonly Message[], change: Record<string, Answer> = {}): Record<string, Answer> {
  return {
    ...owner,
    "GET /rooms": { status: 200, body: { items: [launch], next_cursor: null, heads: {} } },
    "GET /rooms/launch": { status: 200, body: launch },
    "GET /rooms/launch/messages": {
      status: 200,
      body: { items: messages, has_before: false, has_after: false, head: 1 },
    },
    "GET /rooms/launch/members": {
      status: 200,
      body: { items: [{ user: eve.id, role: "owner" }], next_cursor: null, heads: {} },
    },
    "PUT /rooms/launch/read": { status: 200, body: { read_ts: 1, unread: 0, mentions: 0 } },
    ...change,
  };
}
