/** A workspace with people in it, and every screen of the app in every state that it has been drawn for. */
import { randomUUID } from "node:crypto";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import type { MyRoom, StoredFile } from "../../src/api/types.ts";
import type { Screen, ScreenState } from "../../src/app/screens.ts";
import { newContext } from "./browser.ts";
import { linkIn } from "./mail.ts";
import { paper, picture, tone, words } from "./media.ts";
import { call, type Person, register, setUp, WORKSPACE } from "./people.ts";
import { type Server, startServer } from "./server.ts";
import { until } from "./until.ts";

/** One screen in one state. */
export interface Scene {
  readonly path: string;
  readonly screen: Screen;
  readonly state: ScreenState;
}

/** What the scenes play on. */
export interface Stage {
  readonly workspace: string;
  readonly server: Server;
  /** A server that nobody has set up. */
  readonly fresh: Server;
  readonly owner: Person;
  readonly other: Person;
  /** Somebody who is in no room. */
  readonly lonely: Person;
  /** A room with messages, some of them unread by the owner. */
  readonly room: MyRoom;
  /** A room in which nothing has been said. */
  readonly silent: MyRoom;
  /** The place of a message in the middle of `room`. */
  readonly ts: number;
  readonly invite: string;
  readonly reset: string;
  close(): Promise<void>;
}

export async function setStage(): Promise<Stage> {
  const [server, fresh] = await Promise.all([startServer(), startServer()]);
  const owner = await setUp(server, "Olive Owner");
  const other = await register(server, "Ben Okafor");
  const lonely = await register(server, "Lena Lone");
  const room = await owner.createRoom({
    kind: "public",
    name: "harbour",
    topic: "Boats and ropes",
    members: [other.id],
  });
  const silent = await owner.createRoom({ kind: "private", name: "silence" });
  const posts = [
    "Good morning! The **tide table** for next week is in.",
    "- high water at `06:12`\n- low water at `12:31`\n\n> bring boots\n\n[the table](https://example.org/tides)",
    "```rust\nfn depth(tide: f64) -> f64 {\n    tide - 1.2\n}\n```",
    `@${other.username} can you take the early shift?`,
  ];
  const marks: number[] = [];
  for (const [at, body] of posts.entries()) marks.push((await (at % 2 === 0 ? owner : other).post(room.id, body)).ts);
  const doomed = await owner.post(room.id, "not meant for here");
  await owner.api("DELETE", `/messages/${doomed.id}`);
  const vague = await owner.post(room.id, "at sevn");
  await owner.api("PATCH", `/messages/${vague.id}`, { body: "at seven" });
  await other.post(room.id, `I can, @${owner.username}. Until when?`);
  const shown = [
    picture("quay.png", 640, 480),
    picture("boats.png", 480, 640, 3),
    paper("tides.pdf"),
    words("log.txt", "06:12 high water\n12:31 low water\nall is well\n"),
    tone("horn.wav"),
  ];
  const files: StoredFile[] = [];
  for (const file of shown) files.push(await other.upload(file));
  await other.post(room.id, "From this morning", files);
  await owner.api("POST", "/directs", { users: [other.id] });

  await owner.api("POST", "/me/tokens", { name: "Build robot", scopes: ["read", "write"] });
  const invitation = await owner.api<{ url: string }>("POST", "/invitations", {});
  await call(server.url, null, "POST", "/auth/forgot-password", { email: other.email });
  const mail = await until("the mail", async () => (await server.mails()).find((text) => text.includes(other.email)));
  const tokenOf = (link: string) => link.slice(link.indexOf("#token=") + "#token=".length);
  return {
    workspace: WORKSPACE,
    server,
    fresh,
    owner,
    other,
    lonely,
    room,
    silent,
    ts: marks[1] ?? 0,
    invite: tokenOf(invitation.url),
    reset: tokenOf(linkIn(mail, "/reset#token=") ?? ""),
    async close() {
      await Promise.all([server.stop(), fresh.stop()]);
    },
  };
}

