/** What people notice while they read and write: edits, badges, the reading position, typing, presence, history. */
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { MyRoom, NamedRoom } from "../src/api/types.ts";
import { Room } from "./pages/room.ts";
import { Sidebar } from "./pages/sidebar.ts";
import { listenForTrouble, newContext, openBrowser } from "./support/browser.ts";
import { focused } from "./support/focus.ts";
import { type Person, register, setUp } from "./support/people.ts";
import { anchorOf, box, indexOf, inSight, settled, topOf, watchMovements } from "./support/scroll.ts";
import { type Server, startServer } from "./support/server.ts";
import { stored } from "./support/storage.ts";
import { until } from "./support/until.ts";

let server: Server;
let browser: Browser;
let ana: Person;
let ben: Person;
beforeAll(async () => {
  server = await startServer();
  browser = await openBrowser();
  ana = await setUp(server, "Ana Petrova");
  ben = await register(server, "Ben Okafor");
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

let context: BrowserContext;
let page: Page;
let room: Room;
let sidebar: Sidebar;
let troubles: string[];
let made = 0;
/** The room of this test, of which both are members. */
let here: NamedRoom;
beforeEach(async () => {
  // What a service worker sends on passes by a test's routes.
  context = await newContext(browser, server.url, ana, { serviceWorkers: "block" });
  page = await context.newPage();
  room = new Room(page);
  sidebar = new Sidebar(page);
  troubles = listenForTrouble(page);
  made += 1;
  here = await ana.createRoom({ kind: "private", name: `room-${made}`, members: [ben.id] });
});
afterEach(async () => {
  for (const other of browser.contexts()) await other.close();
  expect(troubles).toEqual([]);
});

async function open(): Promise<void> {
  await page.goto(`/rooms/${here.id}`);
  await room.composer.waitFor();
  await sidebar.live();
}

/** Ben's browser, in the same room. */
async function withBen(): Promise<{ page: Page; room: Room; sidebar: Sidebar; close(): Promise<void> }> {
  const his = await newContext(browser, server.url, ben);
  const at = await his.newPage();
  await at.goto(`/rooms/${here.id}`);
  const hisRoom = new Room(at);
  await hisRoom.composer.waitFor();
  const hisSidebar = new Sidebar(at);
  await hisSidebar.live();
  return { page: at, room: hisRoom, sidebar: hisSidebar, close: () => his.close() };
}

/** Waits until the words of an edit are on the disk; none: until there are none. */
async function editKept(text: string | null): Promise<void> {
  await until("the edit to be kept as it is", async () => {
    const edits = await stored(page, "parley-outbox-", "edits");
    return text === null ? edits.length === 0 : JSON.stringify(edits).includes(text);
  });
}

describe("messages", () => {
  it("edits a message from its bar and by the arrow key, and marks it for everybody", async () => {
    await open();
    const other = await withBen();
    await room.say("a mistke");
    await room.arrived("a mistke");
    await (await room.tools("a mistke")).getByRole("button", { name: "Edit" }).click();
    await page.getByRole("textbox", { name: "Edit message" }).fill("a mistake");
    await page.getByRole("textbox", { name: "Edit message" }).press("Enter");
    await room.message("a mistake").getByText("(edited)").waitFor();
    await other.room.message("a mistake").getByText("(edited)").waitFor();

    await room.composer.press("ArrowUp");
    await page.getByRole("textbox", { name: "Edit message" }).fill("no mistake");
    await page.keyboard.press("Enter");
    await other.room.message("no mistake").waitFor();
    await other.close();
  });

  it("keeps an edit that isn't saved through another room and a reload, to be continued or discarded by the keyboard", async () => {
    await ana.post(here.id, "a mistke");
    const elsewhere = await ana.createRoom({ kind: "private", name: `aside-${made}` });
    await open();
    const box = page.getByRole("textbox", { name: "Edit message" });
    const kept = room.message("a mistke").getByText("You have an edit that isn't saved");
    await room.message("a mistke").waitFor();
    await room.composer.press("ArrowUp");
    await box.fill("a mistake");
    await sidebar.openRoom(elsewhere.name);
    await sidebar.openRoom(here.name);
    await kept.waitFor();
    await page.goBack();
    await room.title.filter({ hasText: elsewhere.name }).waitFor();
    await page.goForward();
    await kept.waitFor();
    await room.message("a mistke").getByRole("button", { name: "Continue" }).press("Enter");
    expect(await box.inputValue()).toBe("a mistake");
    await box.fill("a mistake indeed");
    await editKept("a mistake indeed");
    await page.reload();
    await room.message("a mistke").getByRole("button", { name: "Continue" }).click();
    expect(await box.inputValue()).toBe("a mistake indeed");
    await box.press("Escape");
    await until("the box to be gone", async () => (await box.count()) === 0);
    await kept.waitFor({ state: "detached" });

    await room.composer.press("ArrowUp");
    expect(await box.inputValue()).toBe("a mistke");
    await box.fill("nothing");
    await editKept("nothing");
    await page.reload();
    await room.message("a mistke").getByRole("button", { name: "Discard" }).press("Enter");
    await until("the line to be gone", async () => (await kept.count()) === 0);
    await focused(room.message("a mistke"));
    await editKept(null);
    await page.reload();
    await room.message("a mistke").waitFor();
    await sidebar.live();
    expect(await kept.count()).toBe(0);
  });

  it("shows what others make of a message while one edits it, and that it was changed since one began", async () => {
    const { id } = await ana.post(here.id, "at nine");
    await open();
    const box = page.getByRole("textbox", { name: "Edit message" });
    await room.message("at nine").waitFor();
    await room.composer.press("ArrowUp");
    await box.fill("at nine sharp");
    await ana.api("PATCH", `/messages/${id}`, { body: "at eleven" });
    await room.log.getByRole("status").getByText("at eleven").waitFor();
    expect(await box.inputValue()).toBe("at nine sharp");
    await editKept("at nine sharp");
    await page.reload();
    await room.message("at eleven").getByText("the message has been changed since").waitFor();
    await room.message("at eleven").getByRole("button", { name: "Continue" }).click();
    await room.log.getByRole("status").getByText("at eleven").waitFor();
    await box.press("Enter");
    await room.message("at nine sharp").waitFor();
    await room.log.getByText("at eleven").waitFor({ state: "detached" });
  });

  it("shows what an edit that failed was to say, also after a reload, and saves it in the end", async () => {
    await ana.post(here.id, "a mistke");
    await open();
    const box = page.getByRole("textbox", { name: "Edit message" });
    await page.route("**/api/v1/messages/*", (route) =>
      route.request().method() === "PATCH" ? route.abort() : route.continue(),
    );
    await room.message("a mistke").waitFor();
    await room.composer.press("ArrowUp");
    await box.fill("a mistake");
    await box.press("Enter");
    await room.message("a mistke").getByText("The change wasn't saved").waitFor();
    await room.message("a mistke").getByText("a mistake", { exact: true }).waitFor();
    await page.unroute("**/api/v1/messages/*");
    troubles.length = 0;
    await editKept("a mistake");
    await page.reload();
    await room.message("a mistke").getByRole("button", { name: "Continue" }).click();
    expect(await box.inputValue()).toBe("a mistake");
    await box.press("Enter");
    await room.message("a mistake").getByText("(edited)").waitFor();
    await room.message("a mistake").getByRole("button", { name: "Continue" }).waitFor({ state: "detached" });
  });

  it("moves the words of an edit into the composer when the message is deleted meanwhile", async () => {
    const { id } = await ana.post(here.id, "to be forgotten");
    const { id: other } = await ana.post(here.id, "to be forgotten too");
    await open();
    const box = page.getByRole("textbox", { name: "Edit message" });
    await room.composer.fill("half a thought");
    await (await room.tools("to be forgotten too")).getByRole("button", { name: "Edit" }).click();
    await box.fill("to be remembered");
    await ana.api("DELETE", `/messages/${other}`);
    await page.getByText("What you had written is in the message box.").waitFor();
    const both = "half a thought\nto be remembered";
    await until("both to be there", async () => (await room.composer.inputValue()) === both);
    await focused(room.composer);

    // Nothing was changed: there is nothing to keep.
    await (await room.tools("to be forgotten")).getByRole("button", { name: "Edit" }).click();
    await box.waitFor();
    await ana.api("DELETE", `/messages/${id}`);
    await focused(room.composer);
    expect(await room.composer.inputValue()).toBe(both);
    await page.reload();
    await until("both to be there again", async () => (await room.composer.inputValue()) === both);
  });

  it("deletes a message for everybody and leaves a trace", async () => {
    const { id } = await ana.post(here.id, "to be forgotten");
    await open();
    const other = await withBen();
    await room.choose("to be forgotten", "Delete");
    await page.getByRole("dialog").getByRole("button", { name: "Delete", exact: true }).click();
    await room.message("This message was deleted").waitFor();
    await other.room.message("This message was deleted").waitFor();
    expect(await other.room.message("to be forgotten").count()).toBe(0);
    const { items } = await ben.api<{ items: { id: string; body: string }[] }>("GET", `/rooms/${here.id}/messages`);
    expect(items.find((message) => message.id === id)?.body).toBe("");
    await other.close();
  });

  it("renders Markdown, and never as markup of its own", async () => {
    await ana.post(
      here.id,
      "**bold** and `code` and <b onclick='x()'>tag</b> [link](https://example.org) <javascript:x>",
    );
    await ana.post(here.id, "```rust\nfn main() {}\n```");
    await open();
    await room.log.locator("strong", { hasText: "bold" }).waitFor();
    await room.log.locator("code", { hasText: "code" }).first().waitFor();
    await room.log.getByText("<b onclick='x()'>tag</b>").waitFor();
    expect(await room.log.getByRole("link", { name: "link" }).getAttribute("rel")).toContain("noopener");
    await room.log.getByText("fn main() {}").waitFor();
    expect(await room.log.locator("b, [onclick], a[href^=javascript]").count()).toBe(0);
  });

  it("completes a mention and shows it by name", async () => {
    await open();
    await room.composer.pressSequentially("hello @ben");
    await page.getByRole("option", { name: /Ben Okafor/ }).waitFor();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await room.message("hello @Ben Okafor").waitFor();
  });
});

describe("what is unread", () => {
  it("counts mentions beside the room and in the title, and what is only new more quietly", async () => {
    const quiet = await ana.createRoom({ kind: "private", name: `aside-${made}`, members: [ben.id] });
    await page.goto(`/rooms/${quiet.id}`);
    await room.composer.waitFor();
    await ben.post(here.id, "nothing for anybody in particular");
    await sidebar.rooms.getByRole("link", { name: `${here.name} 1 unread message` }).waitFor();
    await ben.post(here.id, `@${ana.username} have a look`);
    await sidebar.rooms.getByRole("link", { name: `${here.name} 1 mention` }).waitFor();
    await until("the title to tell", async () => (await page.title()).startsWith("(1)"));
    await sidebar.openRoom(here.name);
    await room.message("have a look").waitFor();
    await until("the badge to go", async () => !(await page.title()).startsWith("("));
    await sidebar.rooms.getByRole("link", { name: new RegExp(`^${here.name}$`) }).waitFor();
    await until("the server to know that all is read", async () => {
      const mine = await ana.api<MyRoom>("GET", `/rooms/${here.id}`);
      return mine.unread === 0 && mine.mentions === 0;
    });
  });

  it("opens a room at the line above what is new, a third from the top, and marks it read on Escape", async () => {
    for (let number = 1; number <= 40; number += 1) await ana.post(here.id, `old ${number}.`);
    for (let number = 1; number <= 40; number += 1) await ben.post(here.id, `fresh ${number}.`);
    await page.goto(`/rooms/${here.id}`);
    const line = room.log.getByText("New", { exact: true });
    await line.waitFor();
    await until("the line to stand a third from the top", async () => {
      const [list, { y }] = await Promise.all([box(room.log), box(line)]);
      return Math.abs((y - list.y) / list.height - 1 / 3) < 0.12;
    });
    await room.message("fresh 1.").first().waitFor();
    await room.composer.press("Escape");
    await line.waitFor({ state: "detached" });
    await room.message("fresh 40.").waitFor();
    await until("all to be read", async () => (await ana.api<MyRoom>("GET", `/rooms/${here.id}`)).unread === 0);
  });

  it("marks unread from a message on", async () => {
    for (let number = 1; number <= 5; number += 1) await ben.post(here.id, `point ${number}.`);
    await open();
    await room.message("point 5.").waitFor();
    await until("all to be read", async () => (await ana.api<MyRoom>("GET", `/rooms/${here.id}`)).unread === 0);
    await room.choose("point 3.", "Mark unread from here");
    await until("three to be unread", async () => (await ana.api<MyRoom>("GET", `/rooms/${here.id}`)).unread === 3);
    await sidebar.rooms.getByRole("link", { name: `${here.name} 3 unread messages` }).waitFor();
  });
});

describe("scrolling", () => {
  it("stays where one reads when something new comes, and jumps to the latest when asked", async () => {
    for (let number = 1; number <= 60; number += 1) await ana.post(here.id, `line ${number}.`);
    await open();
    await room.message("line 60.").waitFor();
    await room.log.hover();
    await page.mouse.wheel(0, -900);
    await room.jump.waitFor();
    await settled(page);
    const anchor = await anchorOf(room);
    await ben.post(here.id, "news one");
    await ben.post(here.id, "news two");
    await page.getByRole("button", { name: "2 new messages" }).waitFor();
    await settled(page);
    expect(await topOf(room, anchor.key)).toBeCloseTo(anchor.top, 0);
    await room.jump.click();
    await room.message("news two").waitFor();
    await room.jump.waitFor({ state: "detached" });
  });

  it("loads the history above without moving what one reads", async () => {
    for (let number = 1; number <= 150; number += 1) {
      await ana.post(here.id, number % 7 === 0 ? `line ${number}.\n\nwith a second paragraph` : `line ${number}.`);
    }
    let release = (): void => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let asked = false;
    await page.route(/\/messages\?.*before=/, async (route) => {
      asked = true;
      await held;
      await route.continue();
    });
    await open();
    await room.message("line 150.").waitFor();
    await room.log.evaluate((log) => log.scrollTo(0, 700));
    await until("older messages to be asked for", () => asked);
    await settled(page);
    const anchor = await anchorOf(room);
    release();
    await until("older messages to be there", async () => (await indexOf(room, anchor.key)) > anchor.index);
    await settled(page);
    expect(await topOf(room, anchor.key)).toBeCloseTo(anchor.top, 0);
    expect(await room.read(/line \d+\./)).toEqual(Array.from({ length: 150 }, (_, at) => `line ${at + 1}.`));
  });

  it("scrolls up without a jump over messages whose lines broke elsewhere when they were last on screen", async () => {
    const tale = (number: number) =>
      `entry ${number}. ${"a tale of ropes, tides and weather ".repeat(6 + (number % 9))}`;
    for (let number = 1; number <= 60; number += 1) await ana.post(here.id, tale(number));
    const wide = { width: 1_200, height: 800 };
    const narrow = { width: 700, height: 800 };
    await page.setViewportSize(narrow);
    await open();
    await room.message("entry 60.").waitFor();
    for (let number = 61; number <= 80; number += 1) {
      await page.setViewportSize(number % 4 < 2 ? wide : narrow);
      await ana.post(here.id, tale(number));
      await room.message(`entry ${number}.`).waitFor();
    }
    await page.setViewportSize(wide);
    await settled(page);
    const movements = await watchMovements(room);
    await room.log.hover();
    for (let turn = 0; turn < 40; turn += 1) {
      await page.mouse.wheel(0, -80);
      await settled(page);
    }
    expect((await movements()).filter((px) => px < 0)).toEqual([]);
  });

  it("opens a link to a message in the middle of a long history", async () => {
    let target = 0;
    for (let number = 1; number <= 200; number += 1) {
      const { ts } = await ana.post(here.id, `entry ${number}.`);
      if (number === 50) target = ts;
    }
    await page.goto(`/rooms/${here.id}/m/${target}`);
    const row = room.message("entry 50.");
    await row.waitFor();
    await until("the message to be in sight", async () => inSight(await box(row), await box(room.log)));
    await room.jump.click();
    await room.message("entry 200.").waitFor();
  });
});

describe("other people", () => {
  it("says who is typing, until they have sent", async () => {
    await open();
    const other = await withBen();
    await other.room.composer.pressSequentially("let me th");
    await page.getByText("Ben is typing…").waitFor();
    await other.room.say("done");
    await room.message("done").waitFor();
    await page.getByText("Ben is typing…").waitFor({ state: "detached" });
    await other.close();
  });

  it("shows who is here and who isn't", async () => {
    await ana.api("POST", "/directs", { users: [ben.id] });
    await open();
    const dot = sidebar.rooms.getByRole("link", { name: /Ben Okafor/ });
    // He may have been here a moment ago.
    await dot.filter({ hasText: "Offline" }).waitFor({ timeout: 60_000 });
    const other = await withBen();
    await dot.filter({ hasText: "Active" }).waitFor();
    await other.sidebar.own.click();
    await other.page.getByRole("menuitemradio", { name: "Do not disturb" }).click();
    await dot.filter({ hasText: "Do not disturb" }).waitFor();
    await other.close();
    await dot.filter({ hasText: "Offline" }).waitFor({ timeout: 60_000 });
  });

  it("takes a room away from somebody who is removed while they look at it", async () => {
    await open();
    const other = await withBen();
    await page.getByRole("button", { name: "Room details" }).click();
    await page.getByRole("button", { name: "Remove Ben Okafor" }).click();
    await other.page.getByText(`You are no longer a member of #${here.name}`).waitFor();
    await ana.post(here.id, "not for him");
    expect((await ben.call("GET", `/rooms/${here.id}/messages`)).status).toBe(404);
    // What comes to him after it has come.
    const aside = await ana.createRoom({ kind: "private", name: `aside-${made}`, members: [ben.id] });
    await other.sidebar.room(aside.name).waitFor();
    expect(await other.page.getByText("not for him").count()).toBe(0);
    await other.close();
  });

  it("joins a public room from the list, and leaves it", async () => {
    const hall = await ben.createRoom({ kind: "public", name: `hall-${made}`, topic: "for all" });
    await ben.post(hall.id, "come in");
    await open();
    await sidebar.rooms.getByRole("button", { name: "Browse rooms" }).click();
    const dialog = page.getByRole("dialog", { name: "Browse rooms" });
    await dialog.getByRole("searchbox", { name: "Find a room" }).fill(hall.name);
    const row = dialog.getByRole("listitem").filter({ hasText: hall.name });
    await row.getByRole("button", { name: "Look in" }).click();
    await room.message("come in").waitFor();
    await ben.post(hall.id, "still outside?");
    await room.message("still outside?").waitFor();
    await page.getByRole("button", { name: "Join room" }).click();
    await room.say("inside now");
    await room.arrived("inside now");
    await page.getByRole("button", { name: "Room details" }).click();
    await page.getByRole("button", { name: "Leave room" }).click();
    await page
      .getByRole("dialog", { name: /^Leave/ })
      .getByRole("button", { name: "Leave room" })
      .click();
    await sidebar.room(hall.name).waitFor({ state: "detached" });
    await page.waitForURL((url) => !url.pathname.includes(hall.id));
  });
});
