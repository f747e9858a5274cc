/** A phone: one pane at a time, fingers instead of a pointer. */
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import type { MyRoom } from "../src/api/types.ts";
import { Room } from "./pages/room.ts";
import { Sidebar } from "./pages/sidebar.ts";
import { listenForTrouble, newContext, openBrowser, pixel } from "./support/browser.ts";
import { focused } from "./support/focus.ts";
import { type Person, register, setUp } from "./support/people.ts";
import { type Server, startServer } from "./support/server.ts";
import { until } from "./support/until.ts";

let server: Server;
let browser: Browser;
let ana: Person;
let ben: Person;
let harbour: MyRoom;
beforeAll(async () => {
  server = await startServer();
  browser = await openBrowser();
  ana = await setUp(server, "Ana Petrova");
  ben = await register(server, "Ben Okafor");
  harbour = await ana.createRoom({ kind: "private", name: "harbour", topic: "Boats and ropes", members: [ben.id] });
  await ben.post(harbour.id, "the tide is in");
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
beforeEach(async () => {
  context = await newContext(browser, server.url, ana, pixel);
  page = await context.newPage();
  room = new Room(page);
  sidebar = new Sidebar(page);
  troubles = listenForTrouble(page);
});
afterEach(async () => {
  await context.close();
  expect(troubles).toEqual([]);
});

it("shows one pane at a time and goes back", async () => {
  await page.goto("/");
  await sidebar.room("harbour").waitFor();
  expect(await room.log.count()).toBe(0);
  await sidebar.room("harbour").tap();
  await room.message("the tide is in").waitFor();
  await sidebar.rooms.waitFor({ state: "hidden" });
  await page.getByRole("link", { name: "Back to your rooms" }).tap();
  await sidebar.room("harbour").waitFor();
  await room.log.waitFor({ state: "detached" });

  // The system's own way back does the same, also for who came by a link.
  await page.goto(`/rooms/${harbour.id}`);
  await room.message("the tide is in").waitFor();
  await page.getByRole("link", { name: "Back to your rooms" }).tap();
  await sidebar.room("harbour").waitFor();
  await page.goBack();
  await room.message("the tide is in").waitFor();
});

it("writes by the button, and does things with a message by a long press", async () => {
  await page.goto(`/rooms/${harbour.id}`);
  await room.composer.tap();
  await room.composer.pressSequentially("ropes are dry");
  await page.getByRole("button", { name: "Send" }).tap();
  await room.arrived("ropes are dry");
  expect(await room.composer.inputValue()).toBe("");

  await room.longPress("ropes are dry");
  const sheet = page.getByRole("dialog", { name: "What to do with this message" });
  await sheet.getByRole("button", { name: "Edit" }).tap();
  await page.getByRole("textbox", { name: "Edit message" }).fill("ropes are wet");
  await page.getByRole("button", { name: "Save" }).tap();
  await room.message("ropes are wet").getByText("(edited)").waitFor();
});

it("shows no pointer's tools over a message that was tapped", async () => {
  await page.goto(`/rooms/${harbour.id}`);
  await room.message("the tide is in").tap();
  await room.composer.tap();
  await focused(room.composer);
  await room.message("the tide is in").tap();
  // What a tap does to a pointer it has done before it takes the focus.
  await until("the tap to be heard", () => room.composer.evaluate((area) => area !== document.activeElement));
  expect(await page.getByRole("toolbar").count()).toBe(0);
});

it("never scrolls sideways, and everything that a finger may meet is large enough for it", async () => {
  for (const path of ["/", `/rooms/${harbour.id}`, "/unreads", "/preferences/account"]) {
    await page.goto(path);
    await page.locator("main, nav").filter({ visible: true }).first().waitFor();
    if (path.startsWith("/rooms")) await room.message("the tide is in").waitFor();
    await page.waitForFunction(() => document.querySelector("[aria-busy=true]") === null);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), path).toBeLessThanOrEqual(0);
    expect(await page.evaluate(smallTargets), path).toEqual([]);
  }
});