/** The address of a scene, with what it needs put in. */
async function addressOf(stage: Stage, { screen, state }: Scene): Promise<string> {
  const empty = state === "empty";
  const visit = empty ? (screen.empty ?? screen.visit.replace(/#token=.*/, "")) : screen.visit;
  return visit
    .replace("$roomId", empty ? stage.silent.id : stage.room.id)
    .replace("$ts", String(stage.ts))
    .replace("$userId", stage.other.id)
    .replace("$invite", stage.invite)
    .replace("$reset", stage.reset)
    .replace("$setup", visit.includes("$setup") ? await stage.fresh.setupToken() : "");
}

/** Opens a scene; its page is closed by the answer's `close`. */
export async function show(
  browser: Browser,
  stage: Stage,
  scene: Scene,
  options: BrowserContextOptions = {},
  prepare: (context: BrowserContext) => Promise<void> = async () => {},
): Promise<{ page: Page; close: () => Promise<void> }> {
  const { screen, state } = scene;
  const at = screen.as === "newcomer" ? stage.fresh : stage.server;
  // Nobody's rooms are empty who is in some, nobody's tokens who has one.
  const own = screen.reads.includes("/rooms") || screen.reads.includes("/me/tokens") || screen.visit === "/";
  const listless = state === "empty" && own;
  const member = listless ? stage.lonely : state === "forbidden" ? stage.other : stage.owner;
  const who = screen.as === "member" ? member : null;
  const context = await newContext(browser, at.url, who, { serviceWorkers: "block", ...options });
  await prepare(context);
  const release = await spoil(context, stage, scene);
  const page = await context.newPage();
  await page.goto(await addressOf(stage, scene));
  await shown(page, scene);
  return {
    page,
    async close() {
      release();
      await context.close();
    },
  };
}

/** Holds, refuses or cuts the calls that the scene's content is read by. */
async function spoil(context: BrowserContext, stage: Stage, { screen, state }: Scene): Promise<() => void> {
  let release = (): void => {};
  if (state === "ready" || state === "empty" || state === "forbidden") return release;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const paths = screen.reads.map(
    (path) => `/api/v1${path.replace("$roomId", stage.room.id).replace("$userId", stage.other.id)}`,
  );
  await context.route(
    (url) => paths.includes(url.pathname),
    async (route) => {
      if (state === "offline") return route.abort("internetdisconnected");
      if (state === "failed") {
        const problem = { status: 500, code: "internal", title: "Something went wrong", request_id: randomUUID() };
        return route.fulfill({ status: 500, contentType: "application/problem+json", body: JSON.stringify(problem) });
      }
      await held;
      await route.abort().catch(() => {});
    },
  );
  if (state === "offline") await context.routeWebSocket(/\/gateway$/, (socket) => socket.close());
  return release;
}

/** Waits until the scene shows what it is about, not what comes before it. */
async function shown(page: Page, { screen, state }: Scene): Promise<void> {
  await page.locator("h1").first().waitFor({ state: "attached" });
  const splash = page.locator("main[aria-busy=true]");
  // Who isn't in waits for what the workspace is called; the others see their screen at once.
  if (state === "loading" && screen.as !== "member") return;
  await until(
    "the screen itself",
    async () => (await splash.count()) === 0 && (await page.locator("h1, nav").count()) > 0,
  );
  const busy = page.locator("[aria-busy=true]");
  if (state === "loading") await busy.first().waitFor();
  else if (state === "forbidden") await page.getByRole("heading", { name: "This is for administrators" }).waitFor();
  else if (state === "ready" || state === "empty") {
    await until("everything to be loaded", async () => (await busy.count()) === 0);
    if (screen.visit.startsWith("/rooms/")) await page.getByRole("log").getByRole("article").first().waitFor();
  } else if (screen.as === "member") {
    await page
      .getByText(/didn.t load|couldn.t|you are offline|be reached|^Reconnecting|^Offline —/i)
      .first()
      .waitFor();
  }
}
