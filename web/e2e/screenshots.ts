/** Every screen in every state, light and dark, wide, middling and narrow, with what a small team would say. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { type Screen, screens } from "../src/app/screens.ts";
import { Room } from "./pages/room.ts";
import { Sidebar } from "./pages/sidebar.ts";
import { newContext, openBrowser, signInto } from "./support/browser.ts";
import { paper, picture, words } from "./support/media.ts";
import { type Stage, setStage, show } from "./support/stage.ts";
import { startTeam, type Team } from "./support/team.ts";
import { until } from "./support/until.ts";

const folder = process.env.PARLEY_TEST_SCREENSHOTS ?? "../target/screenshots";
/** Words that a picture's name must hold to be taken; none: all. */
const wanted = process.argv.slice(2);

const sizes = [
  { name: "wide", width: 1440, height: 900 },
  { name: "middle", width: 1024, height: 768 },
  { name: "phone", width: 390, height: 844 },
] as const;
const themes = ["light", "dark"] as const;

const isWanted = (name: string) => wanted.length === 0 || wanted.some((word) => name.includes(word));

/** Takes the page in every size and theme. */
async function shoot(page: Page, name: string): Promise<void> {
  for (const { name: size, ...viewport } of sizes) {
    await page.setViewportSize(viewport);
    for (const colorScheme of themes) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await page.evaluate(async () => {
        await document.fonts.ready;
        await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
      });
      await page.screenshot({ path: join(folder, `${name}-${size}-${colorScheme}.png`) });
    }
  }
  console.log(name);
}

async function shootScreens(browser: Browser, stage: Stage): Promise<void> {
  for (const [path, screen] of Object.entries(screens) as [string, Screen][]) {
    for (const state of screen.states) {
      const name = `${path === "/" ? "home" : path.slice(1).replace(/[$/]+/g, "-")}-${state}`;
      if (!isWanted(name)) continue;
      const { page, close } = await show(browser, stage, { path, screen, state });
      await shoot(page, name);
      await close();
    }
  }
}

/** Somebody of the team before a room. */
async function sit(browser: Browser, team: Team, path: string, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await newContext(browser, team.server.url, null, {
    serviceWorkers: "block",
    viewport: sizes[0],
    ...options,
  });
  await team.unread();
  await signInto(context, team.server.url, team.reader);
  const page = await context.newPage();
  await page.goto(path);
  await page.getByRole("log").getByRole("article").first().waitFor();
  await new Sidebar(page).live();
  return page;
}

