/** axe finds nothing on any screen, in any of its states, light and dark, wide and narrow. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Screen, screens } from "../src/app/screens.ts";
import { Room } from "./pages/room.ts";
import { newContext, openBrowser } from "./support/browser.ts";
import { picture, words } from "./support/media.ts";
import { type Scene, type Stage, setStage, show } from "./support/stage.ts";
import { until } from "./support/until.ts";

let browser: Browser;
let stage: Stage;
let axe: string;
beforeAll(async () => {
  axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  browser = await openBrowser();
  stage = await setStage();
});
afterAll(async () => {
  await browser?.close();
  await stage?.close();
});

const sizes = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
];

type Rules = Readonly<Record<string, { readonly enabled: false }>>;

interface Options {
  readonly rules: Rules;
  readonly runOnly?: readonly string[];
}

/** The rules that another theme can break. */
const ofColours = ["color-contrast", "link-in-text-block"];

/** What axe finds fault with, in words. */
async function faults(page: Page, options: Options): Promise<string[]> {
  if (!(await page.evaluate("typeof axe === 'object'"))) await page.evaluate(axe);
  const { violations } = (await page.evaluate((options) => {
    const { run } = (globalThis as unknown as { axe: { run(where: object, how: object): Promise<unknown> } }).axe;
    // These catch the focus and hand it on at once, so that nobody is ever on one.
    return run({ exclude: ["[data-base-ui-focus-guard]"] }, options);
  }, options)) as AxeResults;
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${help}\n  ${html.slice(0, 300)}\n  ${failureSummary}`),
  );
}

/** The same page in both themes and both widths. */
async function inspect(page: Page, what: string, except: Rules = {}): Promise<void> {
  for (const size of sizes) {
    await page.setViewportSize(size);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
      const options = colorScheme === "light" ? { rules: except } : { rules: except, runOnly: ofColours };
      expect(await faults(page, options), `${what}, ${colorScheme}, ${size.width} wide`).toEqual([]);
    }
  }
}

describe.each(Object.entries(screens) as [string, Screen][])("axe on %s", (path, screen) => {
  it.each(screen.states)("finds nothing while it is %s", async (state) => {
    const scene: Scene = { path, screen, state };
    const { page, close } = await show(browser, stage, scene);
    try {
      await inspect(page, `${path} ${state}`);
    } finally {
      await close();
    }
  });
});

describe("axe on what opens over the main screen", () => {
  const openers: [string, (page: Page) => Promise<void>][] = [
    ["jump", (page) => page.keyboard.press("Control+k")],
    ["create a room", (page) => page.getByRole("button", { name: "Create a room" }).first().click()],
    ["browse rooms", (page) => page.getByRole("button", { name: "Browse rooms" }).first().click()],
    ["new message", (page) => page.getByRole("button", { name: "New direct message" }).click()],
    ["invite", (page) => page.getByRole("button", { name: "Invite people" }).click()],
    ["room details", (page) => page.getByRole("button", { name: "Room details" }).click()],
    ["room files", (page) => page.getByRole("button", { name: "Files", exact: true }).click()],
    ["images", (page) => page.getByRole("button", { name: "Open image boats.png" }).click()],
  ];
  it.each(openers)("finds nothing on %s", async (name, open) => {
    const context = await newContext(browser, stage.server.url, stage.owner, { serviceWorkers: "block" });
    const page = await context.newPage();
    await page.goto(`/rooms/${stage.room.id}`);
    await page.getByRole("log").getByRole("article").first().waitFor();
    await open(page);
    const dialog = page.getByRole("dialog");
    await dialog.waitFor();
    await until("the dialog to be loaded", async () => (await dialog.locator("[aria-busy=true]").count()) === 0);
    await inspect(page, name);
    await context.close();
  });

  it("finds nothing on files that are being attached", async () => {
    const context = await newContext(browser, stage.server.url, stage.owner, { serviceWorkers: "block" });
    const page = await context.newPage();
    const room = new Room(page);
    await page.goto(`/rooms/${stage.room.id}`);
    await room.composer.waitFor();
    // One is refused, one doesn't get on, one is there.
    await room.attach(picture("quay.png", 300, 200));
    await room.uploaded();
    await page.route("**/api/v1/uploads", (route) => {
      const { name } = route.request().postDataJSON() as { name: string };
      if (name.startsWith("stuck")) return;
      const body = JSON.stringify({ status: 413, code: "file_too_large", title: "Too large" });
      return route.fulfill({ status: 413, contentType: "application/problem+json", body });
    });
    await room.attach(words("refused.txt", "one"), words("stuck.txt", "two"));
    await room.tray.getByRole("button", { name: "Try refused.txt again" }).waitFor();
    await inspect(page, "the tray");
    await context.close();
  });

  it("finds nothing on cutting out one's picture", async () => {
    const context = await newContext(browser, stage.server.url, stage.owner, { serviceWorkers: "block" });
    const page = await context.newPage();
    await page.goto("/preferences/account");
    await page.getByRole("button", { name: "Choose a picture" }).waitFor();
    await page.locator('input[type="file"]').setInputFiles(picture("me.png", 900, 600, 5));
    await page.getByRole("dialog", { name: "Your picture", exact: true }).waitFor();
    await inspect(page, "one's picture");
    await context.close();
  });

  it("finds nothing on a menu", async () => {
    const context = await newContext(browser, stage.server.url, stage.owner, { serviceWorkers: "block" });
    const page = await context.newPage();
    await page.goto(`/rooms/${stage.room.id}`);
    await page.getByRole("button", { name: stage.workspace }).click();
    await page.getByRole("menu").waitFor();
    // A menu hangs from its button, outside of the landmarks.
    await inspect(page, "the workspace's menu", { region: { enabled: false } });
    await context.close();
  });
});

describe("axe on what opens over the console", () => {
  const openers: [string, string, (page: Page) => Promise<void>][] = [
    ["a new person", "/admin/people", (page) => page.getByRole("button", { name: "Add a person" }).click()],
    ["an invitation", "/admin/joining", (page) => page.getByRole("button", { name: "Invite", exact: true }).click()],
    ["a question", "/admin/people/$userId", (page) => page.getByRole("button", { name: "Deactivate" }).click()],
    ["a room", "/admin/rooms", (page) => page.getByRole("button", { name: "Settings of harbour" }).click()],
    ["an entry", "/admin/audit", (page) => page.getByRole("button", { name: "Registered" }).first().click()],
  ];
  it.each(openers)("finds nothing on %s", async (name, path, open) => {
    const context = await newContext(browser, stage.server.url, stage.owner, { serviceWorkers: "block" });
    const page = await context.newPage();
    await page.goto(path.replace("$userId", stage.other.id));
    await open(page);
    await page.getByRole("dialog").waitFor();
    await inspect(page, name);
    await context.close();
  });

  it("finds nothing on the list of sections, which a phone shows by itself", async () => {
    const options = { serviceWorkers: "block", viewport: { width: 390, height: 844 } } as const;
    const context = await newContext(browser, stage.server.url, stage.owner, options);
    const page = await context.newPage();
    await page.goto("/admin");
    await page.getByRole("heading", { level: 1, name: "Administration" }).waitFor();
    await inspect(page, "the sections");
    await context.close();
  });
});
