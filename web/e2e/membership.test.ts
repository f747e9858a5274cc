/** Somebody is removed from a private room that they have open, and added again. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Room } from "./pages/room.ts";
import { Sidebar } from "./pages/sidebar.ts";
import { listenForTrouble, newContext, openBrowser } from "./support/browser.ts";
import { register, setUp } from "./support/people.ts";
import { type Server, startServer } from "./support/server.ts";
import { until } from "./support/until.ts";

let server: Server;
let browser: Browser;
beforeAll(async () => {
  server = await startServer();
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

it("is told to them, costs them no words, and leads back by itself", async () => {
  const ana = await setUp(server, "Ana Petrova");
  const ben = await register(server, "Ben Okafor");
  const harbour = await ana.createRoom({ kind: "private", name: "harbour", members: [ben.id] });
  await ana.post(harbour.id, "the tide is in");
  const context = await newContext(browser, server.url, ben);
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const page = await context.newPage();
  const troubles = listenForTrouble(page);
  const room = new Room(page);
  const sidebar = new Sidebar(page);
  await page.goto(`/rooms/${harbour.id}`);
  await room.message("the tide is in").waitFor();
  await room.composer.pressSequentially("half a thought");

  const member = `/rooms/${harbour.id}/members/${ben.id}`;
  await ana.api("DELETE", member);
  await page.getByRole("heading", { name: "You are no longer a member of #harbour" }).waitFor();
  const unsent = page.getByRole("textbox", { name: "Your unsent message" });
  await until("the words to be there", async () => (await unsent.inputValue()) === "half a thought");
  await page.getByRole("button", { name: "Copy" }).click();
  const copied = () => page.evaluate(() => navigator.clipboard.readText());
  await until("them to be copied", async () => (await copied()) === "half a thought");
  await sidebar.room("harbour").waitFor({ state: "detached" });

  await ana.api("PUT", member, {});
  await room.message("the tide is in").waitFor();
  await until("the words to be back", async () => (await room.composer.inputValue()) === "half a thought");
  await room.say("I am back");
  await room.arrived("I am back");
  // The room's answer of 404 is what was asked for.
  expect(troubles.filter((trouble) => !trouble.includes("404"))).toEqual([]);
  await context.close();
});
