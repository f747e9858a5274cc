/** Files that were sent, looked at: pictures, films, sounds and texts in the list, one's own picture, all of it on a phone. */
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import type { Me } from "../src/api/types.ts";
import { Room } from "./pages/room.ts";
import { pixel } from "./support/browser.ts";
import { focused, focusWithin } from "./support/focus.ts";
import { film, picture, tone, words } from "./support/media.ts";
import { sharedPier } from "./support/pier.ts";
import { settled } from "./support/scroll.ts";
import { until } from "./support/until.ts";

const pier = sharedPier();

describe("in the list", () => {
  it("moves nothing when pictures come", async () => {
    const room = await pier.newRoom();
    for (let at = 0; at < 12; at += 1) {
      const shots = [picture(`shot ${at}.png`, 500 + at * 20, 300 + at * 30, at + 1)];
      if (at % 3 === 0) shots.push(picture(`more ${at}.png`, 300, 300, at + 2));
      const files = await Promise.all(shots.map((shot) => pier.ana.upload(shot)));
      await pier.ana.post(room.id, `entry ${at}`, files);
    }
    const page = await pier.pageOf(pier.ben);
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route(/\/api\/v1\/files\//, async (route) => {
      await held;
      await route.continue().catch(() => {});
    });
    const at = await pier.enter(page, room.id);
    await at.message("entry 0").waitFor();
    const places = () =>
      at.log.evaluate((log) =>
        [...log.querySelectorAll("article")].map((row) => [
          row.dataset.message,
          Math.round(row.getBoundingClientRect().top),
        ]),
      );
    await settled(page);
    const before = await places();
    expect(before.length).toBeGreaterThan(2);
    release();
    await until("the pictures to be there", () =>
      at.log.evaluate((log) => {
        const images = [...log.querySelectorAll<HTMLImageElement>("article ul img")];
        return (
          images.length > 0 &&
          images.every((image) => image.naturalWidth > 0 && getComputedStyle(image).opacity === "1")
        );
      }),
    );
    await settled(page);
    expect(await places()).toEqual(before);
  });

  it("opens pictures over everything and goes through them by keys", async () => {
    const room = await pier.newRoom();
    const shots = [picture("bow.png", 800, 600), picture("keel.png", 600, 900, 4), picture("stern.png", 500, 500, 7)];
    await pier.ben.post(room.id, "the boat", await Promise.all(shots.map((shot) => pier.ben.upload(shot))));
    const { page, at } = await pier.sit(pier.ana, room.id);
    const opener = at.message("the boat").getByRole("button", { name: "Open image keel.png" });
    await opener.focus();
    await page.keyboard.press("Enter");
    await focusWithin(page.getByRole("dialog", { name: "keel.png, 2 of 3" }));
    await page.keyboard.press("ArrowRight");
    await page.getByRole("dialog", { name: "stern.png, 3 of 3" }).waitFor();
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("ArrowLeft");
    const box = page.getByRole("dialog", { name: "bow.png, 1 of 3" });
    await box.waitFor();
    const image = box.getByRole("img", { name: "Image bow.png" });
    await until("the image to be whole", () => image.evaluate((one) => (one as HTMLImageElement).naturalWidth === 800));
    const width = async () => (await image.boundingBox())?.width ?? 0;
    const fit = await until("the image to rest", async () => {
      const before = await width();
      await settled(page);
      return before > 0 && (await width()) === before ? before : null;
    });
    await page.keyboard.press("+");
    await until("it to be larger", async () => (await width()) > fit * 1.3);
    await page.keyboard.press("0");
    await until("it to fit again", async () => Math.abs((await width()) - fit) < 2);
    // Where it goes no further, the keys go on.
    const inside = () => page.evaluate(() => document.activeElement?.closest('[role="dialog"]') !== null);
    for (const [button, key] of [
      ["Zoom in", "0"],
      ["Next image", "Home"],
    ] as const) {
      await box.getByRole("button", { name: button }).focus();
      for (let press = 0; press < 8; press += 1) await page.keyboard.press("Enter");
      await until(`${button} to go no further`, () => page.getByRole("button", { name: button }).isDisabled());
      await until("the focus to be inside", inside);
      await page.keyboard.press(key);
      await until(`${button} to go on`, () => page.getByRole("button", { name: button }).isEnabled());
    }
    // The focus stays inside.
    for (let tab = 0; tab < 8; tab += 1) await page.keyboard.press("Tab");
    await until("the focus to be inside again", inside);
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "hidden" });
    await focused(opener);
  });

  it("plays films and sounds, fetched by parts", async () => {
    const room = await pier.newRoom();
    const { page, at } = await pier.sit(pier.ana, room.id);
    const parts: number[] = [];
    page.on("response", (response) => {
      if (/\/api\/v1\/files\/[^/]+$/.test(response.url()) && response.request().headers().range) {
        parts.push(response.status());
      }
    });
    await at.attach(await film(page, "harbour.webm"), tone("horn.wav"));
    await at.uploaded();
    await at.say("listen");
    await at.arrived("listen");
    const video = at.message("listen").getByLabel("Video harbour.webm");
    await until("the film's beginning", () => video.evaluate((one) => (one as HTMLVideoElement).readyState >= 1));
    await video.evaluate((one) => (one as HTMLVideoElement).play());
    await until("the film to run", () => video.evaluate((one) => (one as HTMLVideoElement).currentTime > 0.2));
    const audio = at.message("listen").getByLabel("Audio horn.wav");
    await until("the sound's length", () =>
      audio.evaluate((one) => Math.abs((one as HTMLAudioElement).duration - 2) < 0.1),
    );
    expect(parts).toContain(206);
    expect(parts.every((status) => status === 206)).toBe(true);
  });

  it("shows the beginning of a text, and all that there is of the beginning", async () => {
    const room = await pier.newRoom();
    const text = Array.from({ length: 5_000 }, (_, line) => `${line}: all is well on deck`).join("\n");
    await pier.ben.post(room.id, "the log", [await pier.ben.upload(words("ship.log", text))]);
    const { at } = await pier.sit(pier.ana, room.id);
    const row = at.message("the log");
    const region = row.getByRole("region", { name: "Beginning of ship.log" });
    await region.getByText("0: all is well").waitFor();
    await row.getByRole("button", { name: "Show more of ship.log" }).click();
    await row.getByText("Only the beginning is shown").waitFor();
    await row.getByRole("button", { name: "Show less of ship.log" }).click();
    await row.getByText("Only the beginning is shown").waitFor({ state: "hidden" });
  });

  it("collects what was sent in a room, and leads to where it was said", async () => {
    const room = await pier.newRoom();
    await pier.ben.post(room.id, "the first", [await pier.ben.upload(picture("deck.png", 400, 400))]);
    const { page, at } = await pier.sit(pier.ana, room.id);
    await page.getByRole("button", { name: "Files", exact: true }).click();
    const dialog = page.getByRole("dialog", { name: `Files in #${room.name}` });
    await dialog.getByText("deck.png").waitFor();
    await dialog.getByRole("button", { name: "Open image deck.png" }).click();
    await focusWithin(page.getByRole("dialog", { name: "deck.png, 1 of 1" }));
    await page.keyboard.press("Escape");
    await dialog.getByRole("link", { name: "Show deck.png in the room" }).click();
    await dialog.waitFor({ state: "hidden" });
    await page.waitForURL(/\/m\/\d+$/);
    await at.message("the first").waitFor();
  });
});

