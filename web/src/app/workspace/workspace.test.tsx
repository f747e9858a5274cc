import { screen, waitFor, within } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Message, MyRoom } from "../../api/types.ts";
import { type Answer, eve, owner, problem, renderApp } from "../testing/render.tsx";
import { message as messageWith } from "../testing/room.ts";

const ana = { ...eve, id: "0199-ana", username: "ana", display_name: "Ana Kovač", role: "member" };
const noon = Date.parse("2026-11-23T12:00:00Z");

function room(id: string, change: Partial<MyRoom> = {}): MyRoom {
  return {
    id,
    kind: "public",
    name: id,
    topic: "",
    archived_at: null,
    retention_days: null,
    history: "all",
    who_posts: "members",
    who_invites: "members",
    members: 2,
    users: [],
    created_at: "2026-11-01T09:00:00.000000Z",
    head: 1,
    last_ts: noon * 1000,
    read_ts: (noon + 3_600_000) * 1000,
    unread: 0,
    mentions: 0,
    role: "owner",
    joined_at: "2026-11-01T09:00:00.000000Z",
    ...change,
  };
}

function message(minute: number, author: string, body: string, change: Partial<Message> = {}): Message {
  const at = noon + minute * 60_000;
  const created_at = new Date(at).toISOString();
  return messageWith({ id: `m${minute}`, ts: at * 1000, n: minute + 1, author, body, created_at, ...change });
}

const page = (items: readonly unknown[]): Answer => ({ status: 200, body: { items, next_cursor: null, heads: {} } });
const history = (items: readonly Message[]): Answer => ({
  status: 200,
  body: { items, has_before: false, has_after: false, head: 1 },
});

function workspace(rooms: readonly MyRoom[], messages: readonly Message[] = []): Record<string, Answer> {
  const answers: Record<string, Answer> = { ...owner, "GET /rooms": page(rooms), "GET /users": page([eve, ana]) };
  for (const { id, ...rest } of rooms) {
    answers[`GET /rooms/${id}`] = { status: 200, body: { id, ...rest } };
    answers[`GET /rooms/${id}/messages`] = history(messages.filter((one) => one.room === id));
    answers[`GET /rooms/${id}/members`] = page([
      { user: eve.id, role: "owner" },
      { user: ana.id, role: "member" },
    ]);
    answers[`PUT /rooms/${id}/read`] = { status: 200, body: { read_ts: 1, unread: 0, mentions: 0 } };
  }
  return answers;
}

const talk = [message(0, ana.id, "Morning"), message(1, ana.id, "and **more**"), message(2, eve.id, "On it")];

beforeEach(() => {
  // The list shows what fits on screen; this environment has none.
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(800);
  vi.spyOn(HTMLElement.prototype, "clientWidth", "get").mockReturnValue(900);
  vi.spyOn(HTMLElement.prototype, "offsetHeight", "get").mockReturnValue(40);
});

afterEach(() => {
  vi.restoreAllMocks();
});

const box = () => screen.findByRole("textbox", { name: /^Message to/ });

test("the sidebar shows weight for unread rooms, a number where one is meant, and a pencil for a draft", async () => {
  const rooms = [
    room("launch", { unread: 3 }),
    room("leads", { kind: "private", unread: 4, mentions: 2 }),
    room("d1", { kind: "direct", name: "", users: [eve.id, ana.id], unread: 1 }),
    room("quiet"),
  ];
  const { engine } = renderApp("/unreads", workspace(rooms));
  const nav = await screen.findByRole("navigation", { name: "Rooms and people" });
  expect(await within(nav).findByRole("link", { name: /launch.*3 unread messages/ })).toHaveClass("font-semibold");
  expect(within(nav).getByRole("link", { name: /leads.*2 mentions/ })).toBeInTheDocument();
  expect(within(nav).getByRole("link", { name: /Ana Kovač.*1 unread message/ })).toBeInTheDocument();
  expect(within(nav).getByRole("link", { name: /quiet/ })).not.toHaveClass("font-semibold");
  engine.setDraft("quiet", "half a thought");
  expect(await within(nav).findByRole("link", { name: /quiet.*Draft/ })).toBeInTheDocument();
});

test("without rooms the sidebar says how to get to some, and the page how to begin", async () => {
  renderApp("/", workspace([]));
  expect(await screen.findByText("You are in no room yet. Browse the public ones or create your own.")).toBeVisible();
  expect(await screen.findByText("Welcome to Harbour & Sons")).toBeVisible();
});

test("while nothing is known of the rooms, the page of unreads doesn't say that all is read", async () => {
  const body = { type: "about:blank", title: "", status: 503, code: "unavailable" };
  renderApp("/unreads", { ...workspace([]), "GET /rooms": { status: 503, body } });
  await screen.findByRole("heading", { name: "Unreads" });
  const main = screen.getByRole("main");
  expect(within(main).getByText("Loading your rooms")).toBeInTheDocument();
  expect(within(main).queryByText("You're all caught up")).toBeNull();
});

