/** What was written is never lost: not by a server that is down, not by a browser that is killed, not by a second tab. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Entrance } from "./pages/entrance.ts";
import { Room } from "./pages/room.ts";
import { Sidebar } from "./pages/sidebar.ts";
import { appIsKept, newContext, openBrowser, openProfile, type Profile } from "./support/browser.ts";
import { PASSWORD, type Person, register, setUp } from "./support/people.ts";
import { type Server, startServer } from "./support/server.ts";
import { stored } from "./support/storage.ts";
import { until } from "./support/until.ts";

let server: Server;
let browser: Browser;
let owner: Person;
beforeAll(async () => {
  server = await startServer();
  browser = await openBrowser();
  owner = await setUp(server, "Olive Owner");
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

/** The texts that the room holds, the oldest first. */
async function texts(room: string): Promise<string[]> {
  const { items } = await owner.api<{ items: { kind: string; body: string }[] }>("GET", `/rooms/${room}/messages`);
  return items.filter(({ kind }) => kind === "message").map(({ body }) => body);
}

it("keeps three messages through a server that is down and a browser that is killed, and sends them once, in order", async () => {
  const room = await owner.createRoom({ kind: "private", name: "dock" });
  await owner.post(room.id, "before the storm");
  const words = ["storm word 1.", "storm word 2.", "storm word 3."];
  const folder = await mkdtemp(join(tmpdir(), "parley-profile-"));
  let profile: Profile | null = null;
  try {
    // What a browser knows of cookies is on its disk once it has been closed in peace.
    profile = await openProfile(folder, server.url);
    await profile.page.goto(`/rooms/${room.id}`);
    await new Entrance(profile.page).signIn(owner.username, PASSWORD);
    await new Room(profile.page).message("before the storm").waitFor();
    await appIsKept(profile.page);
    await new Sidebar(profile.page).live();
    await profile.context.close();

    profile = await openProfile(folder, server.url);
    await profile.page.goto(`/rooms/${room.id}`);
    let dock = new Room(profile.page);
    await dock.message("before the storm").waitFor();
    await new Sidebar(profile.page).live();
    await until("the room to be in the cache", async () =>
      JSON.stringify(await stored(profile?.page, "parley-cache-", "messages")).includes("before the storm"),
    );

    await server.kill();
    for (const text of words) await dock.say(text);
    await until("them to be shown as waiting", async () => (await dock.waiting.count()) > 0);
    await until(
      "the three to be on the disk",
      async () => (await stored(profile?.page, "parley-outbox-", "outbox")).length === 3,
    );
    await profile.kill();

    profile = await openProfile(folder, server.url);
    await profile.page.goto(`/rooms/${room.id}`);
    dock = new Room(profile.page);
    await dock.message("before the storm").waitFor();
    for (const text of words) await dock.message(text).waitFor();
    expect(await dock.read(/storm word \d\./)).toEqual(words);
    expect(await dock.waiting.count()).toBeGreaterThan(0);

    await server.start();
    await dock.nothingWaits(60_000);
    expect(await texts(room.id)).toEqual(["before the storm", ...words]);
    await profile.page.reload();
    await dock.message(words.at(-1) ?? "").waitFor();
    expect((await texts(room.id)).length).toBe(4);
    const { page } = profile;
    await until("nothing to wait", async () => (await stored(page, "parley-outbox-", "outbox")).length === 0);
  } finally {
    await profile?.context.close().catch(() => {});
    await rm(folder, { recursive: true, force: true });
  }
});

