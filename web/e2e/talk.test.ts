/** Two people talk; one is cut off in the middle. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Entrance } from "./pages/entrance.ts";
import { Room } from "./pages/room.ts";
import { Sidebar } from "./pages/sidebar.ts";
import { listenForTrouble, newContext, openBrowser } from "./support/browser.ts";
import { PASSWORD, register, setUp, WORKSPACE } from "./support/people.ts";
import { startProxy, type TcpProxy } from "./support/proxy.ts";
import { type Server, startServer } from "./support/server.ts";

const FIRST = 50;
const MORE = 20;

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

const said = (number: number) => `word ${number}.`;
const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => from + at);

/** A person at a browser of their own, who has registered by hand. */
async function comeIn(url: string, name: string): Promise<{ page: Page; room: Room; sidebar: Sidebar }> {
  const page = await (await newContext(browser, url)).newPage();
  const username = name.toLowerCase();
  await new Entrance(page).register({ name, email: `${username}@example.org`, password: PASSWORD });
  await page.getByRole("button", { name: WORKSPACE }).waitFor();
  return { page, room: new Room(page), sidebar: new Sidebar(page) };
}

/** The whole conversation; the network between Ben and the server is cut in the given way. */
async function converse(server: Server, proxy: TcpProxy, cut: "swallow" | "reset"): Promise<void> {
  await setUp(server, "Olive Owner");
  const stranger = await register(server, "Stan Stranger");

  const ana = await comeIn(server.url, "Ana");
  const ben = await comeIn(proxy.url, "Ben");
  const troubles = [ana, ben].map(({ page }) => listenForTrouble(page));

  await ana.sidebar.createRoom({ name: "harbour", kind: "Private" });
  await ana.room.add("Ben");
  await ben.sidebar.openRoom("harbour");

  // Each answers what the other has just said.
  for (const number of numbers(1, FIRST)) {
    const [from, to] = number % 2 === 1 ? [ana, ben] : [ben, ana];
    await from.room.say(said(number));
    await to.room.message(said(number)).waitFor();
  }

  // Ben is cut off; both go on writing, he into his outbox.
  proxy[cut]();
  for (const number of numbers(FIRST + 1, FIRST + MORE)) {
    await (number % 2 === 1 ? ana : ben).room.say(said(number));
  }
  await ana.room.arrived(said(FIRST + MORE - 1));
  expect(await ben.room.message(said(FIRST + 1)).count()).toBe(0);
  expect(await ana.room.message(said(FIRST + 2)).count()).toBe(0);
  await ben.page
    .getByText(/^(Reconnecting…|Offline —)/)
    .first()
    .waitFor({ timeout: 60_000 });

  proxy.pass();
  await ana.room.message(said(FIRST + MORE)).waitFor({ timeout: 60_000 });
  await ben.room.arrived(said(FIRST + MORE - 1), 60_000);

  const pattern = /word \d+\./;
  const seen = await ana.room.read(pattern);
  expect(seen).toHaveLength(FIRST + MORE);
  expect(seen.slice(0, FIRST)).toEqual(numbers(1, FIRST).map(said));
  expect([...seen].sort()).toEqual(
    numbers(1, FIRST + MORE)
      .map(said)
      .sort(),
  );
  await ben.room.says(pattern, seen);

  // What each wrote stands in the order in which they wrote it.
  const own = (parity: number) => seen.filter((text) => Number(text.match(/\d+/)?.[0]) % 2 === parity);
  expect(own(1)).toEqual(
    numbers(1, FIRST + MORE)
      .filter((number) => number % 2 === 1)
      .map(said),
  );
  expect(own(0)).toEqual(
    numbers(1, FIRST + MORE)
      .filter((number) => number % 2 === 0)
      .map(said),
  );

  for (const person of [ana, ben]) {
    await person.page.reload();
    await person.room.message(seen.at(-1) ?? "").waitFor();
    await person.room.says(pattern, seen);
  }

  const roomId = ana.page.url().split("/").at(-1) ?? "";
  expect(roomId).toMatch(/^[0-9a-f-]{36}$/);
  const anybody = (await stranger.api<{ items: { id: string }[] }>("GET", "/users")).items[0]?.id ?? "";
  const message = (await firstMessage(ana.page, roomId)) ?? "";
  expect(message).toMatch(/^[0-9a-f-]{36}$/);
  const calls: [string, string, unknown?][] = [
    ["GET", `/rooms/${roomId}`],
    ["PATCH", `/rooms/${roomId}`, { topic: "mine" }],
    ["DELETE", `/rooms/${roomId}`],
    ["GET", `/rooms/${roomId}/members`],
    ["PUT", `/rooms/${roomId}/members/${stranger.id}`, {}],
    ["PUT", `/rooms/${roomId}/members/${anybody}`, {}],
    ["DELETE", `/rooms/${roomId}/members/${anybody}`],
    ["GET", `/rooms/${roomId}/messages`],
    ["GET", `/rooms/${roomId}/messages?after=0`],
    ["POST", `/rooms/${roomId}/messages`, { body: "hello?", client_id: "stranger-1" }],
    ["PATCH", `/messages/${message}`, { body: "mine" }],
    ["DELETE", `/messages/${message}`],
    ["PUT", `/rooms/${roomId}/read`, { ts: 1 }],
  ];
  for (const [method, path, body] of calls) {
    expect((await stranger.call(method, path, body)).status, `${method} ${path}`).toBe(404);
  }
  for (const list of ["/rooms", "/rooms?scope=public"]) {
    expect(JSON.stringify(await stranger.api("GET", list))).not.toContain(roomId);
  }
  expect(await watchFromOutside(server, stranger.token, `room:${roomId}`)).not.toContain("word");

  expect(troubles.flat()).toEqual([]);
}

