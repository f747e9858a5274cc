/** Files from one person's hand to everybody's screen: pasted, dropped, cut off, sent again, looked at. */
import { createHash } from "node:crypto";
import { type Browser, type BrowserContext, devices, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { History, Me, MyRoom, StoredFile } from "../src/api/types.ts";
import { Room } from "./pages/room.ts";
import { Sidebar } from "./pages/sidebar.ts";
import { listenForTrouble, newContext, openBrowser } from "./support/browser.ts";
import { film, noise, picture, tone, words } from "./support/media.ts";
import { type Person, register, setUp } from "./support/people.ts";
import { startProxy, type TcpProxy } from "./support/proxy.ts";
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

let rooms = 0;
async function newRoom(): Promise<MyRoom> {
  rooms += 1;
  return ana.createRoom({ kind: "private", name: `pier ${rooms}`, members: [ben.id] });
}

/** What the messages of a room carry, the oldest first. */
async function filesOf(room: string): Promise<StoredFile[][]> {
  const { items } = await ben.api<History>("GET", `/rooms/${room}/messages`);
  return items.filter(({ kind }) => kind === "message").map(({ attachments }) => [...attachments]);
}

const digest = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");

let contexts: BrowserContext[] = [];
let troubles: string[][] = [];
beforeEach(() => {
  contexts = [];
  troubles = [];
});
afterEach(async () => {
  for (const context of contexts) await context.close();
  expect(troubles.flat()).toEqual([]);
});

/** A person before a room, by the server's own address or by another. */
async function sit(who: Person, room: string, url = server.url): Promise<{ page: Page; at: Room }> {
  const context = await newContext(browser, url, who, { serviceWorkers: "block" });
  contexts.push(context);
  const page = await context.newPage();
  troubles.push(listenForTrouble(page));
  await page.goto(`/rooms/${room}`);
  const at = new Room(page);
  await at.composer.waitFor();
  await new Sidebar(page).live();
  // What comes after the page itself has come too, before a test takes the line away.
  await page.waitForLoadState("networkidle");
  return { page, at };
}

describe("from the hand", () => {
  it("takes what is pasted, dropped and chosen into one message, which others see", async () => {
    const room = await newRoom();
    const { page, at } = await sit(ana, room.id);
    await at.hand("paste", [picture("image.png", 320, 200)]);
    await at.tray.getByText(/^Pasted image .*\.png$/).waitFor();
    await at.hand("drop", [picture("quay.png", 400, 300, 2), noise("plan.bin", 2_000)]);
    await at.tray.getByText("plan.bin").waitFor();
    await at.attach(words("notes.txt", "high water at six\nbring boots"));
    expect(await at.tray.getByRole("listitem").count()).toBe(4);
    await at.uploaded();
    await at.say("All of it");
    await at.arrived("All of it");
    expect(await at.tray.count()).toBe(0);
    const [sent = []] = await filesOf(room.id);
    expect(sent.map(({ name }) => name).slice(1)).toEqual(["quay.png", "plan.bin", "notes.txt"]);
    expect(digest(await ben.read(sent[2]?.id ?? ""))).toBe(digest(noise("plan.bin", 2_000).buffer));

    const other = await sit(ben, room.id);
    const row = other.at.message("All of it");
    await row.getByRole("button", { name: "Open image quay.png" }).waitFor();
    await row.getByRole("link", { name: "Download plan.bin" }).waitFor();
    await row.getByRole("region", { name: "Beginning of notes.txt" }).getByText("bring boots").waitFor();
    await page.close();
  });

  it("shows over the room that it takes what is dragged there", async () => {
    const room = await newRoom();
    const { page, at } = await sit(ana, room.id);
    const drag = (type: string) =>
      at.log.evaluate((log, kind) => {
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File(["x"], "x.txt"));
        log.dispatchEvent(new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer }));
      }, type);
    await drag("dragenter");
    await page.getByText(`Drop to attach to #${room.name}`).waitFor();
    await drag("dragleave");
    await page.getByText(`Drop to attach to #${room.name}`).waitFor({ state: "hidden" });
  });

  it("offers to send a long paste as a file", async () => {
    const room = await newRoom();
    const { page, at } = await sit(ana, room.id);
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    const text = Array.from({ length: 300 }, (_, line) => `line ${line} of the log`).join("\n");
    await at.composer.fill("The log: ");
    await page.evaluate((long) => navigator.clipboard.writeText(long), text);
    await at.composer.press("End");
    await page.keyboard.press("Control+v");
    await page.getByRole("button", { name: "Send it as a file" }).click();
    await at.tray.getByText("Pasted text.txt").waitFor();
    expect(await at.composer.inputValue()).toBe("The log:");
    await at.composer.press("Enter");
    await at.arrived("The log:");
    const [[file] = []] = await filesOf(room.id);
    expect((await ben.read(file?.id ?? "")).toString()).toBe(text);
  });

  it("does everything by keys: takes a file back, tries one again that was refused, sends", async () => {
    const room = await newRoom();
    const { page, at } = await sit(ana, room.id);
    await page.route("**/api/v1/uploads", (route) =>
      route.fulfill({
        status: 413,
        contentType: "application/problem+json",
        body: JSON.stringify({ status: 413, code: "quota_exceeded", title: "No room" }),
      }),
    );
    await at.attach(words("one.txt", "one"), words("two.txt", "two"));
    await at.tray
      .getByText(/There is no room left/)
      .first()
      .waitFor();
    expect(await page.getByRole("button", { name: "Send" }).getAttribute("aria-disabled")).toBe("true");
    await page.unroute("**/api/v1/uploads");
    await at.composer.focus();
    // Backwards from the text: remove two, again two, remove one, again one.
    await page.keyboard.press("Shift+Tab");
    expect(await page.evaluate(() => document.activeElement?.getAttribute("aria-label"))).toBe("Remove two.txt");
    await page.keyboard.press("Enter");
    await until("the second to be gone", async () => (await at.tray.getByRole("listitem").count()) === 1);
    expect(await page.evaluate(() => document.activeElement?.getAttribute("aria-label"))).toBe("Remove one.txt");
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("Enter");
    await at.uploaded();
    await at.composer.focus();
    await page.keyboard.press("Enter");
    await until("the message to be there", async () => (await filesOf(room.id)).length === 1);
    expect((await filesOf(room.id)).flat().map(({ name }) => name)).toEqual(["one.txt"]);
  });
});

