/** Every flow works without a mouse: these tests press keys and nothing else. */
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { Room } from "./pages/room.ts";
import { listenForTrouble, newContext, openBrowser } from "./support/browser.ts";
import { focused, focusWithin } from "./support/focus.ts";
import { PASSWORD, type Person, register, setUp, WORKSPACE } from "./support/people.ts";
import { type Server, startServer } from "./support/server.ts";
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
let troubles: string[];
beforeEach(async () => {
  context = await newContext(browser, server.url);
  page = await context.newPage();
  room = new Room(page);
  troubles = listenForTrouble(page);
});
afterEach(async () => {
  await context.close();
  expect(troubles).toEqual([]);
});

/** The role and name of what has the focus, and whether the eye can tell. */
async function focus(): Promise<{ name: string; tag: string; visible: boolean }> {
  return page.evaluate(() => {
    const element = document.activeElement;
    const own = element?.getAttribute("aria-label") ?? element?.textContent ?? "";
    const label = element instanceof HTMLInputElement ? (element.labels?.[0]?.textContent ?? own) : own;
    return {
      name: element === document.body ? "" : label.trim(),
      tag: element?.tagName.toLowerCase() ?? "",
      visible: element !== null && element !== document.body && element.matches(":focus-visible"),
    };
  });
}

/** Presses Tab until the focus is on what is wanted; the focus is visible all the way. */
async function tabTo(name: string | RegExp, key = "Tab"): Promise<void> {
  const seen: string[] = [];
  for (let presses = 0; presses < 60; presses += 1) {
    const now = await focus();
    seen.push(`${now.tag} ${now.name}`);
    if (typeof name === "string" ? now.name === name : name.test(now.name)) {
      expect(now.visible, `the focus on ${now.name} can be seen`).toBe(true);
      return;
    }
    await page.keyboard.press(key);
  }
  throw new Error(`${name} isn't reached by ${key}:\n${seen.join("\n")}`);
}

async function signIn(person: Person): Promise<void> {
  await page.goto("/login");
  await until("the first field to have the focus", async () => (await focus()).name === "Username or e-mail");
  await page.keyboard.type(person.username);
  await tabTo("Password");
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: WORKSPACE }).waitFor();
}

/** Opens the way to anywhere. */
async function callJump(): Promise<void> {
  await page.keyboard.press("Control+k");
  await focused(page.getByRole("combobox", { name: "A room or a person" }));
}

/** Goes to where these words lead first. */
async function jumpTo(words: string): Promise<void> {
  await callJump();
  await page.keyboard.type(words);
  await page.keyboard.press("Enter");
}

/** Takes the last of what an open menu offers. */
async function takeLast(): Promise<void> {
  const menu = page.getByRole("menu");
  await focusWithin(menu);
  await page.keyboard.press("End");
  await focused(menu.getByRole("menuitem").last());
  await page.keyboard.press("Enter");
}

it("signs in, makes a room, adds somebody, writes, edits, deletes and signs out", async () => {
  await signIn(ana);
  await tabTo("Create a room");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog", { name: "Create a room" }).waitFor();
  await until("the name to have the focus", async () => (await focus()).name === "Name");
  await page.keyboard.type("keys");
  await tabTo(/^Public|^Private/);
  await page.keyboard.press("ArrowDown");
  await tabTo("Add people");
  await page.keyboard.type("Ben");
  await page.getByRole("option", { name: /Ben Okafor/ }).waitFor();
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Take Ben Okafor off the list" }).waitFor();
  await tabTo("Create room");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor({ state: "hidden" });

  await until("the composer to have the focus", async () => (await focus()).name === "Message to #keys");
  await page.keyboard.type("first line");
  await page.keyboard.press("Shift+Enter");
  await page.keyboard.type("second line");
  await page.keyboard.press("Enter");
  await room.arrived("second line");
  const rooms = await ben.api<{ items: { name: string; kind: string }[] }>("GET", "/rooms");
  expect(rooms.items.find(({ name }) => name === "keys")?.kind).toBe("private");

  await page.keyboard.press("ArrowUp");
  await until("the edit to have the focus", async () => (await focus()).name === "Edit message");
  await page.keyboard.type(", edited");
  await page.keyboard.press("Enter");
  await room.message("second line, edited").waitFor();
  await until("the composer to have the focus again", async () => (await focus()).name === "Message to #keys");

  // From the composer back into the messages, and to what can be done with one.
  await page.keyboard.press("Shift+Tab");
  await tabTo(/second line, edited/, "Shift+Tab");
  await tabTo("More");
  await page.keyboard.press("Enter");
  await takeLast();
  await focusWithin(page.getByRole("dialog", { name: "Delete this message?" }));
  await tabTo("Delete");
  await page.keyboard.press("Enter");
  await room.message("This message was deleted").waitFor();
  await until("the focus to be back on the message", async () => /was deleted/.test((await focus()).name));

  await tabTo(new RegExp(`^${WORKSPACE}`));
  await page.keyboard.press("Enter");
  await takeLast();
  await page.waitForURL(/\/login/);
});