it("gives people a picture of their own, for everybody to see, and takes it back", async () => {
  const room = await pier.newRoom();
  await pier.ana.post(room.id, "look at me");
  const page = await pier.pageOf(pier.ana);
  await page.goto("/preferences/account");
  await page.getByRole("button", { name: "Choose a picture" }).waitFor();
  await page.locator('input[type="file"]').setInputFiles(picture("me.png", 900, 600, 5));
  const dialog = page.getByRole("dialog", { name: "Your picture", exact: true });
  await dialog.getByRole("application").press("ArrowLeft");
  await dialog.getByRole("slider", { name: "Size" }).fill("2");
  await dialog.getByRole("button", { name: "Use this picture" }).click();
  await dialog.waitFor({ state: "hidden" });
  const avatar = await until("the picture to be kept", async () => (await pier.ana.api<Me>("GET", "/me")).avatar);

  const other = await pier.sit(pier.ben, room.id);
  const face = other.at.message("look at me").locator(`img[src*="${avatar}"]`);
  await until("the picture", () => face.evaluate((one) => (one as HTMLImageElement).naturalWidth > 0));
  const square = await face.evaluate((one) => {
    const { naturalWidth, naturalHeight } = one as HTMLImageElement;
    return naturalWidth === naturalHeight;
  });
  expect(square).toBe(true);

  await page.getByRole("button", { name: "Remove picture" }).click();
  await page.getByRole("button", { name: "Choose a picture" }).waitFor();
  await until("the initials to be back", async () => (await face.count()) === 0);
  await until("nothing to be kept", async () => (await pier.ana.api<Me>("GET", "/me")).avatar === null);
});

