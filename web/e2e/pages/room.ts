/** A room on screen: its header, its messages, its composer. */
import { deepEqual } from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import type { Sent } from "../support/media.ts";
import { until } from "../support/until.ts";

export class Room {
  readonly page: Page;
  readonly log: Locator;
  readonly composer: Locator;
  readonly title: Locator;
  readonly jump: Locator;
  /** The files that the next message takes along. */
  readonly tray: Locator;

  constructor(page: Page) {
    this.page = page;
    this.log = page.getByRole("log");
    this.composer = page.getByRole("textbox", { name: /^Message to / });
    this.title = page.getByRole("heading", { level: 1 });
    this.tray = page.getByRole("list", { name: "Files to send" });
    this.jump = page.getByRole("button", { name: /^(Jump to latest|\d+ new messages?)$/ });
  }

  /** The row that holds this text. */
  message(text: string): Locator {
    return this.log.getByRole("article").filter({ hasText: text });
  }

  /** Hands a message over; it is shown at once, whatever the connection does. */
  async say(text: string): Promise<void> {
    await this.composer.fill(text);
    await this.composer.press("Enter");
  }

  /** Chooses files as the button for it does. */
  async attach(...files: readonly Sent[]): Promise<void> {
    const picker = this.page.locator('input[type="file"][multiple]');
    const folder = await mkdtemp(join(tmpdir(), "parley-files-"));
    const paths = files.map(({ name }) => join(folder, name));
    for (const [at, { buffer }] of files.entries()) await writeFile(paths[at] ?? folder, buffer);
    await picker.setInputFiles(paths);
    this.page.once("close", () => void rm(folder, { recursive: true, force: true }));
  }

  /** Waits until everything in the tray is with the server. */
  async uploaded(timeoutMs = 30_000): Promise<void> {
    const all = (list: Element) => {
      const files = [...list.querySelectorAll("li")];
      return (
        files.length > 0 && files.every((file) => !file.querySelector('[role="progressbar"], [aria-label^="Try "]'))
      );
    };
    await until("the files to be uploaded", () => this.tray.evaluate(all, null, { timeout: 1_000 }), timeoutMs);
  }

  /** Drops or pastes files, with the events that a browser makes of that. */
  async hand(how: "drop" | "paste", files: readonly Sent[]): Promise<void> {
    const plain = files.map(({ name, mimeType, buffer }) => ({ name, mimeType, base64: buffer.toString("base64") }));
    await this.composer.evaluate(
      (area, [way, list]) => {
        const data = new DataTransfer();
        for (const { name, mimeType, base64 } of list) {
          const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
          data.items.add(new File([bytes], name, { type: mimeType }));
        }
        const init = { bubbles: true, cancelable: true };
        if (way === "paste") area.dispatchEvent(new ClipboardEvent("paste", { ...init, clipboardData: data }));
        else {
          const log = document.querySelector('[role="log"]') ?? area;
          for (const type of ["dragenter", "dragover", "drop"]) {
            log.dispatchEvent(new DragEvent(type, { ...init, dataTransfer: data }));
          }
        }
      },
      [how, plain] as const,
    );
  }

  /** Waits until the message is there and no longer on its way. */
  async arrived(text: string, timeoutMs = 30_000): Promise<void> {
    const row = this.message(text);
    await row.waitFor({ timeout: timeoutMs });
    await this.nothingWaits(timeoutMs);
  }

  /** Waits until the room, read as a whole, says just this. */
  async says(pattern: RegExp, texts: readonly string[]): Promise<void> {
    await until("the room to say it all", async () => {
      deepEqual(await this.read(pattern), texts);
      return true;
    });
  }

  /** Messages of mine that are on screen and not with the server yet. */
  get waiting(): Locator {
    return this.log.getByText(/^(Sending…|Waiting for the connection)$/);
  }

  async nothingWaits(timeoutMs = 30_000): Promise<void> {
    await until("every message to be sent", async () => (await this.waiting.count()) === 0, timeoutMs);
  }

  /** The bar of a message that is pointed at. */
  async tools(text: string): Promise<Locator> {
    const row = this.message(text);
    await row.hover();
    return row.getByRole("toolbar");
  }

  /** A finger that rests on a message until what can be done with it is there. */
  async longPress(text: string): Promise<Locator> {
    // What came last may still move the others.
    const box = await until("the message to rest", async () => {
      const before = await this.message(text).boundingBox();
      await this.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
      const now = await this.message(text).boundingBox();
      return now !== null && now.y === before?.y ? now : null;
    });
    const point = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    const client = await this.page.context().newCDPSession(this.page);
    await client.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: [point] });
    const sheet = this.page.getByRole("dialog", { name: "What to do with this message" });
    await sheet.waitFor();
    await client.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
    await client.detach();
    return sheet;
  }

  /** What the menu of a message offers, done. */
  async choose(text: string, action: string): Promise<void> {
    const tools = await this.tools(text);
    await tools.getByRole("button", { name: "More" }).click();
    await this.page.getByRole("menuitem", { name: action, exact: true }).click();
  }

  /**
   * What `pattern` finds in each message, from the first of the room to the last, in the order of the screen. The list
   * keeps only what is near the eye in the page, so it is read by scrolling through it, as a person would.
   */
  async read(pattern: RegExp): Promise<string[]> {
    await this.toBeginning();
    return this.log.evaluate(async (log, source) => {
      const found = new Map<number, string>();
      const frame = () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
      for (;;) {
        for (const row of log.querySelectorAll<HTMLElement>("[data-index]")) {
          const match = new RegExp(source).exec(row.textContent ?? "");
          if (match) found.set(Number(row.dataset.index), match[0]);
        }
        const before = log.scrollTop;
        log.scrollBy(0, log.clientHeight / 2);
        await frame();
        if (log.scrollTop <= before) break;
      }
      return [...found].sort(([a], [b]) => a - b).map(([, text]) => text);
    }, pattern.source);
  }

  /** Scrolls up until the room's first message is there. */
  async toBeginning(): Promise<void> {
    const beginning = this.log.getByText(/^This (is the beginning|space is only yours)/);
    await until("the beginning of the room", async () => {
      await this.log.evaluate((log) => log.scrollTo(0, 0));
      return (await beginning.count()) > 0 && (await this.log.evaluate((log) => log.scrollTop === 0));
    });
  }

  /** Opens the details and adds somebody. */
  async add(person: string): Promise<void> {
    await this.page.getByRole("button", { name: "Room details" }).click();
    const dialog = this.page.getByRole("dialog");
    await dialog.getByRole("button", { name: "Add people" }).click();
    await dialog.getByRole("combobox", { name: "Add people", exact: true }).fill(person);
    await this.page.getByRole("option", { name: new RegExp(person) }).click();
    await dialog.getByRole("button", { name: "Add", exact: true }).click();
    await dialog.getByRole("listitem").filter({ hasText: person }).waitFor();
    await dialog.getByRole("button", { name: "Close" }).click();
    await dialog.waitFor({ state: "hidden" });
  }
}
