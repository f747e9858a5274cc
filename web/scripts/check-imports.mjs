// Imports inside `src` point one way: app → features → chat → context → {sync, ui, api, i18n}; features don't import each other.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";

const src = resolve(dirname(fileURLToPath(import.meta.url)), "../src");

/** What each layer may import besides itself. `styles` holds no code. */
const allowed = {
  app: ["features", "chat", "context", "sync", "ui", "api", "i18n", "styles"],
  features: ["chat", "context", "sync", "ui", "api", "i18n"],
  // Rooms and people as several features show them.
  chat: ["context", "sync", "ui", "api", "i18n"],
  // The engine as React sees it.
  context: ["sync", "api"],
  sync: ["api"],
  ui: ["i18n"],
  // The catalogue words the API's problems.
  i18n: ["api"],
  api: [],
};

/** What may never be imported by a layer, whatever its folder: the engine and the calls know no React. */
const banned = { sync: /^react|^@tanstack\/react/, api: /^react(-dom)?$/ };

const specifier = /(?:\bfrom\s*|\bimport\s*\(?\s*)["']([^"']+)["']/g;
const faults = [];

for (const entry of readdirSync(src, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !/\.tsx?$/.test(entry.name)) continue;
  const file = join(entry.parentPath, entry.name);
  const [layer, feature] = relative(src, file).split(sep);
  for (const [, target] of readFileSync(file, "utf8").matchAll(specifier)) {
    const fault = judge(file, layer, feature, target);
    if (fault) faults.push(`${relative(src, file)}: imports ${target}: ${fault}`);
  }
}

if (faults.length > 0) {
  console.error(faults.join("\n"));
  process.exit(1);
}

function judge(file, layer, feature, target) {
  if (!target.startsWith(".")) return banned[layer]?.test(target) ? `${layer} knows no React` : undefined;
  const [toLayer, toFeature] = relative(src, resolve(dirname(file), target)).split(sep);
  if (layer === toLayer) {
    const crosses = layer === "features" && feature !== toFeature;
    return crosses ? `feature ${feature} may not know feature ${toFeature}` : undefined;
  }
  if (file.includes(".test.") && toLayer === "app") return undefined;
  return allowed[layer] && !allowed[layer].includes(toLayer) ? `${layer} may not know ${toLayer}` : undefined;
}
