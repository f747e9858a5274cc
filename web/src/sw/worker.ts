/**
 * The service worker: keeps the app's own files, so that Parley opens while the server can't be reached. It knows nothing
 * of people and messages: those are the engine's, in its own storage, and nothing under `/api` ever passes through here.
 *
 * A page comes from the network where that answers in time, else from the files of the build that this worker belongs to;
 * those files are only ever served together. A new build's worker waits until no page of the old one is open.
 */
export {};

declare const self: ServiceWorkerGlobalScope;

/** The paths of the build's files; put in by the build. */
declare const __PARLEY_FILES__: readonly string[];
/** Another for each build; put in by the build. */
declare const __PARLEY_BUILD__: string;

const PREFIX = "parley-shell-";
const CACHE = PREFIX + __PARLEY_BUILD__;
const FILES = new Set(__PARLEY_FILES__);
/** The one page that every screen's address answers with. */
const PAGE = "/";
/** File names in here change with their content. */
const IMMUTABLE = "/assets/";
/** What the server answers itself. */
const SERVER = /^\/(api|healthz|readyz|metrics)(\/|$)/;
/** A link that swallows bytes must not keep a page from opening. */
const PATIENCE_MS = 3_000;

self.addEventListener("install", (event) => event.waitUntil(keep()));
self.addEventListener("activate", (event) => event.waitUntil(takeOver()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin || SERVER.test(pathname)) return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (FILES.has(pathname)) event.respondWith(file(request, pathname));
});

/** Stores every file of the build, or fails and leaves the worker before in place. */
async function keep(): Promise<void> {
  const cache = await caches.open(CACHE);
  await Promise.all([...FILES].map((path) => keepOne(cache, path)));
}

async function keepOne(cache: Cache, path: string): Promise<void> {
  const immutable = path.startsWith(IMMUTABLE);
  // What an older build holds under the same name is the same.
  const known = immutable ? await caches.match(path) : undefined;
  const response = known ?? (await fetch(path, { cache: immutable ? "default" : "no-cache" }));
  if (!response.ok) throw new Error(`${path} answered ${response.status}`);
  await cache.put(path, response);
}

/** Older builds' files go, and the page that brought this worker is served by it from now on. */
async function takeOver(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(
    names.filter((name) => name.startsWith(PREFIX) && name !== CACHE).map((name) => caches.delete(name)),
  );
  await self.clients.claim();
}

/** The newest page that can be had. */
async function page(request: Request): Promise<Response> {
  const kept = async () => (await caches.open(CACHE)).match(PAGE);
  try {
    const response = await inTime(request);
    // A proxy's page about a server that is down helps nobody.
    return response.status < 500 ? response : ((await kept()) ?? response);
  } catch (error) {
    const response = await kept();
    if (response) return response;
    throw error;
  }
}

async function inTime(request: Request): Promise<Response> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), PATIENCE_MS);
  try {
    return await fetch(request, { signal: abort.signal });
  } finally {
    clearTimeout(timer);
  }
}

async function file(request: Request, path: string): Promise<Response> {
  const cache = await caches.open(CACHE);
  return (await cache.match(path)) ?? fetch(request);
}
