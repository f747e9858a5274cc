/** Chromium, and the people who sit before it. */
import { readdir, readFile } from "node:fs/promises";
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  devices,
  type Page,
} from "playwright-core";
import type { Person } from "./people.ts";
import { until } from "./until.ts";

const launch = {
  executablePath: process.env.PARLEY_TEST_CHROMIUM ?? "/usr/bin/chromium",
  headless: true,
  args: [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
};

const surroundings: BrowserContextOptions = {
  viewport: { width: 1280, height: 800 },
  locale: "en-GB",
  timezoneId: "Europe/London",
  reducedMotion: "reduce",
};

const { userAgent, isMobile, hasTouch, deviceScaleFactor } = devices["Pixel 7"] ?? {};

/** A phone, as an option of its browser. */
export const pixel: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  ...(userAgent ? { userAgent } : {}),
  isMobile: isMobile ?? true,
  hasTouch: hasTouch ?? true,
  deviceScaleFactor: deviceScaleFactor ?? 2,
};

/** How long a person waits for something on a page before they give up. */
const PATIENCE_MS = 30_000;

/** Every page that is open now. */
export const openPages = new Set<Page>();

function watch(context: BrowserContext): void {
  context.setDefaultTimeout(PATIENCE_MS);
  const follow = (page: Page): void => {
    openPages.add(page);
    page.once("close", () => openPages.delete(page));
    page.once("crash", () => openPages.delete(page));
  };
  for (const page of context.pages()) follow(page);
  context.on("page", follow);
  context.on("close", () => {
    for (const page of context.pages()) openPages.delete(page);
  });
}

/** `args` are further words of Chromium's command line. */
export function openBrowser(...args: string[]): Promise<Browser> {
  return chromium.launch({ ...launch, args: [...launch.args, ...args] });
}

/** Another browser's worth of cookies and storage. With `person` somebody is signed in. */
export async function newContext(
  browser: Browser,
  url: string,
  person: Person | null = null,
  options: BrowserContextOptions = {},
): Promise<BrowserContext> {
  const context = await browser.newContext({ ...surroundings, baseURL: url, ...options });
  watch(context);
  context.on("page", steady);
  if (person) await signInto(context, url, person);
  return context;
}

/** Whoever closes a dialog and goes elsewhere at once would be on two ways: the page is still going back from its place. */
function steady(page: Page): void {
  const { goto, reload } = page;
  const stands = () =>
    page.waitForFunction(
      () =>
        !history.state?.layers ||
        document.querySelector('[role="dialog"][data-open], [role="menu"][data-open]') !== null,
    );
  page.goto = async (...to) => {
    await stands();
    return goto.apply(page, to);
  };
  page.reload = async (...how) => {
    await stands();
    return reload.apply(page, how);
  };
}

/** A page of its own for each person. */
export async function newPage(
  browser: Browser,
  url: string,
  person: Person | null = null,
  options: BrowserContextOptions = {},
): Promise<Page> {
  return (await newContext(browser, url, person, options)).newPage();
}

export async function signInto(context: BrowserContext, url: string, { token }: Pick<Person, "token">): Promise<void> {
  await context.addCookies([{ name: "parley_session", value: token, url, httpOnly: true, sameSite: "Lax" }]);
}

/** A browser with a profile on the disk, which outlives its process. */
export interface Profile {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Ends the browser's processes at once, as a crash or a power cut does. */
  kill(): Promise<void>;
}

export async function openProfile(folder: string, url: string, person: Person | null = null): Promise<Profile> {
  const context = await chromium.launchPersistentContext(folder, { ...launch, ...surroundings, baseURL: url });
  watch(context);
  if (person) await signInto(context, url, person);
  const page = context.pages()[0] ?? (await context.newPage());
  return {
    context,
    page,
    async kill() {
      const closed = new Promise((resolve) => context.once("close", resolve));
      for (const id of await processesOf(folder)) process.kill(id, "SIGKILL");
      await closed;
      await until("the browser's processes to be gone", async () => (await processesOf(folder)).length === 0);
    },
  };
}

/** The processes that were started on a profile; only the browser's main one and its helpers name the folder. */
async function processesOf(folder: string): Promise<number[]> {
  const ids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const found: number[] = [];
  for (const id of ids) {
    const line = await readFile(`/proc/${id}/cmdline`, "utf8").catch(() => "");
    if (line.split("\0").includes(`--user-data-dir=${folder}`)) found.push(Number(id));
  }
  return found;
}

/** What goes wrong in pages without anybody seeing it: exceptions, and what the content security policy refuses. */
export function listenForTrouble(page: Page): string[] {
  const troubles: string[] = [];
  page.on("pageerror", (error) => troubles.push(`${error.message}\n${error.stack ?? ""}`));
  page.on("console", (message) => {
    if (message.type() === "error" && /Content Security Policy|React|Uncaught/.test(message.text()))
      troubles.push(message.text());
  });
  return troubles;
}

/** The app's files are kept by the service worker: from here on it opens without its server. */
export async function appIsKept(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
    // Ready may still be taking over.
    if (!navigator.serviceWorker.controller) {
      await new Promise((resolve) =>
        navigator.serviceWorker.addEventListener("controllerchange", resolve, { once: true }),
      );
    }
  });
}