async function shootTeam(browser: Browser, team: Team): Promise<void> {
  const launch = `/rooms/${team.launch.id}`;
  const scenes: Readonly<Record<string, (page: Page) => Promise<unknown>>> = {
    main: async () => {},
    "main-pending": async (page) => {
      await team.server.kill();
      await new Room(page).say("I'll write the note for the release tonight");
      await new Room(page).say("Offline it waits here, and nothing is lost");
      await page
        .getByText(/^(Reconnecting…|Offline —)/)
        .first()
        .waitFor();
    },
  };
  if (isWanted("main")) {
    const page = await sit(browser, team, launch);
    await team.type();
    await page.getByText(/is typing…|are typing…/).waitFor();
    await shoot(page, "main");
    await page.context().close();
  }
  const dialogs: Readonly<Record<string, (page: Page) => Promise<unknown>>> = {
    jump: (page) => page.keyboard.press("Control+k"),
    "create-room": (page) => page.getByRole("button", { name: "Create a room" }).first().click(),
    "browse-rooms": (page) => page.getByRole("button", { name: "Browse rooms" }).first().click(),
    "new-message": (page) => page.getByRole("button", { name: "New direct message" }).click(),
    invite: (page) => page.getByRole("button", { name: "Invite people" }).click(),
    "room-details": (page) => page.getByRole("button", { name: "Room details" }).click(),
    shortcuts: async (page) => {
      await page.getByRole("log").getByRole("article").last().focus();
      await page.keyboard.press("?");
    },
  };
  for (const [name, open] of Object.entries(dialogs)) {
    if (!isWanted(`dialog-${name}`)) continue;
    const page = await sit(browser, team, launch);
    await open(page);
    await page.getByRole("dialog").waitFor();
    const busy = page.locator('[role="dialog"] [aria-busy=true]');
    await until("the dialog to be loaded", async () => (await busy.count()) === 0);
    await shoot(page, `dialog-${name}`);
    await page.context().close();
  }
  const others: Readonly<Record<string, string>> = {
    "direct-message": `/rooms/${team.direct.id}`,
    "public-room-from-outside": `/rooms/${team.outside.id}`,
  };
  for (const [name, path] of Object.entries(others)) {
    if (!isWanted(name)) continue;
    const page = await sit(browser, team, path);
    await shoot(page, name);
    await page.context().close();
  }
  const press = `/rooms/${team.press.id}`;
  const withFiles: Readonly<Record<string, (page: Page) => Promise<unknown>>> = {
    files: async () => {},
    "files-top": async (page) => {
      await page.getByRole("log").getByRole("article").first().focus();
      await page.keyboard.press("Home");
    },
    "files-tray": async (page) => {
      const room = new Room(page);
      await room.attach(picture("quay.png", 640, 480), paper("plan.pdf"));
      await room.uploaded();
      await page.route("**/api/v1/uploads", (route) => {
        const { name } = route.request().postDataJSON() as { name: string };
        if (name.startsWith("long")) return;
        const body = JSON.stringify({ status: 413, code: "file_too_large", title: "Too large" });
        return route.fulfill({ status: 413, contentType: "application/problem+json", body });
      });
      await room.attach(words("film-of-the-opening.mov", "one"), words("long-list-of-guests.csv", "two"));
      await room.tray.getByRole("button", { name: "Try film-of-the-opening.mov again" }).waitFor();
      await room.composer.fill("For the press, before noon");
    },
    "files-lightbox": async (page) => {
      await page.getByRole("button", { name: "Open image booth.png" }).click();
      await page.getByRole("dialog").waitFor();
      await until("the image", async () => (await page.locator('[role="dialog"] [aria-busy=true]').count()) === 0);
    },
    "files-dialog": async (page) => {
      await page.getByRole("button", { name: "Files", exact: true }).click();
      await page.getByRole("dialog").getByText("booth.png").waitFor();
    },
    "files-drop": (page) =>
      page.getByRole("log").evaluate((log) => {
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File(["x"], "x.txt"));
        log.dispatchEvent(new DragEvent("dragenter", { bubbles: true, cancelable: true, dataTransfer }));
      }),
  };
  for (const [name, act] of Object.entries(withFiles)) {
    if (!isWanted(name)) continue;
    const page = await sit(browser, team, press);
    await page.getByRole("button", { name: "Open image booth.png" }).waitFor();
    await until("the files to be loaded", async () => (await page.locator("[aria-busy=true]").count()) === 0);
    await act(page);
    const images = page.getByRole("log").locator("article ul img");
    await until("the pictures", () =>
      images.evaluateAll((all) => all.every((one) => getComputedStyle(one).opacity === "1")),
    );
    await shoot(page, name);
    await page.context().close();
  }
  if (isWanted("picture-crop")) {
    const page = await sit(browser, team, launch);
    await page.goto("/preferences/account");
    await page.getByRole("button", { name: "Choose a picture" }).waitFor();
    await page.locator('input[type="file"]').setInputFiles(picture("me.png", 900, 600, 5));
    await page.getByRole("dialog", { name: "Your picture", exact: true }).waitFor();
    await shoot(page, "picture-crop");
    await page.context().close();
  }
  if (isWanted("message-tools")) {
    const page = await sit(browser, team, launch);
    await new Room(page).tools("Rollback");
    await shoot(page, "message-tools");
    await page.context().close();
  }
  if (isWanted("main-pending")) {
    const page = await sit(browser, team, launch);
    await scenes["main-pending"]?.(page);
    await shoot(page, "main-pending");
    await page.context().close();
    await team.server.start();
  }
}

/** The picture of the README. */
async function shootReadme(browser: Browser, team: Team): Promise<void> {
  const page = await sit(browser, team, `/rooms/${team.launch.id}`, { viewport: { width: 1280, height: 800 } });
  await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
  await team.type();
  await page.getByText(/is typing…|are typing…/).waitFor();
  const images = new URL("../../docs/images/", import.meta.url).pathname;
  await mkdir(images, { recursive: true });
  await page.screenshot({ path: join(images, "main.png") });
  await page.context().close();
}

await mkdir(folder, { recursive: true });
const browser = await openBrowser();
const team = await startTeam();
const stage = await setStage();
try {
  if (wanted.length === 0 || wanted.includes("readme")) await shootReadme(browser, team);
  await shootTeam(browser, team);
  await shootScreens(browser, stage);
} finally {
  await browser.close();
  await team.close();
  await stage.close();
}