it("has room for a finger on the way in, too", async () => {
  await context.clearCookies();
  for (const path of ["/login", "/register", "/forgot"]) {
    await page.goto(path);
    await page.getByRole("button", { name: /./ }).first().waitFor();
    expect(await page.evaluate(smallTargets), path).toEqual([]);
  }
});

it("names many people in one line, and stays at the newest message however the screen is turned", async () => {
  const crew = await Promise.all(
    ["Ruth Adeyemi", "Tomas Silva", "Jonas Lind", "Lea Brandt"].map((name) => register(server, name)),
  );
  const direct = await ana.api<MyRoom>("POST", "/directs", { users: crew.map(({ id }) => id) });
  for (let at = 0; at < 40; at += 1) {
    const words = "a long tale of ropes, tides and weather that wraps on a narrow screen ".repeat(1 + (at % 4));
    await crew[0]?.post(direct.id, `${at} ${words}`);
  }
  const { ts } = await ana.post(direct.id, "all of it is read");
  await ana.api("PUT", `/rooms/${direct.id}/read`, { ts });
  await page.goto(`/rooms/${direct.id}`);
  await room.message("all of it is read").waitFor();
  const placeholder = async () => (await room.composer.getAttribute("placeholder")) ?? "";
  await until("the placeholder", async () => /^Message \S+, \S+ and 2 others$/.test(await placeholder()));
  const over = () => room.composer.evaluate((area) => area.scrollHeight - area.clientHeight);
  await until("it to have its place", async () => (await over()) <= 0);

  for (const [width, height] of [
    [844, 390],
    [390, 844],
  ] as const) {
    await page.setViewportSize({ width, height });
    await until(`the newest message to be in sight at ${width}×${height}`, () =>
      room.log.evaluate(
        (log, wide) => innerWidth === wide && log.scrollHeight - log.scrollTop - log.clientHeight <= 1,
        width,
      ),
    );
  }

  // On its side, with a keyboard over most of it.
  await page.setViewportSize({ width: 640, height: 160 });
  await until("some lines to be read", () => room.log.evaluate((log) => innerHeight === 160 && log.clientHeight >= 48));
  await until("a line to be written", async () => ((await room.composer.boundingBox())?.height ?? 0) >= 40);
});

/** What can be tapped and is smaller than a finger; links inside of a sentence are exempt. Runs in the page. */
function smallTargets(): string[] {
  const found: string[] = [];
  for (const element of document.querySelectorAll<HTMLElement>('button, a[href], input, select, [role="button"]')) {
    if (!element.checkVisibility({ visibilityProperty: true }) || element.closest("p")) continue;
    const target = element.closest("label") ?? element;
    const { width, height } = target.getBoundingClientRect();
    if (width < 2 || height < 2 || getComputedStyle(element).clipPath !== "none") continue;
    if (height < 44 || width < 44) {
      const name = element.getAttribute("aria-label") ?? element.textContent ?? "";
      found.push(`${name.trim().slice(0, 40)}: ${Math.round(width)}×${Math.round(height)}`);
    }
  }
  return found;
}

it("says on the way home what is new for one further down", async () => {
  const long: string[] = [];
  for (let number = 1; number <= 25; number += 1) {
    long.push((await ana.createRoom({ kind: "private", name: `quay-${number}`, members: [ben.id] })).id);
  }
  await page.goto(`/rooms/${harbour.id}`);
  await room.message("the tide is in").waitFor();
  await ben.post(long[24] ?? "", `moored, @${ana.username}`);
  await page.getByRole("link", { name: "Back to your rooms" }).tap();
  await page.getByRole("button", { name: "New for you below" }).tap();
  await sidebar.room("quay-25").tap();
  await room.message("moored").waitFor();
});
