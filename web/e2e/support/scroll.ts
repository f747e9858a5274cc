/** Where things stand in a room's list, and how they move. */
import type { Page } from "playwright-core";
import type { Room } from "../pages/room.ts";

interface Box {
  readonly y: number;
  readonly height: number;
}

export async function box(locator: { boundingBox(): Promise<Box | null> }): Promise<Box> {
  const found = await locator.boundingBox();
  if (!found) throw new Error("it isn't on the page");
  return found;
}

export function inSight(row: Box, list: Box): boolean {
  return row.y >= list.y && row.y + row.height <= list.y + list.height;
}

/** The row in the middle of the list: what somebody has their eyes on. */
export function anchorOf(at: Room): Promise<{ key: string; top: number; index: number }> {
  return at.log.evaluate((log) => {
    const { top, height } = log.getBoundingClientRect();
    const rows = [...log.querySelectorAll<HTMLElement>("[data-index]")];
    const row = rows.find((one) => one.getBoundingClientRect().bottom > top + height / 2);
    const key = row?.querySelector<HTMLElement>("[data-message]")?.dataset.message;
    if (!row || !key) throw new Error("nothing is in sight");
    return { key, top: row.getBoundingClientRect().top, index: Number(row.dataset.index) };
  });
}

export function topOf(at: Room, key: string): Promise<number> {
  return at.log.evaluate(
    (log, wanted) =>
      log.querySelector(`[data-message="${wanted}"]`)?.closest("[data-index]")?.getBoundingClientRect().top ?? 0,
    key,
  );
}

export function indexOf(at: Room, key: string): Promise<number> {
  return at.log.evaluate(
    (log, wanted) =>
      Number(
        log.querySelector(`[data-message="${wanted}"]`)?.closest<HTMLElement>("[data-index]")?.dataset.index ?? -1,
      ),
    key,
  );
}

/** From here on, how far down what is seen moved from one frame to the next; asking for it ends the watch. */
export async function watchMovements(at: Room): Promise<() => Promise<number[]>> {
  const watch = await at.log.evaluateHandle((log) => {
    const movements: number[] = [];
    let ended = false;
    let before = new Map<string, number>();
    const look = () => {
      const box = log.getBoundingClientRect();
      const now = new Map<string, number>();
      for (const row of log.querySelectorAll<HTMLElement>("[data-message]")) {
        const { top, bottom } = row.getBoundingClientRect();
        if (bottom > box.top && top < box.bottom) now.set(row.dataset.message ?? "", Math.round(top));
      }
      for (const [key, top] of now) {
        const was = before.get(key);
        if (was !== undefined && was !== top) movements.push(top - was);
      }
      before = now;
      if (!ended) requestAnimationFrame(look);
    };
    look();
    return {
      end: () => {
        ended = true;
        return movements;
      },
    };
  });
  return () => watch.evaluate((started) => started.end());
}

/** Waits until what was measured has been placed: nothing in the list moves for some frames. */
export function settled(at: Page): Promise<void> {
  return at.evaluate(async () => {
    const log = document.querySelector('[role="log"]');
    const places = () =>
      [...(log?.querySelectorAll("[data-index]") ?? [])].map((row) => Math.round(row.getBoundingClientRect().top));
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    let before = "";
    for (let still = 0; still < 3; ) {
      await frame();
      const now = `${log?.scrollHeight} ${places().join(" ")}`;
      still = now === before ? still + 1 : 0;
      before = now;
    }
  });
}