describe("over a bad line", () => {
  let proxy: TcpProxy;
  beforeEach(async () => {
    proxy = await startProxy(server.port);
  });
  afterEach(async () => {
    await proxy.close();
  });

  it("goes on after each of three cuts, and what arrives is equal", async () => {
    const room = await newRoom();
    const { at } = await sit(ana, room.id, proxy.url);
    const big = noise("survey.bin", 40 * 1024 * 1024);
    proxy.delay(4);
    await at.attach(big);
    const bar = at.tray.getByRole("progressbar", { name: "Upload of survey.bin" });
    const share = async () => Number((await bar.getAttribute("aria-valuenow").catch(() => null)) ?? 100);
    for (const mark of [10, 35, 60]) {
      await until(`${mark}%`, async () => (await share()) >= mark, 60_000);
      proxy.cutOnce();
    }
    proxy.delay(0);
    await at.uploaded(90_000);
    await at.say("The survey");
    await at.arrived("The survey");
    const [[file] = []] = await filesOf(room.id);
    expect(file?.size).toBe(big.buffer.length);
    expect(digest(await ben.read(file?.id ?? ""))).toBe(digest(big.buffer));
  });

  it("is cancelled while nothing moves, and leaves nothing", async () => {
    const room = await newRoom();
    const { at } = await sit(ana, room.id, proxy.url);
    proxy.swallow();
    await at.attach(noise("stuck.bin", 3_000_000));
    await at.tray.getByRole("button", { name: "Cancel stuck.bin" }).click();
    await at.tray.waitFor({ state: "hidden" });
    proxy.pass();
    await at.say("without it");
    await at.arrived("without it", 60_000);
    expect((await filesOf(room.id)).flat()).toEqual([]);
  });

  it("waits with its message while there is no line, and keeps the order of what was written", async () => {
    const room = await newRoom();
    const { at } = await sit(ana, room.id, proxy.url);
    proxy.reset();
    await at.attach(picture("late.png", 300, 200, 3));
    await at.tray.getByText("late.png").waitFor();
    await at.say("with the picture");
    await at.say("and after it");
    await at.message("and after it").waitFor();
    expect(await at.waiting.count()).toBeGreaterThan(0);
    expect((await filesOf(room.id)).length).toBe(0);
    proxy.pass();
    await at.nothingWaits(60_000);
    const { items } = await ben.api<History>("GET", `/rooms/${room.id}/messages`);
    const said = items.filter(({ kind }) => kind === "message");
    expect(said.map(({ body, attachments }) => [body, attachments.length])).toEqual([
      ["with the picture", 1],
      ["and after it", 0],
    ]);
  });

  it("survives a reload in the middle, in the tray and with a message", async () => {
    const room = await newRoom();
    const { page, at } = await sit(ana, room.id);
    const big = noise("chart.bin", 30 * 1024 * 1024);
    // Of the file's five pieces so many pass; the next doesn't get on.
    let passing = 2;
    await page.route("**/api/v1/uploads/*", async (route) => {
      if (route.request().method() !== "PATCH" || passing > 0) {
        if (route.request().method() === "PATCH") passing -= 1;
        await route.continue().catch(() => {});
      }
    });
    await at.attach(big);
    const bar = page.getByRole("progressbar", { name: "Upload of chart.bin" });
    const share = async () =>
      Number((await bar.getAttribute("aria-valuenow", { timeout: 500 }).catch(() => null)) ?? 0);
    await until("two pieces of it", async () => (await share()) >= 40, 60_000);
    // The bytes are on the disk before they may be relied on.
    await until("the file to be kept", async () => (await kept(page)) === big.buffer.length, 60_000);
    await page.reload();
    await at.tray.getByText("chart.bin").waitFor();
    await at.say("the chart");
    // What is shown is on the disk.
    await at.message("the chart").waitFor();
    passing = 1;
    await page.reload();
    await at.message("the chart").waitFor();
    await until("a third piece", async () => (await share()) >= 60, 60_000);
    expect(await at.waiting.count()).toBe(1);
    passing = Number.POSITIVE_INFINITY;
    await page.reload();
    await at.message("the chart").waitFor();
    await at.nothingWaits(60_000);
    const [[file] = []] = await filesOf(room.id);
    expect(digest(await ben.read(file?.id ?? ""))).toBe(digest(big.buffer));
    await until("nothing to be kept any more", async () => (await kept(page)) === 0);
  });
});

