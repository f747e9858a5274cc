/** The browser's way back, which on a phone is how one leaves anything: what lies over a page before the page. */
import { devices, type Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import type { MyRoom } from "../src/api/types.ts";
import { Room } from "./pages/room.ts";
import { pixel } from "./support/browser.ts";
import { picture } from "./support/media.ts";
import { sharedPier } from "./support/pier.ts";
import { until } from "./support/until.ts";

const pier = sharedPier();
let room: MyRoom;
beforeAll(async () => {
  room = await pier.newRoom();
  await pier.ben.post(room.id, "the boat", [await pier.ben.upload(picture("bow.png", 800, 600))]);
  await pier.ana.post(room.id, "the mast");
});

/** How many layers have a place in the browser's history where it stands. */
const layers = (page: Page): Promise<number> => page.evaluate(() => history.state?.layers ?? 0);

/** Waits until the browser stands at a page, with so many layers over it. */
async function stands(page: Page, path: string, over = 0): Promise<void> {
  const where = async () => `${new URL(page.url()).pathname} ${await layers(page)}`;
  await until(`the browser to stand at ${path} ${over}`, async () => (await where()) === `${path} ${over}`);
}

describe.each([
  ["at a desk", devices["Desktop Chrome"]],
  ["on a phone", pixel],
])("%s", (_, options) => {
  const atDesk = options !== pixel;

  /** Before the room, which is the first page that this tab has. */
  async function enter(): Promise<{ page: Page; at: Room }> {
    const page = await pier.pageOf(pier.ana, { options: { ...options } });
    await page.goto(`/rooms/${room.id}`);
    const at = new Room(page);
    await at.message("the mast").waitFor();
    return { page, at };
  }

  it("closes what lies over the first page of a tab, and stays", async () => {
    const { page, at } = await enter();
    const here = `/rooms/${room.id}`;
    for (let time = 0; time < 2; time += 1) {
      await page.getByRole("button", { name: "Room details" }).click();
      await page.getByRole("dialog").waitFor();
      await stands(page, here, 1);
      await page.goBack();
      await page.getByRole("dialog").waitFor({ state: "detached" });
      await stands(page, here);
    }
    await at.message("the mast").waitFor();
    // Forward brings nothing back that was closed.
    await page.goForward();
    await stands(page, here);
    expect(await page.getByRole("dialog").count()).toBe(0);
  });

  it("goes from a picture to the files, from the files to the room, and only then from the room", async () => {
    const { page, at } = await enter();
    const here = `/rooms/${room.id}`;
    await page.goto("/preferences/account");
    await page.goto(here);
    const opener = at.message("the boat").getByRole("button", { name: "Open image bow.png" });
    const lightbox = page.getByRole("dialog", { name: "bow.png, 1 of 1" });
    await opener.click();
    await lightbox.waitFor();
    await stands(page, here, 1);
    await page.goBack();
    await lightbox.waitFor({ state: "detached" });
    if (!atDesk) await page.getByRole("button", { name: "Room details" }).tap();
    await page.getByRole("button", { name: "Files", exact: true }).click();
    const files = page.getByRole("dialog", { name: `Files in #${room.name}` });
    await files.getByRole("button", { name: "Open image bow.png" }).click();
    await lightbox.waitFor();
    await stands(page, here, 2);
    await page.goBack();
    await lightbox.waitFor({ state: "detached" });
    await files.waitFor();
    await stands(page, here, 1);
    await page.goBack();
    await files.waitFor({ state: "detached" });
    await stands(page, here);
    // Closed by its button, it leaves the way back as it was.
    await opener.click();
    await lightbox.waitFor();
    await stands(page, here, 1);
    await page.getByRole("button", { name: "Close" }).click();
    await lightbox.waitFor({ state: "detached" });
    await stands(page, here);
    await page.goBack();
    await stands(page, "/preferences/account");
  });

  it("takes back the question whether a message is to be deleted", async () => {
    const { page, at } = await enter();
    if (atDesk) await at.choose("the mast", "Delete");
    else await (await at.longPress("the mast")).getByRole("button", { name: "Delete" }).tap();
    const question = page.getByRole("dialog", { name: "Delete this message?" });
    await question.waitFor();
    await stands(page, `/rooms/${room.id}`, 1);
    await page.goBack();
    await question.waitFor({ state: "detached" });
    await stands(page, `/rooms/${room.id}`);
    await at.message("the mast").waitFor();
  });

  it("leads from a room that was chosen in a dialog to the one before it", async () => {
    const other = await pier.newRoom();
    const { page } = await enter();
    if (atDesk) await page.keyboard.press("Control+k");
    else {
      await page.getByRole("link", { name: "Back to your rooms" }).tap();
      await page.getByRole("button", { name: /^Jump to/ }).tap();
    }
    const from = atDesk ? `/rooms/${room.id}` : "/";
    await stands(page, from, 1);
    await page.getByRole("combobox", { name: "A room or a person" }).fill(other.name ?? "");
    await page.keyboard.press("Enter");
    await stands(page, `/rooms/${other.id}`);
    await page.goBack();
    await stands(page, from);
    expect(await page.getByRole("dialog").count()).toBe(0);
  });

  it("leaves no step for what a reload has closed", async () => {
    const { page, at } = await enter();
    await page.getByRole("button", { name: "Room details" }).click();
    await stands(page, `/rooms/${room.id}`, 1);
    await page.reload();
    await at.message("the mast").waitFor();
    await stands(page, `/rooms/${room.id}`);
    expect(await page.getByRole("dialog").count()).toBe(0);
  });
});

it("closes what can be done with a message, and a menu, under a finger", async () => {
  const page = await pier.pageOf(pier.ana, { options: pixel });
  await page.goto(`/rooms/${room.id}`);
  const at = new Room(page);
  await at.message("the mast").waitFor();
  const sheet = await at.longPress("the mast");
  await stands(page, `/rooms/${room.id}`, 1);
  await page.goBack();
  await sheet.waitFor({ state: "detached" });
  await stands(page, `/rooms/${room.id}`);
  await page.getByRole("link", { name: "Back to your rooms" }).tap();
  await page.getByRole("button", { name: /Ana Petrova/ }).tap();
  await page.getByRole("menu").waitFor();
  await stands(page, "/", 1);
  await page.goBack();
  await page.getByRole("menu").waitFor({ state: "detached" });
  await stands(page, "/");
});
