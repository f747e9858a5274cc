/** What a page does that is older than the server it talks to. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Room } from "./pages/room.ts";
import { Sidebar } from "./pages/sidebar.ts";
import { newPage, openBrowser } from "./support/browser.ts";
import { type Person, setUp } from "./support/people.ts";
import { type Server, startServer } from "./support/server.ts";
import { until } from "./support/until.ts";

let browser: Browser;
let server: Server;
let owner: Person;
beforeAll(async () => {
  browser = await openBrowser();
  server = await startServer();
  owner = await setUp(server, "Olive Owner");
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

/** A piece that a room's page fetches once the room is there. */
const piece = /\/assets\/DropOverlay-[^/]*\.js$/;
/** The file that a page begins with. */
const beginning = /\/assets\/index-[^/]*\.js$/;
const told = (page: Page) => page.getByText("There is a new version of Parley");

it("says that there is a new version where a piece is gone for good, and loses nothing by going to it", async () => {
  const room = await owner.createRoom({ kind: "private", name: "harbour" });
  const page = await newPage(browser, server.url, owner, { serviceWorkers: "block" });
  await page.route(piece, (route) => route.fulfill({ status: 404, body: "" }));
  // The page has it already when the server has it no more.
  await page.route(beginning, (route) =>
    route.request().method() === "HEAD" ? route.fulfill({ status: 404 }) : route.continue(),
  );
  const asked: string[] = [];
  page.on("request", (request) => {
    if (request.method() === "HEAD") asked.push(request.url());
  });
  await page.goto(`/rooms/${room.id}`);
  const { composer } = new Room(page);
  await composer.fill("half a thought");
  await told(page).waitFor();
  await until("it to be asked for again", async () => asked.length > 1);
  expect(await told(page).count()).toBe(1);
  expect(await composer.inputValue()).toBe("half a thought");

  await page.unroute(piece);
  await page.unroute(beginning);
  // It may be asked for once more before the page is another one.
  const another = page.waitForEvent("load");
  await page.getByRole("button", { name: "Reload", exact: true }).click();
  await another;
  const there = () => performance.getEntriesByType("resource").map(({ name }) => name);
  await until("the piece to be there", async () => (await page.evaluate(there)).some((name) => piece.test(name)));
  await new Sidebar(page).live();
  await until("the words to be back", async () => (await composer.inputValue()) === "half a thought");
  expect(await told(page).count()).toBe(0);
  await page.context().close();
});

it("says nothing of a new version where only the line is down; back again, the piece comes, or a way to it", async () => {
  const room = await owner.createRoom({ kind: "private", name: "quay" });
  const page = await newPage(browser, server.url, owner, { serviceWorkers: "block" });
  let asked = 0;
  await page.route(piece, (route) => route.abort("internetdisconnected"));
  await page.route(beginning, (route) => {
    if (route.request().method() !== "HEAD") return route.continue();
    asked += 1;
    // A line that is down says so, or swallows what is sent.
    return asked === 1 ? undefined : route.abort("internetdisconnected");
  });
  await page.goto(`/rooms/${room.id}`);
  await until("the line to be tried twice", async () => asked > 1);
  expect(await told(page).count()).toBe(0);
  const come = page.waitForResponse((response) => piece.test(response.url()) && response.ok());
  await page.unroute(piece);
  await page.unroute(beginning);
  // A browser that remembers the failure doesn't ask again before the page is another one.
  const stuck = page.getByRole("button", { name: "Reload", exact: true });
  await Promise.race([come, stuck.click()]);
  await come;
  expect(await told(page).count()).toBe(0);
  await page.context().close();
});
