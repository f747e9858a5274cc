/** Ana and Ben, the rooms in which they send each other files, and the browsers before which they sit. */
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { afterEach, beforeAll, expect } from "vitest";
import type { History, MyRoom, StoredFile } from "../../src/api/types.ts";
import { Room } from "../pages/room.ts";
import { Sidebar } from "../pages/sidebar.ts";
import { listenForTrouble, newContext, openBrowser } from "./browser.ts";
import { type Person, register, setUp } from "./people.ts";
import { type Server, startServer } from "./server.ts";

/** How somebody sits before a room, where it isn't as usual. */
interface Seat {
  /** Another address than the server's own. */
  readonly url?: string;
  readonly options?: BrowserContextOptions;
}

interface Pier {
  readonly server: Server;
  readonly ana: Person;
  readonly ben: Person;
  /** A private room with both. */
  newRoom(): Promise<MyRoom>;
  /** What the messages of a room carry, the oldest first. */
  filesOf(room: string): Promise<StoredFile[][]>;
  /** A page of a person's, in a browser's worth of storage of its own. */
  pageOf(who: Person, seat?: Seat): Promise<Page>;
  /** Leads a page at a desk into a room, with all that it needs. */
  enter(page: Page, room: string): Promise<Room>;
  /** A person at a desk before a room, who may lose the line from here on. */
  sit(who: Person, room: string, seat?: Seat): Promise<{ page: Page; at: Room }>;
  /** Closes what a test has opened, and answers with what went wrong in it. */
  leave(): Promise<string[]>;
  close(): Promise<void>;
}

async function openPier(): Promise<Pier> {
  const server = await startServer();
  const browser: Browser = await openBrowser();
  const ana = await setUp(server, "Ana Petrova");
  const ben = await register(server, "Ben Okafor");
  const contexts: BrowserContext[] = [];
  const troubles: string[][] = [];
  let rooms = 0;

  async function pageOf(who: Person, { url = server.url, options = {} }: Seat = {}): Promise<Page> {
    // What a service worker fetches passes by a test's routes.
    const context = await newContext(browser, url, who, { serviceWorkers: "block", ...options });
    contexts.push(context);
    const page = await context.newPage();
    troubles.push(listenForTrouble(page));
    return page;
  }

  async function enter(page: Page, room: string): Promise<Room> {
    await page.goto(`/rooms/${room}`);
    const at = new Room(page);
    await at.composer.waitFor();
    await new Sidebar(page).live();
    await page.waitForFunction(allPieces);
    return at;
  }

  return {
    server,
    ana,
    ben,
    pageOf,
    enter,
    newRoom() {
      rooms += 1;
      return ana.createRoom({ kind: "private", name: `pier ${rooms}`, members: [ben.id] });
    },
    async filesOf(room) {
      const { items } = await ben.api<History>("GET", `/rooms/${room}/messages`);
      return items.filter(({ kind }) => kind === "message").map(({ attachments }) => [...attachments]);
    },
    async sit(who, room, seat) {
      const page = await pageOf(who, seat);
      return { page, at: await enter(page, room) };
    },
    async leave() {
      for (const context of contexts.splice(0)) await context.close();
      return troubles.splice(0).flat();
    },
    async close() {
      await browser.close();
      await server.stop();
    },
  };
}

/** The pier of a whole file of tests, open from the first on. What a test opened there is closed with it, and was in order. */
export function sharedPier(): Pier {
  const pier = {} as Pier;
  beforeAll(async () => {
    Object.assign(pier, await openPier());
    return () => pier.close();
  });
  afterEach(async () => expect(await pier.leave()).toEqual([]));
  return pier;
}

/** Whether the pieces that show files are here, and every file that one of them is made of. Runs in the page. */
function allPieces(): boolean {
  const come = performance.getEntriesByType("resource").map(({ name }) => name);
  const wanted = ["Attachments", "Outgoing", "Tray", "LongPaste", "DropOverlay"];
  const links = document.querySelectorAll<HTMLLinkElement>('link[rel="modulepreload"], link[rel="stylesheet"]');
  return (
    wanted.every((piece) => come.some((name) => name.includes(`/assets/${piece}-`))) &&
    [...links].every(({ href }) => come.includes(href))
  );
}