describe("on a phone", () => {
  const newRoom = () => pier.newRoom();

  async function hold(room: string): Promise<{ page: Page; at: Room }> {
    const page = await pier.pageOf(pier.ana, { options: pixel });
    await page.goto(`/rooms/${room}`);
    const at = new Room(page);
    await at.composer.waitFor();
    return { page, at };
  }

  /** A finger that goes from one point to another. */
  async function swipe(page: Page, from: readonly [number, number], to: readonly [number, number]): Promise<void> {
    const session = await page.context().newCDPSession(page);
    const touch = (type: "touchStart" | "touchMove" | "touchEnd", share: number) => {
      const at = (axis: 0 | 1) => from[axis] + (to[axis] - from[axis]) * share;
      const touchPoints = type === "touchEnd" ? [] : [{ x: at(0), y: at(1) }];
      return session.send("Input.dispatchTouchEvent", { type, touchPoints });
    };
    await touch("touchStart", 0);
    for (let step = 1; step <= 6; step += 1) await touch("touchMove", step / 6);
    await touch("touchEnd", 1);
    await session.detach();
  }
  const left = [60, 420] as const;
  const right = [320, 420] as const;

  it("attaches by the button and sends without a word", async () => {
    const room = await newRoom();
    const { page, at } = await hold(room.id);
    const choosing = page.waitForEvent("filechooser");
    await page.getByRole("button", { name: "Attach files" }).tap();
    const chooser = await choosing;
    expect(chooser.isMultiple()).toBe(true);
    await chooser.setFiles([picture("deck.png", 600, 400), words("list.txt", "bread\nrope")]);
    await at.uploaded();
    // Everything that a finger is meant for is large enough for it.
    for (const button of await at.tray.getByRole("button").all()) {
      const box = await button.boundingBox();
      expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThanOrEqual(43.5);
    }
    await page.getByRole("button", { name: "Send" }).tap();
    await until("both to be there", async () => (await pier.filesOf(room.id)).flat().length === 2);
    await at.log.getByRole("button", { name: "Open image deck.png" }).waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
  });

  it("looks at pictures with fingers: swipes, magnifies, closes", async () => {
    const room = await newRoom();
    const shots = [picture("bow.png", 800, 600), picture("keel.png", 600, 900, 4)];
    await pier.ben.post(room.id, "the boat", await Promise.all(shots.map((shot) => pier.ben.upload(shot))));
    const { page, at } = await hold(room.id);
    await at.message("the boat").getByRole("button", { name: "Open image bow.png" }).tap();
    await page.getByRole("dialog", { name: "bow.png, 1 of 2" }).waitFor();
    await swipe(page, right, left);
    const second = page.getByRole("dialog", { name: "keel.png, 2 of 2" });
    await second.waitFor();
    // A tap right after a swipe only stops it.
    await until("it to be magnified", async () => {
      await second.getByRole("button", { name: "Zoom in" }).tap();
      return second.getByRole("button", { name: "Zoom out" }).isEnabled();
    });
    const leftOf = async () => (await second.getByRole("img", { name: "Image keel.png" }).boundingBox())?.x ?? 0;
    const before = await leftOf();
    await swipe(page, right, left);
    // Magnified, a finger moves the picture instead.
    await until("the picture to be moved", async () => (await leftOf()) < before);
    expect(await second.count()).toBe(1);
    await until("it to fit", async () => {
      const out = second.getByRole("button", { name: "Zoom out" });
      if (await out.isEnabled()) await out.tap();
      return out.isDisabled();
    });
    await swipe(page, left, right);
    await page.getByRole("dialog", { name: "bow.png, 1 of 2" }).waitFor();
    // Pulled a little it comes back, pulled far it goes; what is shown again stands where it belongs.
    const first = page.getByRole("dialog", { name: "bow.png, 1 of 2" });
    const shot = first.getByRole("img", { name: "Image bow.png" });
    const top = async () => Math.round((await shot.boundingBox())?.y ?? -1);
    const rest = await top();
    await swipe(page, [190, 420], [190, 460]);
    await until("the picture to be back", async () => (await top()) === rest);
    await swipe(page, [190, 420], [200, 640]);
    await first.waitFor({ state: "detached" });
    await until("it to be open again", async () => {
      await at
        .message("the boat")
        .getByRole("button", { name: "Open image bow.png" })
        .tap({ timeout: 1_000 })
        .catch(() => {});
      return (await first.count()) > 0;
    });
    await until("the picture to be there", async () => (await top()) === rest);
    await page.getByRole("button", { name: "Close" }).tap();
    await first.waitFor({ state: "detached" });
  });

  it("finds the room's files in its details", async () => {
    const room = await newRoom();
    await pier.ben.post(room.id, "for you", [await pier.ben.upload(words("route.txt", "north"))]);
    const { page, at } = await hold(room.id);
    await at.message("for you").waitFor();
    await page.getByRole("button", { name: "Room details" }).tap();
    await page.getByRole("dialog").getByRole("button", { name: "Files" }).tap();
    const dialog = page.getByRole("dialog", { name: `Files in #${room.name}` });
    await dialog.getByRole("link", { name: "Show route.txt in the room" }).tap();
    await dialog.waitFor({ state: "hidden" });
    await at.message("for you").waitFor();
  });
});