it.concurrent.each(["swallow", "reset"] as const)(
  "shows two people the same messages, once each and in the same order, and to nobody else, through a network that can %s",
  async (cut) => {
    const server = await startServer();
    const proxy = await startProxy(server.port);
    try {
      await converse(server, proxy, cut);
    } finally {
      await proxy.close();
      await server.stop();
    }
  },
);

/** The id of a message that the page's person may read. */
function firstMessage(page: Page, room: string): Promise<string | undefined> {
  return page.evaluate(async (id) => {
    const response = await fetch(`/api/v1/rooms/${id}/messages?limit=1`);
    return ((await response.json()) as { items: { id: string }[] }).items[0]?.id;
  }, room);
}

/** Everything that the gateway says to somebody who names a stream that isn't theirs. */
async function watchFromOutside(at: Server, token: string, stream: string): Promise<string> {
  // Node's sockets take headers, which the type of browsers' sockets doesn't know.
  const options = { protocols: ["parley.v1"], headers: { authorization: `Bearer ${token}` } };
  const socket = new WebSocket(`${at.url.replace("http", "ws")}/api/v1/gateway`, options as unknown as string[]);
  const heard: string[] = [];
  const answered = new Set<string>();
  await new Promise<void>((resolve, reject) => {
    socket.onerror = () => reject(new Error("the gateway refused"));
    socket.onmessage = ({ data }) => {
      const text = String(data);
      heard.push(text);
      const { t, re } = JSON.parse(text) as { t: string; re?: string };
      if (t === "hello") {
        socket.send(JSON.stringify({ op: "sync", id: "1", d: { cursors: { [stream]: 0 } } }));
        socket.send(JSON.stringify({ op: "watch", id: "2", d: { stream } }));
        socket.send(JSON.stringify({ op: "ping", id: "3", d: {} }));
      }
      if (re !== undefined) answered.add(re);
      if (answered.size === 3) resolve();
    };
  });
  socket.close();
  const answers = heard.map((text) => JSON.parse(text) as { re?: string; t: string; d?: { gone?: string[] } });
  expect(answers.find(({ re }) => re === "1")?.d?.gone).toContain(stream);
  expect(answers.find(({ re }) => re === "2")?.t).toBe("error");
  return heard.join("\n");
}
