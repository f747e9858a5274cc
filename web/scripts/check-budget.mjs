// What a browser fetches before a page works stays small. The build fails where a page outgrows its budget.
import { readFileSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const dist = resolve(dirname(fileURLToPath(import.meta.url)), "..", process.argv[2] ?? "dist");

/** The gzipped JavaScript of a first visit, in thousands of bytes. Lower them when a page has become smaller. */
const budgets = [
  { page: "sign-in", chunks: ["index", "entrance"], most: 176 },
  { page: "main screen", chunks: ["index", "desk"], most: 287 },
  { page: "administration", chunks: ["index", "desk", "admin"], most: 339 },
];

/** The chunk of an entry, by its name before the hash. */
const manifest = JSON.parse(readFileSync(join(dist, ".vite/manifest.json"), "utf8"));

/** Every file that these chunks need before they run. */
function filesOf(names) {
  const files = new Set();
  const visit = (key) => {
    const { file, imports = [] } = manifest[key];
    if (files.has(file)) return;
    files.add(file);
    imports.forEach(visit);
  };
  for (const name of names) {
    const key = Object.keys(manifest).find((at) => manifest[at].name === name);
    if (!key) throw new Error(`the build has no chunk ${name}`);
    visit(key);
  }
  return [...files];
}

let over = false;
for (const { page, chunks, most } of budgets) {
  const bytes = filesOf(chunks).reduce(
    (sum, file) => sum + gzipSync(readFileSync(join(dist, file)), { level: 9 }).length,
    0,
  );
  const size = Math.ceil(bytes / 1000);
  over ||= size > most;
  console.log(`${page}: ${size} kB of JavaScript, gzipped; ${most} are allowed`);
}
// It is no page of the app.
rmSync(join(dist, ".vite"), { recursive: true });
if (over) process.exit(1);
