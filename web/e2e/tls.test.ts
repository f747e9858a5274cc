/** Browsers on a server that speaks TLS itself: pages over HTTP/2, the gateway beside it. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, type BrowserContextOptions, devices } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Entrance } from "./pages/entrance.ts";
import { Room } from "./pages/room.ts";
import { newContext, openBrowser } from "./support/browser.ts";
import { PASSWORD, type Person, register, setUp } from "./support/people.ts";
import { type Server, startServer } from "./support/server.ts";

// The certificate vouches for itself; this file's own calls take it as it is, as the browser is told to.
const before = process.env.NODE_TLS_REJECT_UNAUTHORIZED;
process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0";

let folder: string;
let browser: Browser;
let server: Server;
let owner: Person;
let other: Person;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "parley-tls-"));
  const [cert, key] = [join(folder, "cert.pem"), join(folder, "key.pem")];
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  const names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"];
  execFileSync("openssl", ["req", "-x509", ...curve, "-keyout", key, "-out", cert, ...names], { stdio: "ignore" });
  browser = await openBrowser();
  server = await startServer({ TLS_CERT: cert, TLS_KEY: key });
  owner = await setUp(server, "Olive Owner");
  other = await register(server, "Ben Okafor");
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
  if (before === undefined) delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
  else process.env.NODE_TLS_REJECT_UNAUTHORIZED = before;
});

const phone = devices["Pixel 7"];
it.each<[string, BrowserContextOptions]>([
  ["a desktop", {}],
  ["a phone", { ...phone, viewport: { width: 390, height: 844 } }],
])("signs in and talks on %s, over HTTP/2 and a gateway that is encrypted", async (device, options) => {
  const room = await owner.createRoom({ kind: "private", name: device, members: [other.id] });
  const context = await newContext(browser, server.url, null, {
    ...options,
    ignoreHTTPSErrors: true,
    serviceWorkers: "block",
  });
  const page = await context.newPage();
  const sockets: string[] = [];
  page.on("websocket", (socket) => sockets.push(socket.url()));
  const entrance = new Entrance(page);
  await entrance.open("/login");
  await entrance.signIn(owner.username, PASSWORD);
  await page.waitForURL((url) => !url.pathname.startsWith("/login"));
  const cookies = await context.cookies();
  expect(cookies.map(({ name, secure, httpOnly }) => ({ name, secure, httpOnly }))).toEqual([
    { name: "parley_session", secure: true, httpOnly: true },
  ]);

  await page.goto(`/rooms/${room.id}`);
  const talk = new Room(page);
  await other.post(room.id, "the tide is in");
  await talk.message("the tide is in").waitFor();
  await talk.say("so are we");
  await talk.arrived("so are we");

  const gateway = sockets.at(-1) ?? "";
  expect(new URL(gateway).protocol).toBe("wss:");
  const ways = await page.evaluate(() => {
    const entries = performance.getEntriesByType("resource") as PerformanceResourceTiming[];
    return [...new Set(entries.map((entry) => entry.nextHopProtocol).filter((way) => way !== ""))];
  });
  expect(ways).toEqual(["h2"]);
  await context.close();
});