it("goes from room to room, to unread ones, and to a person", async () => {
  const [alpha, beta, gamma] = await Promise.all(
    ["alpha", "beta", "gamma"].map((name) => ana.createRoom({ kind: "private", name, members: [ben.id] })),
  );
  await signIn(ana);
  await jumpTo("alpha");
  // The address is there before its room is, from which the next step goes.
  const stands = (name: string) => page.getByRole("textbox", { name: `Message to #${name}`, exact: true }).waitFor();
  await page.waitForURL(`**/rooms/${alpha?.id}`);
  await stands("alpha");
  await page.keyboard.press("Alt+ArrowDown");
  await page.waitForURL(`**/rooms/${beta?.id}`);
  await stands("beta");
  await page.keyboard.press("Alt+ArrowUp");
  await page.waitForURL(`**/rooms/${alpha?.id}`);
  await stands("alpha");
  await ben.post(gamma?.id ?? "", "over here");
  await page.getByRole("link", { name: "gamma 1 unread message" }).waitFor();
  await page.keyboard.press("Shift+Alt+ArrowDown");
  await page.waitForURL(`**/rooms/${gamma?.id}`);
  await room.message("over here").waitFor();
  await jumpTo("okafor");
  await page.getByRole("heading", { level: 1, name: "Ben Okafor" }).waitFor();
  await until("the composer to have the focus", async () => (await focus()).name === "Message to Ben Okafor");
});

/** More rooms than the sidebar has place for, `row-1` to `row-50`. */
async function setUpLongList(): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let number = 1; number <= 50; number += 1) {
    const { id } = await ana.createRoom({ kind: "private", name: `row-${number}`, members: [ben.id] });
    ids.push(id);
  }
  return ids;
}

it("shows in the sidebar which room one is in, however long the list is, and leaves it to who scrolls", async () => {
  const long = await setUpLongList();
  await signIn(ana);
  await jumpTo("row-49");
  const current = page.locator("nav [aria-current=page]");
  const inView = () =>
    current.evaluate((row) => {
      const { top, bottom } = row.getBoundingClientRect();
      const list = row.closest("nav")?.getBoundingClientRect();
      return list !== undefined && top >= list.top && bottom <= list.bottom;
    });
  const shows = (name: string) =>
    until(`the sidebar to show ${name}`, async () => (await current.textContent()) === name && (await inView()));
  await shows("row-49");
  await page.reload();
  await shows("row-49");
  await page.keyboard.press("Alt+ArrowDown");
  await shows("row-50");
  await jumpTo("row-1");
  await shows("row-1");

  // What means one and lies out of sight is said, and a key away.
  await until("the composer to have the focus", async () => (await focus()).name === "Message to #row-1");
  await ben.post(long[39] ?? "", `over there, @${ana.username}`);
  await page.getByRole("button", { name: "New for you below" }).waitFor();
  await tabTo("New for you below", "Shift+Tab");
  await page.keyboard.press("Enter");
  await until("the mention's room to have the focus", async () => /^row-40/.test((await focus()).name));
  await page.getByRole("button", { name: /^New for you/ }).waitFor({ state: "hidden" });
  await page.keyboard.press("Enter");
  await room.message("over there").waitFor();
  await shows("row-40");
  await jumpTo("row-1");
  await shows("row-1");

  // A list that somebody scrolls stays where they leave it, whatever comes.
  const list = page.getByRole("navigation", { name: "Rooms and people" });
  await list.evaluate((nav) => nav.scrollTo({ top: nav.scrollHeight }));
  expect(await inView()).toBe(false);
  await ben.post(long[0] ?? "", "over here");
  await room.message("over here").waitFor();
  await ben.post(long[49] ?? "", "and here");
  await page.getByRole("link", { name: "row-50 1 unread message" }).waitFor();
  expect(await inView()).toBe(false);
});