/** How many bytes of files this browser keeps. */
async function kept(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const name = (await indexedDB.databases()).map((known) => known.name ?? "").find((one) => /outbox/.test(one));
    if (!name) return -1;
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const opening = indexedDB.open(name);
      opening.onsuccess = () => resolve(opening.result);
      opening.onerror = () => reject(opening.error);
    });
    const rows = await new Promise<{ bytes: Blob }[]>((resolve, reject) => {
      const reading = database.transaction("bytes").objectStore("bytes").getAll();
      reading.onsuccess = () => resolve(reading.result);
      reading.onerror = () => reject(reading.error);
    });
    database.close();
    return rows.reduce((sum, { bytes }) => sum + bytes.size, 0);
  });
}

describe("in the list", () => {
  it("moves nothing when pictures come", async () => {
    const room = await newRoom();
    for (let at = 0; at < 12; at += 1) {
      const shots = [picture(`shot ${at}.png`, 500 + at * 20, 300 + at * 30, at + 1)];
      if (at % 3 === 0) shots.push(picture(`more ${at}.png`, 300, 300, at + 2));
      const files = await Promise.all(shots.map((shot) => ana.upload(shot)));
      await ana.post(room.id, `entry ${at}`, files);
    }
    const context = await newContext(browser, server.url, ben, { serviceWorkers: "block" });
    contexts.push(context);
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await context.route(/\/api\/v1\/files\//, async (route) => {
      await held;
      await route.continue().catch(() => {});
    });
    const page = await context.newPage();
    await page.goto(`/rooms/${room.id}`);
    const at = new Room(page);
    await at.message("entry 0").waitFor();
    const places = () =>
      at.log.evaluate((log) =>
        [...log.querySelectorAll("article")].map((row) => [
          row.dataset.message,
          Math.round(row.getBoundingClientRect().top),
        ]),
      );
    await until("the list to rest", async () => {
      const one = JSON.stringify(await places());
      await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
      return one === JSON.stringify(await places());
    });
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
    expect(await places()).toEqual(before);
  });

  it("opens pictures over everything and goes through them by keys", async () => {
    const room = await newRoom();
    const shots = [picture("bow.png", 800, 600), picture("keel.png", 600, 900, 4), picture("stern.png", 500, 500, 7)];
    await ben.post(room.id, "the boat", await Promise.all(shots.map((shot) => ben.upload(shot))));
    const { page, at } = await sit(ana, room.id);
    const opener = at.message("the boat").getByRole("button", { name: "Open image keel.png" });
    await opener.focus();
    await page.keyboard.press("Enter");
    await page.getByRole("dialog", { name: "keel.png, 2 of 3" }).waitFor();
    await page.keyboard.press("ArrowRight");
    await page.getByRole("dialog", { name: "stern.png, 3 of 3" }).waitFor();
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("ArrowLeft");
    const box = page.getByRole("dialog", { name: "bow.png, 1 of 3" });
    await box.waitFor();
    const image = box.getByRole("img", { name: "Image bow.png" });
    await until("the image to be whole", () => image.evaluate((one) => (one as HTMLImageElement).naturalWidth === 800));
    const width = async () => (await image.boundingBox())?.width ?? 0;
    const fit = await width();
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
      expect(await inside()).toBe(true);
      await page.keyboard.press(key);
      await until(`${button} to go on`, () => page.getByRole("button", { name: button }).isEnabled());
    }
    // The focus stays inside.
    for (let tab = 0; tab < 8; tab += 1) await page.keyboard.press("Tab");
    await until("the focus to be inside again", inside);
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "hidden" });
    await until("the focus to be back", () => opener.evaluate((one) => one === document.activeElement));
  });

  it("plays films and sounds, fetched by parts", async () => {
    const room = await newRoom();
    const { page, at } = await sit(ana, room.id);
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
    const room = await newRoom();
    const text = Array.from({ length: 5_000 }, (_, line) => `${line}: all is well on deck`).join("\n");
    await ben.post(room.id, "the log", [await ben.upload(words("ship.log", text))]);
    const { at } = await sit(ana, room.id);
    const row = at.message("the log");
    const region = row.getByRole("region", { name: "Beginning of ship.log" });
    await region.getByText("0: all is well").waitFor();
    await row.getByRole("button", { name: "Show more of ship.log" }).click();
    await row.getByText("Only the beginning is shown").waitFor();
    await row.getByRole("button", { name: "Show less of ship.log" }).click();
    await row.getByText("Only the beginning is shown").waitFor({ state: "hidden" });
  });

  it("collects what was sent in a room, and leads to where it was said", async () => {
    const room = await newRoom();
    await ben.post(room.id, "the first", [await ben.upload(picture("deck.png", 400, 400))]);
    const { page, at } = await sit(ana, room.id);
    await page.getByRole("button", { name: "Files", exact: true }).click();
    const dialog = page.getByRole("dialog", { name: `Files in #${room.name}` });
    await dialog.getByText("deck.png").waitFor();
    await dialog.getByRole("button", { name: "Open image deck.png" }).click();
    await page.getByRole("dialog", { name: "deck.png, 1 of 1" }).waitFor();
    await page.keyboard.press("Escape");
    await dialog.getByRole("link", { name: "Show deck.png in the room" }).click();
    await dialog.waitFor({ state: "hidden" });
    await page.waitForURL(/\/m\/\d+$/);
    await at.message("the first").waitFor();
  });
});