it("sends what two tabs of one browser wrote once, and shows the same in both", async () => {
  const room = await owner.createRoom({ kind: "private", name: "twins" });
  const context = await newContext(browser, server.url, owner);
  const tabs = [await context.newPage(), await context.newPage()];
  const rooms = tabs.map((tab) => new Room(tab));
  for (const tab of tabs) {
    await tab.goto(`/rooms/${room.id}`);
    await new Room(tab).composer.waitFor();
  }
  const [first, second] = rooms as [Room, Room];

  await server.kill();
  for (const number of [1, 2, 3, 4, 5, 6]) await (number % 2 === 1 ? first : second).say(`tab word ${number}.`);
  // What one tab wrote waits in the other's sight too.
  for (const tab of rooms) {
    for (const number of [1, 2, 3, 4, 5, 6]) await tab.message(`tab word ${number}.`).waitFor();
  }
  await server.start();
  for (const tab of rooms) await tab.nothingWaits(60_000);

  const sent = await texts(room.id);
  expect([...sent].sort()).toEqual([1, 2, 3, 4, 5, 6].map((number) => `tab word ${number}.`));
  for (const tab of rooms) await tab.says(/tab word \d\./, sent);

  // The tab that sends goes; the other takes over.
  await server.kill();
  await second.say("tab word 7.");
  await second.message("tab word 7.").waitFor();
  await tabs[0]?.close();
  await server.start();
  await second.nothingWaits(60_000);
  await until("the seventh to be there", async () => (await texts(room.id)).at(-1) === "tab word 7.");
  await context.close();
});

it("keeps a room whole and what is written for two tabs of a page without TLS, which can't agree on who leads", async () => {
  const plain = await openBrowser("--host-resolver-rules=MAP parley.test 127.0.0.1");
  try {
    const url = `http://parley.test:${server.port}`;
    const room = await owner.createRoom({ kind: "private", name: "plain" });
    const first = await owner.post(room.id, "entry 1.");
    for (let number = 2; number <= 140; number += 1) await owner.post(room.id, `entry ${number}.`);
    const context = await newContext(plain, url, owner);
    const page = await context.newPage();
    await page.goto(`/rooms/${room.id}`);
    const here = new Room(page);
    await here.message("entry 140.").waitFor();
    expect(await page.evaluate(() => isSecureContext)).toBe(false);

    // Where the other tab stands, its window of the room isn't the newest, and not worth keeping.
    const other = await context.newPage();
    await other.goto(`/rooms/${room.id}/m/${first.ts}`);
    await new Room(other).message("entry 1.").waitFor();
    await until(
      "the other tab to keep no more of the room than it has",
      async () => !JSON.stringify(await stored(other, "parley-cache-", "messages")).includes("entry 140."),
    );
    await page.bringToFront();
    await here.toBeginning();
    await owner.post(room.id, "entry 141.");
    await here.jump.click();
    await here.message("entry 141.").waitFor();
    await here.composer.fill("half a thought");
    await until(
      "the draft to be on the disk",
      async () => (await stored(page, "parley-outbox-", "drafts")).length === 1,
    );

    await page.reload();
    await here.message("entry 141.").waitFor();
    await until("the draft to be back", async () => (await here.composer.inputValue()) === "half a thought");
    expect(await here.read(/entry \d+\./)).toEqual(Array.from({ length: 141 }, (_, at) => `entry ${at + 1}.`));
    await here.say("entry 142.");
    await new Sidebar(page).live();
    await here.arrived("entry 142.");
    expect((await texts(room.id)).filter((text) => text === "entry 142.")).toHaveLength(1);
  } finally {
    await plain.close();
  }
});

it("keeps a draft through a reload and marks it beside the room", async () => {
  const one = await owner.createRoom({ kind: "private", name: "drafts" });
  await owner.createRoom({ kind: "private", name: "elsewhere" });
  const context = await newContext(browser, server.url, owner);
  const page = await context.newPage();
  await page.goto(`/rooms/${one.id}`);
  const room = new Room(page);
  await room.composer.fill("half a thought");
  await new Sidebar(page).openRoom("elsewhere");
  await new Sidebar(page).rooms.getByRole("link", { name: "drafts Draft" }).waitFor();
  await until("the draft to be on the disk", async () => (await stored(page, "parley-outbox-", "drafts")).length === 1);
  await page.reload();
  await new Sidebar(page).openRoom("drafts");
  await until("the draft to be back", async () => (await room.composer.inputValue()) === "half a thought");
  await context.close();
});

