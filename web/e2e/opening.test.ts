/** Where a room opens that has more to read than one page, and what of it counts as read. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { MyRoom } from "../src/api/types.ts";
import { Room } from "./pages/room.ts";
import { newPage, openBrowser } from "./support/browser.ts";
import { type Person, register, setUp } from "./support/people.ts";
import { type Server, startServer } from "./support/server.ts";
import { until } from "./support/until.ts";

let browser: Browser;
let server: Server;
let owner: Person;
let other: Person;
beforeAll(async () => {
  browser = await openBrowser();
  server = await startServer();
  owner = await setUp(server, "Olive Owner");
  other = await register(server, "Ben Okafor");
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

it("opens at the New line however far back it is, and takes for read only what was on screen", async () => {
  const messages = 150;
  const room = await owner.createRoom({ kind: "private", name: "log", members: [other.id] });
  for (let at = 0; at < messages; at += 1)
    await other.post(room.id, `entry ${at}${at % 9 === 0 ? "\nmore\nmore" : ""}`);
  const page = await newPage(browser, server.url, owner, { serviceWorkers: "block" });
  await page.goto(`/rooms/${room.id}`);
  const log = page.getByRole("log");
  const line = log.getByText("New", { exact: true });
  await line.waitFor();
  await log.getByText("entry 0", { exact: false }).first().waitFor();

  const place = async () => {
    const [above, box] = await Promise.all([log.boundingBox(), line.boundingBox()]);
    return above && box ? (box.y - above.y) / above.height : 0;
  };
  await until("the line to stand a third from the top", async () => Math.abs((await place()) - 1 / 3) < 0.05);

  const unread = async () => (await owner.api<MyRoom>("GET", `/rooms/${room.id}`)).unread;
  await until("what was seen to be read", async () => (await unread()) < messages);
  expect(await unread()).toBeGreaterThan(messages / 2);
  const agree = (moment: string) =>
    until(`page and server to count the same ${moment}`, async () => {
      const left = await unread();
      expect(left).toBeGreaterThan(0);
      expect(await jump.textContent({ timeout: 1_000 })).toBe(`${left} new messages`);
      return true;
    });
  const jump = new Room(page).jump;
  await agree("where the room opened");
  for (let at = 0; at < 20; at += 1) await other.post(room.id, `more ${at}`);
  await agree("once more came");
  await log.hover();
  await page.mouse.wheel(0, 900);
  await agree("a little further down");
  await page.reload();
  await line.waitFor();
  await agree("after a reload");
  await page.close();
});

it("shows what follows where a link's message isn't there, and says so", async () => {
  const room = await owner.createRoom({ kind: "private", name: "gaps", members: [other.id] });
  let gap = 0;
  for (let at = 1; at <= 80; at += 1) {
    const { ts } = await owner.post(room.id, `entry ${at}.`);
    if (at === 40) gap = ts + 1;
  }
  const page = await newPage(browser, server.url, owner);
  await page.goto(`/rooms/${room.id}/m/${gap}`);
  const here = new Room(page);
  await page.getByText("That message couldn't be found").first().waitFor();
  await here.message("entry 41.").waitFor();
  await here.jump.press("Enter");
  await until("the newest message to have the focus", async () =>
    here.message("entry 80.").evaluate((row) => row === document.activeElement, null, { timeout: 1_000 }),
  );
  expect(await here.read(/entry \d+\./)).toEqual(Array.from({ length: 80 }, (_, at) => `entry ${at + 1}.`));
  await page.close();
});
