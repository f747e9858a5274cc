/** Files from one person's hand to everybody's screen: pasted, dropped, cut off, sent again. */
import { createHash } from "node:crypto";
import type { Page } from "playwright-core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { History } from "../src/api/types.ts";
import { focused } from "./support/focus.ts";
import { noise, picture, words } from "./support/media.ts";
import { sharedPier } from "./support/pier.ts";
import { startProxy, type TcpProxy } from "./support/proxy.ts";
import { until } from "./support/until.ts";

const pier = sharedPier();

const digest = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");

describe("from the hand", () => {
  it("takes what is pasted, dropped and chosen into one message, which others see", async () => {
    const room = await pier.newRoom();
    const { page, at } = await pier.sit(pier.ana, room.id);
    await at.hand("paste", [picture("image.png", 320, 200)]);
    await at.tray.getByText(/^Pasted image .*\.png$/).waitFor();
    await at.hand("drop", [picture("quay.png", 400, 300, 2), noise("plan.bin", 2_000)]);
    await at.tray.getByText("plan.bin").waitFor();
    await at.attach(words("notes.txt", "high water at six\nbring boots"));
    await at.tray.getByText("notes.txt").waitFor();
    expect(await at.tray.getByRole("listitem").count()).toBe(4);
    await at.uploaded();
    await at.say("All of it");
    await at.arrived("All of it");
    await at.tray.waitFor({ state: "detached" });
    const [sent = []] = await pier.filesOf(room.id);
    expect(sent.map(({ name }) => name).slice(1)).toEqual(["quay.png", "plan.bin", "notes.txt"]);
    expect(digest(await pier.ben.read(sent[2]?.id ?? ""))).toBe(digest(noise("plan.bin", 2_000).buffer));

    const other = await pier.sit(pier.ben, room.id);
    const row = other.at.message("All of it");
    await row.getByRole("button", { name: "Open image quay.png" }).waitFor();
    await row.getByRole("link", { name: "Download plan.bin" }).waitFor();
    await row.getByRole("region", { name: "Beginning of notes.txt" }).getByText("bring boots").waitFor();
    await page.close();
  });

  it("shows over the room that it takes what is dragged there", async () => {
    const room = await pier.newRoom();
    const { page, at } = await pier.sit(pier.ana, room.id);
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
    const room = await pier.newRoom();
    const { page, at } = await pier.sit(pier.ana, room.id);
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    const text = Array.from({ length: 300 }, (_, line) => `line ${line} of the log`).join("\n");
    await at.composer.fill("The log: ");
    await page.evaluate((long) => navigator.clipboard.writeText(long), text);
    await at.composer.press("End");
    await page.keyboard.press("Control+v");
    await page.getByRole("button", { name: "Send it as a file" }).click();
    await at.tray.getByText("Pasted text.txt").waitFor();
    await until("the rest to be left", async () => (await at.composer.inputValue()) === "The log:");
    await at.composer.press("Enter");
    await at.arrived("The log:");
    const [[file] = []] = await pier.filesOf(room.id);
    expect((await pier.ben.read(file?.id ?? "")).toString()).toBe(text);
  });

  it("does everything by keys: takes a file back, tries one again that was refused, sends", async () => {
    const room = await pier.newRoom();
    const { page, at } = await pier.sit(pier.ana, room.id);
    await page.route("**/api/v1/uploads", (route) =>
      route.fulfill({
        status: 413,
        contentType: "application/problem+json",
        body: JSON.stringify({ status: 413, code: "quota_exceeded", title: "No room" }),
      }),
    );
    await at.attach(words("one.txt", "one"), words("two.txt", "two"));
    const refused = at.tray.getByText(/There is no room left/);
    await until("both to be refused", async () => (await refused.count()) === 2);
    expect(await page.getByRole("button", { name: "Send" }).getAttribute("aria-disabled")).toBe("true");
    await page.unroute("**/api/v1/uploads");
    await at.composer.focus();
    // Backwards from the text: remove two, again two, remove one, again one.
    await page.keyboard.press("Shift+Tab");
    await focused(page.getByRole("button", { name: "Remove two.txt" }));
    await page.keyboard.press("Enter");
    await until("the second to be gone", async () => (await at.tray.getByRole("listitem").count()) === 1);
    await focused(page.getByRole("button", { name: "Remove one.txt" }));
    await page.keyboard.press("Shift+Tab");
    await focused(page.getByRole("button", { name: "Try one.txt again" }));
    await page.keyboard.press("Enter");
    await at.uploaded();
    await at.composer.focus();
    await page.keyboard.press("Enter");
    await until("the message to be there", async () => (await pier.filesOf(room.id)).length === 1);
    expect((await pier.filesOf(room.id)).flat().map(({ name }) => name)).toEqual(["one.txt"]);
  });
});