it("goes on in one tab with what was typed in another, and empties both once it is sent", async () => {
  const room = await owner.createRoom({ kind: "private", name: "two pens" });
  const context = await newContext(browser, server.url, owner);
  const [one, other] = [await context.newPage(), await context.newPage()];
  for (const tab of [one, other]) {
    await tab.goto(`/rooms/${room.id}`);
    await new Room(tab).composer.waitFor();
  }
  const [pen, otherPen] = [new Room(one).composer, new Room(other).composer];
  await otherPen.fill("half ");
  await until("the words to be in the first tab", async () => (await pen.inputValue()) === "half ");
  await pen.press("End");
  await pen.pressSequentially("a thought");
  await until("the rest to be in the second tab", async () => (await otherPen.inputValue()) === "half a thought");
  await pen.press("Enter");
  await new Room(other).message("half a thought").waitFor();
  await until("the second box to be empty", async () => (await otherPen.inputValue()) === "");
  await until("no draft to be kept", async () => (await stored(one, "parley-outbox-", "drafts")).length === 0);
  await context.close();
});

it("keeps a draft for who is removed from its room and added again, though the page was closed by then", async () => {
  const dora = await register(server, "Dora Drafts");
  const one = await owner.createRoom({ kind: "private", name: "plans", members: [dora.id] });
  const context = await newContext(browser, server.url, dora);
  const page = await context.newPage();
  const room = new Room(page);
  const drafts = () => stored(page, "parley-outbox-", "drafts");
  await page.goto(`/rooms/${one.id}`);
  await room.composer.fill("half a plan");
  await until("it to be on the disk", async () => (await drafts()).length === 1);
  await page.goto("about:blank");
  await owner.api("DELETE", `/rooms/${one.id}/members/${dora.id}`);
  await page.goto("/unreads");
  await new Sidebar(page).live();
  await new Sidebar(page).room("plans").waitFor({ state: "detached" });
  await owner.api("PUT", `/rooms/${one.id}/members/${dora.id}`, {});
  await new Sidebar(page).room("plans").click();
  await until("the draft to be there", async () => (await room.composer.inputValue()) === "half a plan");

  await page.getByRole("button", { name: "Room details" }).click();
  await page.getByRole("button", { name: "Leave room" }).click();
  await page.getByRole("dialog").last().getByRole("button", { name: "Leave room" }).click();
  await until("it to go with who leaves", async () => (await drafts()).length === 0);
  await context.close();
});

it("keeps a draft for whoever is signed out by others and signs in again in the same tab", async () => {
  const erin = await register(server, "Erin Evicted");
  const room = await owner.createRoom({ kind: "private", name: "evicted", members: [erin.id] });
  const context = await newContext(browser, server.url);
  const page = await context.newPage();
  await page.goto(`/rooms/${room.id}`);
  const drafts = () => stored(page, "parley-outbox-", "drafts");
  for (const text of ["half a thought", "half another", "a third half"]) {
    await new Entrance(page).signIn(erin.username, PASSWORD);
    await new Sidebar(page).live();
    const { composer } = new Room(page);
    await composer.fill(text);
    await until("the draft to be on the disk", async () => JSON.stringify(await drafts()).includes(text));
    await owner.api("DELETE", `/admin/users/${erin.id}/sessions`);
    await new Entrance(page).button("Sign in").waitFor();
    await new Entrance(page).signIn(erin.username, PASSWORD);
    await new Sidebar(page).live();
    await composer.waitFor();
    await until("the draft to be back", async () => (await composer.inputValue()) === text);
    await owner.api("DELETE", `/admin/users/${erin.id}/sessions`);
    await new Entrance(page).button("Sign in").waitFor();
  }
  await context.close();
});
