import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Plugin } from "vite";

/** The service worker's name among the entries and in the build. */
const WORKER = "sw.js";
/** Files of the build that no page of the app asks for. */
const LEFT_OUT = /^(index\.html|icon-.*\.png|.*\.map|\.vite\/.*)$/;

/** Tells the service worker which files a build is made of. */
export function serviceWorker(): Plugin {
  let publicDir = "public";
  return {
    name: "parley-service-worker",
    apply: "build",
    enforce: "post",
    configResolved(config) {
      publicDir = config.publicDir;
    },
    generateBundle: {
      order: "post",
      async handler(_, bundle) {
        const worker = bundle[WORKER];
        if (worker?.type !== "chunk") return this.error(`${WORKER} isn't part of the build`);
        if (worker.imports.length > 0) return this.error(`${WORKER} must stand alone`);
        const contents = new Map<string, string | Uint8Array>();
        for (const [name, output] of Object.entries(bundle)) {
          if (name !== WORKER) contents.set(name, output.type === "chunk" ? output.code : output.source);
        }
        for (const name of await readdir(publicDir)) contents.set(name, await readFile(join(publicDir, name)));

        const names = [...contents.keys()].sort();
        const build = createHash("sha256").update(worker.code);
        for (const name of names) build.update(name).update(contents.get(name) ?? "");
        const files = ["/", ...names.filter((name) => !LEFT_OUT.test(name)).map((name) => `/${name}`)];
        worker.code = worker.code
          .replace("__PARLEY_FILES__", JSON.stringify(files))
          .replace("__PARLEY_BUILD__", JSON.stringify(build.digest("hex").slice(0, 16)));
      },
    },
  };
}
