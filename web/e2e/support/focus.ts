/** Where the keyboard is: what is on screen doesn't hear it before it has the focus. */
import type { Locator } from "playwright-core";
import { until } from "./until.ts";

/** Waits until this has the focus itself. */
export async function focused(what: Locator): Promise<void> {
  await until(`the focus to be on ${what}`, () =>
    what.evaluate((element) => element === document.activeElement, null, { timeout: 1_000 }),
  );
}

/** Waits until the focus is on something inside. */
export async function focusWithin(box: Locator): Promise<void> {
  await until(`the focus to be inside ${box}`, () =>
    box.evaluate((element) => element.contains(document.activeElement), null, { timeout: 1_000 }),
  );
}