test("a room shows its messages in groups", async () => {
  renderApp("/rooms/launch", workspace([room("launch")], talk));
  const log = await screen.findByRole("log", { name: "Messages in launch" });
  const articles = await within(log).findAllByRole("article");
  expect(articles).toHaveLength(3);
  expect(within(log).getAllByText("Ana Kovač")).toHaveLength(1);
  expect(articles[1]).toHaveTextContent("and more");
});

test("Enter sends and empties the box at once, Shift+Enter breaks the line", async () => {
  const answers = workspace([room("launch")], talk);
  answers["POST /rooms/launch/messages"] = "cut";
  const { user, engine } = renderApp("/rooms/launch", answers);
  const area = await box();
  await user.type(area, "one{Shift>}{Enter}{/Shift}two");
  expect(area).toHaveValue("one\ntwo");
  expect(engine.getDraft("launch")).toBe("one\ntwo");
  await user.keyboard("{Enter}");
  expect(area).toHaveValue("");
  const log = screen.getByRole("log");
  await waitFor(() => expect(within(log).getAllByRole("article").at(-1)).toHaveTextContent("one"));
  expect(within(log).getAllByRole("article").at(-1)).toHaveTextContent(/Sending…|Waiting for the connection/);
});

test("an input method's Enter doesn't send", async () => {
  const { user } = renderApp("/rooms/launch", workspace([room("launch")], talk));
  const area = await box();
  await user.type(area, "にほん");
  area.dispatchEvent(
    new KeyboardEvent("keydown", { key: "Enter", isComposing: true, bubbles: true, cancelable: true }),
  );
  expect(area).toHaveValue("にほん");
});

test("@ offers people, arrows choose, Enter completes instead of sending", async () => {
  const { user } = renderApp("/rooms/launch", workspace([room("launch")], talk));
  const area = await box();
  await user.type(area, "hi @");
  const list = await screen.findByRole("listbox", { name: "People" });
  expect(within(list).getAllByRole("option")).toHaveLength(2);
  expect(area).toHaveAttribute("aria-controls", list.id);
  await user.keyboard("{ArrowDown}");
  const [, second] = within(list).getAllByRole("option");
  expect(second).toHaveAttribute("aria-selected", "true");
  expect(area).toHaveAttribute("aria-activedescendant", second?.id);
  await user.keyboard("{ArrowUp}{Enter}");
  expect(area).toHaveValue("hi @ana ");
  expect(screen.queryByRole("listbox")).toBeNull();
});

test("Esc closes the list of people and keeps the text", async () => {
  const { user } = renderApp("/rooms/launch", workspace([room("launch")], talk));
  const area = await box();
  await user.type(area, "@a");
  await screen.findByRole("listbox");
  await user.keyboard("{Escape}");
  expect(screen.queryByRole("listbox")).toBeNull();
  expect(area).toHaveValue("@a");
});

test("↑ in the empty box edits one's last message; saving tells the server", async () => {
  const answers = workspace([room("launch")], talk);
  answers["PATCH /messages/m2"] = {
    status: 200,
    body: message(2, eve.id, "On it now", { edited_at: "2026-11-23T12:05:00.000000Z" }),
  };
  const { user, calls } = renderApp("/rooms/launch", answers);
  await user.click(await box());
  await user.keyboard("{ArrowUp}");
  const area = await screen.findByRole("textbox", { name: "Edit message" });
  expect(area).toHaveFocus();
  await user.type(area, " now{Enter}");
  await waitFor(() =>
    expect(calls).toContainEqual(
      expect.objectContaining({ method: "PATCH", path: "/messages/m2", body: { body: "On it now" } }),
    ),
  );
  expect(await box()).toHaveFocus();
});

test("the arrow keys move among messages, and their tools follow with Tab", async () => {
  const { user } = renderApp("/rooms/launch", workspace([room("launch")], talk));
  const log = await screen.findByRole("log");
  const articles = await within(log).findAllByRole("article");
  articles[2]?.focus();
  await user.keyboard("{ArrowUp}");
  expect(articles[1]).toHaveFocus();
  expect(articles[1]).toHaveAttribute("tabindex", "0");
  await user.tab();
  expect(screen.getByRole("button", { name: "Copy link" })).toHaveFocus();
});

test("deleting asks first", async () => {
  const answers = workspace([room("launch")], talk);
  answers["DELETE /messages/m2"] = { status: 204 };
  const { user, calls } = renderApp("/rooms/launch", answers);
  const log = await screen.findByRole("log");
  const articles = await within(log).findAllByRole("article");
  articles[2]?.focus();
  await user.click(await screen.findByRole("button", { name: "More" }));
  await user.click(await screen.findByRole("menuitem", { name: "Delete" }));
  const dialog = await screen.findByRole("dialog", { name: "Delete this message?" });
  expect(calls.some(({ method }) => method === "DELETE")).toBe(false);
  await user.click(within(dialog).getByRole("button", { name: "Delete" }));
  await waitFor(() =>
    expect(calls.some(({ path, method }) => method === "DELETE" && path === "/messages/m2")).toBe(true),
  );
});

