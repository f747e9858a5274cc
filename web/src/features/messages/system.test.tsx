import { screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { SystemNote } from "../../api/types.ts";
import { eve, owner, renderApp } from "../../app/testing/render.tsx";

const at = "2026-11-01T09:00:00.000000Z";
const room = {
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

function open(system: SystemNote) {
  const message = {
    id: "m1",
    room: "launch",
    ts: 1,
    n: 1,
    kind: "system",
    author: eve.id,
    body: "",
    thread: null,
    reply_count: 0,
    attachments: [],
    reactions: [],
    mentions: [],
    previews: [],
    system,
    client_id: null,
    created_at: at,
    edited_at: null,
    deleted_at: null,
  };
  return renderApp("/rooms/launch", {
    ...owner,
    "GET /rooms": { status: 200, body: { items: [room], next_cursor: null, heads: {} } },
    "GET /rooms/launch": { status: 200, body: room },
    "GET /rooms/launch/messages": {
      status: 200,
      body: { items: [message], has_before: false, has_after: false, head: 1 },
    },
    "GET /rooms/launch/members": {
      status: 200,
      body: { items: [{ user: eve.id, role: "owner" }], next_cursor: null, heads: {} },
    },
    "PUT /rooms/launch/read": { status: 200, body: { read_ts: 1, unread: 0, mentions: 0 } },
  });
}

beforeEach(() => {
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(800);
  vi.spyOn(HTMLElement.prototype, "offsetHeight", "get").mockReturnValue(40);
});
afterEach(() => {
  vi.restoreAllMocks();
});

const odd = "mind <name>the</name> <b>gap</b> & {{actor}} $t(chat.somebody)";

test("a topic is told as it was written, whatever looks like markup or a placeholder in it", async () => {
  open({ type: "topic_changed", actor: eve.id, users: [], values: [odd] });
  const row = await screen.findByText(eve.display_name, { selector: "article strong" });
  expect(row.closest("article")).toHaveTextContent(`${eve.display_name} set the topic: ${odd}`);
});

test("a room's new name is told as it was written", async () => {
  open({ type: "renamed", actor: eve.id, users: [], values: [odd] });
  expect(await screen.findByText(odd, { selector: "article strong" })).toBeInTheDocument();
});
