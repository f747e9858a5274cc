/** Narrow screens and long words: nothing pushes a page sideways, on a phone or with the text at twice its size. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { NamedRoom } from "../src/api/types.ts";
import { Room } from "./pages/room.ts";
import { listenForTrouble, newContext, openBrowser } from "./support/browser.ts";
import { type Person, register, setUp } from "./support/people.ts";
import { type Server, startServer } from "./support/server.ts";

const widest = "W".repeat(80);

let server: Server;
let browser: Browser;
let ana: Person;
let ben: Person;
let harbour: NamedRoom;
beforeAll(async () => {
  server = await startServer();
  browser = await openBrowser();
  ana = await setUp(server, "Ana Petrova");
  ben = await register(server, "Ben Okafor");
  for (const person of [ana, ben]) await person.api("PATCH", "/me", { display_name: widest });
  harbour = await ana.createRoom({
    kind: "public",
    name: "w".repeat(80),
    topic: "All that anybody has to know of boats, ropes, tides and the weather out there. ".repeat(3),
    members: [ben.id],
  });
  await ben.post(harbour.id, "the tide is in");
  await ana.api("POST", "/directs", { users: [ben.id] });
  await ana.api("POST", "/me/tokens", { name: widest, scopes: ["read"], expires_at: null });
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

it.each([320, 390, 720, 1024])("no page is wider than a screen of %i", async (width) => {
  const page = await (await newContext(browser, server.url, ana, { viewport: { width, height: 800 } })).newPage();
  const troubles = listenForTrouble(page);
  const paths = [
    "/",
    `/rooms/${harbour.id}`,
    "/unreads",
    ...["account", "appearance", "devices", "tokens"].map((section) => `/preferences/${section}`),
    ...["people", `people/${ben.id}`, "rooms", "joining", "settings", "mail", "audit", "health"].map(
      (section) => `/admin/${section}`,
    ),
  ];
  const found: Record<string, string[]> = {};
  const look = async (what: string) => {
    const sideways = await page.evaluate(wide);
    if (sideways.length > 0) found[what] = sideways;
  };
  for (const path of paths) {
    await page.goto(path);
    await page.locator("h1").first().waitFor({ state: "attached" });
    await settled(page);
    await look(path);
  }
  expect(await page.locator("h1").evaluate((title) => title.scrollWidth - title.clientWidth), "Health").toBe(0);

  await page.goto(`/rooms/${harbour.id}`);
  await new Room(page).message("the tide is in").waitFor();
  await page.getByRole("button", { name: "Room details" }).click();
  await page.getByRole("dialog").getByText(widest).first().waitFor();
  await look("the members");
  expect(found).toEqual({});
  expect(troubles).toEqual([]);
  await page.context().close();
});

/** What the page asked for is there. */
async function settled(page: Page): Promise<void> {
  await page.waitForFunction(() => !document.querySelector('[aria-busy="true"]'));
}

/** What is wider than its place or stands outside of the screen; a keyboard may move what can have the focus. Runs in the page. */
function wide(): string[] {
  const found: string[] = [];
  const name = (element: Element) =>
    `${element.tagName} ${element.className.toString().slice(0, 60)} “${(element.textContent ?? "").slice(0, 30)}”`;
  const beyond = document.documentElement.scrollWidth - innerWidth;
  if (beyond > 0) found.push(`the page by ${beyond}`);
  const moves = (element: Element) => /auto|scroll/.test(getComputedStyle(element).overflowX);
  // A strip of links moves with the focus of each.
  const reached = (element: Element) => element.matches('[tabindex="0"], nav');
  for (const element of document.querySelectorAll("body *")) {
    if (!element.checkVisibility({ visibilityProperty: true })) continue;
    if (moves(element) && element.scrollWidth > element.clientWidth + 1 && !reached(element)) found.push(name(element));
    if (!element.matches("a, button, input, select, h1, h2, h3")) continue;
    const { right, width } = element.getBoundingClientRect();
    let scroller: Element | null = element.parentElement;
    while (scroller && !(moves(scroller) && reached(scroller))) scroller = scroller.parentElement;
    if (!scroller && width > 2 && right > innerWidth + 1) found.push(`outside: ${name(element)}`);
  }
  return found;
}