test("an archived room says why nobody can write", async () => {
  renderApp("/rooms/launch", workspace([room("launch", { archived_at: "2026-11-20T09:00:00.000000Z" })], talk));
  expect(await screen.findByText(/^This room is archived/)).toBeVisible();
  expect(screen.queryByRole("textbox", { name: /^Message to/ })).toBeNull();
});

test("a room that may not be seen is told apart from a failure", async () => {
  const answers = workspace([room("launch")]);
  answers["GET /rooms/secret"] = { status: 404, body: { title: "Not found", status: 404, code: "not_found" } };
  renderApp("/rooms/secret", answers);
  expect(await screen.findByText("This room isn't here")).toBeVisible();
});

test("whoever loses a room is told so and keeps the words; added again, they are back in it by themselves", async () => {
  const answers = workspace([room("launch", { kind: "private" })], talk);
  const there = answers["GET /rooms/launch"];
  const { user, engine } = renderApp("/rooms/launch", answers);
  await user.type(await box(), "half a thought");
  Object.assign(answers, {
    [`DELETE /rooms/launch/members/${eve.id}`]: { status: 204 },
    [`PUT /rooms/launch/members/${eve.id}`]: { status: 204 },
    "GET /rooms/launch": problem(404, "not_found"),
  });
  await engine.leave("launch");
  engine.setDraft("launch", "");
  expect(await screen.findByRole("heading", { name: "You are no longer a member of #launch" })).toBeVisible();
  expect(screen.getByRole("textbox", { name: "Your unsent message" })).toHaveValue("half a thought");
  expect(screen.getByRole("link", { name: "Go to your rooms" })).toBeVisible();

  if (there) answers["GET /rooms/launch"] = there;
  await engine.join("launch");
  expect(await screen.findByRole("log", { name: "Messages in launch" })).toBeVisible();
  expect(await box()).toHaveValue("");
});

test.each([
  ["/rooms/quiet", "(2) #quiet · Harbour & Sons"],
  ["/unreads", "(2) Unreads · Harbour & Sons"],
  ["/preferences/account", "(2) Account · Preferences · Parley"],
  ["/admin/people", "(2) People · Administration · Parley"],
])("the title of %s tells how often one is meant elsewhere", async (address, title) => {
  const picture = document.head.appendChild(document.createElement("link"));
  picture.rel = "icon";
  const answers = workspace([room("quiet"), room("launch", { unread: 4, mentions: 2 })]);
  renderApp(address, { ...answers, "GET /admin/users": page([]) });
  await waitFor(() => expect(document.title).toBe(title));
  expect(picture).toHaveAttribute("href", "/icon-mention.svg");
  picture.remove();
});

test("Ctrl K jumps to a room by a few letters", async () => {
  const { user, router } = renderApp("/rooms/launch", workspace([room("launch"), room("backend")], talk));
  await box();
  await user.keyboard("{Control>}k{/Control}");
  await user.type(await screen.findByRole("combobox", { name: "A room or a person" }), "back{Enter}");
  await waitFor(() => expect(router.state.location.pathname).toBe("/rooms/backend"));
});

test("Alt with the arrows walks the rooms, with Shift only the unread ones", async () => {
  const rooms = [room("a"), room("b"), room("c", { unread: 1 })];
  const { user, router } = renderApp("/rooms/a", workspace(rooms));
  await box();
  await user.keyboard("{Alt>}{ArrowDown}{/Alt}");
  await waitFor(() => expect(router.state.location.pathname).toBe("/rooms/b"));
  await user.keyboard("{Alt>}{ArrowUp}{/Alt}");
  await waitFor(() => expect(router.state.location.pathname).toBe("/rooms/a"));
  await user.keyboard("{Shift>}{Alt>}{ArrowUp}{/Alt}{/Shift}");
  await waitFor(() => expect(router.state.location.pathname).toBe("/rooms/c"));
});

test("creating a room goes there", async () => {
  const answers = workspace([room("launch")], talk);
  const made = room("r-new", { name: "press" });
  answers["POST /rooms"] = { status: 201, body: made };
  Object.assign(answers, {
    "GET /rooms/r-new": { status: 200, body: made },
    "GET /rooms/r-new/messages": history([]),
    "GET /rooms/r-new/members": page([{ user: eve.id, role: "owner" }]),
  });
  const { user, calls, router } = renderApp("/rooms/launch", answers);
  await user.click(await screen.findByRole("button", { name: "Create a room" }));
  const dialog = await screen.findByRole("dialog", { name: "Create a room" });
  await user.click(within(dialog).getByRole("button", { name: "Create room" }));
  expect(await within(dialog).findByText("Give the room a name")).toBeVisible();
  await user.type(within(dialog).getByRole("textbox", { name: "Name" }), "press");
  await user.click(within(dialog).getByRole("radio", { name: /Private/ }));
  await user.click(within(dialog).getByRole("button", { name: "Create room" }));
  await waitFor(() => expect(router.state.location.pathname).toBe("/rooms/r-new"));
  expect(calls).toContainEqual(
    expect.objectContaining({
      method: "POST",
      path: "/rooms",
      body: { kind: "private", name: "press", topic: "", members: [] },
    }),
  );
});