it("moves through the messages, lists the keys, and puts the focus back where it was", async () => {
  const keys = await ana.createRoom({ kind: "private", name: "moves" });
  for (let number = 1; number <= 60; number += 1) await ana.post(keys.id, `step ${number}.`);
  await signIn(ana);
  await jumpTo("moves");
  await room.message("step 60.").waitFor();
  await until("the composer to have the focus", async () => (await focus()).name === "Message to #moves");
  await tabTo(/step 60\./, "Shift+Tab");
  await page.keyboard.press("ArrowUp");
  await until("the message before", async () => /step 59\./.test((await focus()).name));
  for (let number = 58; number >= 30; number -= 1) {
    await page.keyboard.press("ArrowUp");
    await until(`step ${number}`, async () => new RegExp(`step ${number}\\.`).test((await focus()).name));
  }
  await page.keyboard.press("?");
  const help = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await focusWithin(help);
  await page.keyboard.press("Escape");
  await help.waitFor({ state: "hidden" });
  await until("the focus to be back on the message", async () => /step 30\./.test((await focus()).name));

  await callJump();
  await page.keyboard.press("Escape");
  await until("the focus to be back again", async () => /step 30\./.test((await focus()).name));
});

it("answers a wrong form by going to the field that is wrong", async () => {
  await page.goto("/login");
  await until("the first field to have the focus", async () => (await focus()).name === "Username or e-mail");
  await page.keyboard.press("Enter");
  await page.getByText("Enter your username or e-mail.").waitFor();
  await until("the name to have the focus", async () => (await focus()).name === "Username or e-mail");
  await page.keyboard.type("ana");
  await page.keyboard.press("Enter");
  await page.getByText("Enter your password.").waitFor();
  await until("the password to have the focus", async () => (await focus()).name === "Password");
});

it("puts the focus back on what opened something, by Escape each time", async () => {
  const { id } = await ana.createRoom({ kind: "private", name: "openers", members: [ben.id] });
  await signIn(ana);
  await page.goto(`/rooms/${id}`);
  await until("the composer to have the focus", async () => (await focus()).name === "Message to #openers");
  const openers = [
    "New message",
    "Create a room",
    "New direct message",
    "Browse rooms",
    "Invite people",
    "Emoji",
    "Files",
    "New message",
  ];
  for (const name of openers) {
    const opener = page.getByRole("button", { name, exact: true });
    await opener.focus();
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog");
    await dialog.waitFor();
    await until("the focus to be inside", () => dialog.evaluate((box) => box.contains(document.activeElement)));
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    await until(`the focus to be back on ${name}`, async () => (await focus()).name === name);
  }
  // An emoji that is chosen goes where one writes, and so does the focus.
  await page.getByRole("button", { name: "Emoji", exact: true }).focus();
  await page.keyboard.press("Enter");
  await focused(page.getByRole("dialog").getByRole("textbox"));
  await page.keyboard.type("tada");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await until("the composer to have the focus", async () => (await focus()).name === "Message to #openers");
  await until("the emoji to be there", async () => (await room.composer.inputValue()) === "🎉 ");
  await room.composer.fill("");
});

it("asks anew where to go, however soon it is called again, and goes to and fro", async () => {
  const [here, there] = await Promise.all(
    ["harbour-58-night", "quayside"].map((name) => ana.createRoom({ kind: "private", name })),
  );
  await signIn(ana);
  await jumpTo("quayside");
  await page.waitForURL(`**/rooms/${there?.id}`);
  await page.getByRole("textbox", { name: "Message to #quayside" }).waitFor();
  await jumpTo("night 58 harb");
  await page.waitForURL(`**/rooms/${here?.id}`);
  await page.getByRole("textbox", { name: "Message to #harbour-58-night" }).waitFor();
  await callJump();
  await page.keyboard.type("nobody knows");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+k");
  await until("an empty question", async () => {
    const field = page.getByRole("combobox", { name: "A room or a person" });
    return (await field.inputValue()) === "" && (await focus()).name === "A room or a person";
  });
  await page.keyboard.press("Enter");
  await page.waitForURL(`**/rooms/${there?.id}`);
});