describe("over a bad line", () => {
  let proxy: TcpProxy;
  beforeEach(async () => {
    proxy = await startProxy(pier.server.port);
  });
  afterEach(async () => {
    await proxy.close();
  });

  it("goes on after each of three cuts, and what arrives is equal", async () => {
    const room = await pier.newRoom();
    const { at } = await pier.sit(pier.ana, room.id, { url: proxy.url });
    const big = noise("survey.bin", 40 * 1024 * 1024);
    proxy.delay(4);
    await at.attach(big);
    const bar = at.tray.getByRole("progressbar", { name: "Upload of survey.bin" });
    await bar.waitFor();
    const share = async () =>
      Number((await bar.getAttribute("aria-valuenow", { timeout: 1_000 }).catch(() => null)) ?? 100);
    for (const mark of [10, 35, 60]) {
      await until(`${mark}%`, async () => (await share()) >= mark, 120_000);
      proxy.cutOnce();
    }
    proxy.delay(0);
    await at.uploaded(90_000);
    await at.say("The survey");
    await at.arrived("The survey");
    const [[file] = []] = await pier.filesOf(room.id);
    expect(file?.size).toBe(big.buffer.length);
    expect(digest(await pier.ben.read(file?.id ?? ""))).toBe(digest(big.buffer));
  });

  it("is cancelled while nothing moves, and leaves nothing", async () => {
    const room = await pier.newRoom();
    const { at } = await pier.sit(pier.ana, room.id, { url: proxy.url });
    proxy.swallow();
    await at.attach(noise("stuck.bin", 3_000_000));
    await at.tray.getByRole("button", { name: "Cancel stuck.bin" }).click();
    await at.tray.waitFor({ state: "hidden" });
    proxy.pass();
    await at.say("without it");
    await at.arrived("without it", 120_000);
    expect((await pier.filesOf(room.id)).flat()).toEqual([]);
  });

  it("waits with its message while there is no line, and keeps the order of what was written", async () => {
    const room = await pier.newRoom();
    const { at } = await pier.sit(pier.ana, room.id, { url: proxy.url });
    proxy.reset();
    await at.attach(picture("late.png", 300, 200, 3));
    await at.tray.getByText("late.png").waitFor();
    await at.say("with the picture");
    await at.say("and after it");
    await at.message("and after it").waitFor();
    expect(await at.waiting.count()).toBeGreaterThan(0);
    expect((await pier.filesOf(room.id)).length).toBe(0);
    proxy.pass();
    await at.nothingWaits(120_000);
    const { items } = await pier.ben.api<History>("GET", `/rooms/${room.id}/messages`);
    const said = items.filter(({ kind }) => kind === "message");
    expect(said.map(({ body, attachments }) => [body, attachments.length])).toEqual([
      ["with the picture", 1],
      ["and after it", 0],
    ]);
  });

  it("survives a reload in the middle, in the tray and with a message", async () => {
    const room = await pier.newRoom();
    const { page, at } = await pier.sit(pier.ana, room.id);
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
    await until("two pieces of it", async () => (await share()) >= 40, 120_000);
    // The bytes are on the disk before they may be relied on.
    await until("the file to be kept", async () => (await kept(page)) === big.buffer.length, 120_000);
    await page.reload();
    await at.tray.getByText("chart.bin").waitFor();
    await at.say("the chart");
    // What is shown is on the disk.
    await at.message("the chart").waitFor();
    passing = 1;
    await page.reload();
    await at.message("the chart").waitFor();
    await until("a third piece", async () => (await share()) >= 60, 120_000);
    await until("it to wait alone", async () => (await at.waiting.count()) === 1);
    passing = Number.POSITIVE_INFINITY;
    await page.reload();
    await at.message("the chart").waitFor();
    await at.nothingWaits(120_000);
    const [[file] = []] = await pier.filesOf(room.id);
    expect(digest(await pier.ben.read(file?.id ?? ""))).toBe(digest(big.buffer));
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
