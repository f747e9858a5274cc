/** What was on screen when a test failed, as pictures beside the build's other output. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { afterEach } from "vitest";
import { openPages } from "./browser.ts";

const FOLDER = new URL("../../../target/e2e-failures/", import.meta.url).pathname;

afterEach(async ({ task }) => {
  if (task.result?.state !== "fail") return;
  await mkdir(FOLDER, { recursive: true });
  const name = task.name.replace(/\W+/g, "-").slice(0, 60);
  for (const [at, page] of [...openPages].entries()) {
    await page.screenshot({ path: join(FOLDER, `${name}-${at + 1}.png`) }).catch(() => {});
  }
});