it("gives people a picture of their own, for everybody to see, and takes it back", async () => {
  const room = await newRoom();
  await ana.post(room.id, "look at me");
  const context = await newContext(browser, server.url, ana, { serviceWorkers: "block" });
  contexts.push(context);
  const page = await context.newPage();
  await page.goto("/preferences/account");
  await page.getByRole("button", { name: "Choose a picture" }).waitFor();
  await page.locator('input[type="file"]').setInputFiles(picture("me.png", 900, 600, 5));
  const dialog = page.getByRole("dialog", { name: "Your picture", exact: true });
  await dialog.getByRole("application").press("ArrowLeft");
  await dialog.getByRole("slider", { name: "Size" }).fill("2");
  await dialog.getByRole("button", { name: "Use this picture" }).click();
  await dialog.waitFor({ state: "hidden" });
  const avatar = (await ana.api<Me>("GET", "/me")).avatar;
  expect(avatar).not.toBeNull();

  const other = await sit(ben, room.id);
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
  expect((await ana.api<Me>("GET", "/me")).avatar).toBeNull();
});

describe("on a phone", () => {
  const { userAgent, deviceScaleFactor } = devices["Pixel 7"] ?? {};

  async function hold(room: string): Promise<{ page: Page; at: Room }> {
    const context = await newContext(browser, server.url, ana, {
      viewport: { width: 390, height: 844 },
      ...(userAgent ? { userAgent } : {}),
      isMobile: true,
      hasTouch: true,
      deviceScaleFactor: deviceScaleFactor ?? 2,
      serviceWorkers: "block",
    });
    contexts.push(context);
    const page = await context.newPage();
    troubles.push(listenForTrouble(page));
    await page.goto(`/rooms/${room}`);
    const at = new Room(page);
    await at.composer.waitFor();
    return { page, at };
  }

  /** A finger that goes from one side to the other. */
  async function swipe(page: Page, from: number, to: number): Promise<void> {
    const session = await page.context().newCDPSession(page);
    const touch = (type: "touchStart" | "touchMove" | "touchEnd", x: number) =>
      session.send("Input.dispatchTouchEvent", { type, touchPoints: type === "touchEnd" ? [] : [{ x, y: 420 }] });
    await touch("touchStart", from);
    for (let step = 1; step <= 6; step += 1) await touch("touchMove", from + ((to - from) * step) / 6);
    await touch("touchEnd", to);
    await session.detach();
  }

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
    await until("both to be there", async () => (await filesOf(room.id)).flat().length === 2);
    await at.log.getByRole("button", { name: "Open image deck.png" }).waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
  });

  it("looks at pictures with fingers: swipes, magnifies, closes", async () => {
    const room = await newRoom();
    const shots = [picture("bow.png", 800, 600), picture("keel.png", 600, 900, 4)];
    await ben.post(room.id, "the boat", await Promise.all(shots.map((shot) => ben.upload(shot))));
    const { page, at } = await hold(room.id);
    await at.message("the boat").getByRole("button", { name: "Open image bow.png" }).tap();
    await page.getByRole("dialog", { name: "bow.png, 1 of 2" }).waitFor();
    await swipe(page, 320, 60);
    const second = page.getByRole("dialog", { name: "keel.png, 2 of 2" });
    await second.waitFor();
    // A tap right after a swipe only stops it.
    await until("it to be magnified", async () => {
      await second.getByRole("button", { name: "Zoom in" }).tap();
      return second.getByRole("button", { name: "Zoom out" }).isEnabled();
    });
    await swipe(page, 320, 60);
    // Magnified, a finger moves the picture instead.
    expect(await second.count()).toBe(1);
    await until("it to fit", async () => {
      const out = second.getByRole("button", { name: "Zoom out" });
      if (await out.isEnabled()) await out.tap();
      return out.isDisabled();
    });
    await swipe(page, 60, 320);
    await page.getByRole("dialog", { name: "bow.png, 1 of 2" }).waitFor();
    await until("it to be closed", async () => {
      await page
        .getByRole("button", { name: "Close" })
        .tap({ timeout: 1_000 })
        .catch(() => {});
      return (await page.getByRole("dialog").count()) === 0;
    });
  });

  it("closes a picture, and the files below it, by the phone's own way back, and only then leaves the room", async () => {
    const room = await newRoom();
    await ben.post(room.id, "the boat", [await ben.upload(picture("bow.png", 800, 600))]);
    const { page, at } = await hold(room.id);
    await page.getByRole("link", { name: "Back to your rooms" }).tap();
    await page.getByRole("link", { name: room.name ?? "" }).tap();
    const opener = at.message("the boat").getByRole("button", { name: "Open image bow.png" });
    const lightbox = page.getByRole("dialog", { name: "bow.png, 1 of 1" });
    for (let time = 0; time < 2; time += 1) {
      await opener.tap();
      await lightbox.waitFor();
      await page.goBack();
      await lightbox.waitFor({ state: "detached" });
      await until("the room to stay", async () => new URL(page.url()).pathname === `/rooms/${room.id}`);
    }
    await page.getByRole("button", { name: "Room details" }).tap();
    await page.getByRole("dialog").getByRole("button", { name: "Files" }).tap();
    const files = page.getByRole("dialog", { name: `Files in #${room.name}` });
    await files.getByRole("button", { name: "Open image bow.png" }).tap();
    await lightbox.waitFor();
    await page.goBack();
    await lightbox.waitFor({ state: "detached" });
    await files.waitFor();
    await page.goBack();
    await files.waitFor({ state: "detached" });
    expect(new URL(page.url()).pathname).toBe(`/rooms/${room.id}`);
    await opener.waitFor();
    await page.goBack();
    await page.waitForURL((url) => url.pathname === "/");
    // Closed by its button, it leaves the way back as it was.
    await page.goForward();
    await opener.tap();
    await page.getByRole("button", { name: "Close" }).tap();
    await lightbox.waitFor({ state: "detached" });
    await page.goBack();
    await page.waitForURL((url) => url.pathname === "/");
  });

  it("finds the room's files in its details", async () => {
    const room = await newRoom();
    await ben.post(room.id, "for you", [await ben.upload(words("route.txt", "north"))]);
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
