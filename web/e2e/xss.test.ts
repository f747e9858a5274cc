/** Nothing that a person can write anywhere runs as code anywhere: every field of the API, every screen. */
import { randomUUID } from "node:crypto";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { screens } from "../src/app/screens.ts";
import { Room } from "./pages/room.ts";
import { newContext, openBrowser } from "./support/browser.ts";
import { type Field, textFields, withText } from "./support/fields.ts";
import { focusWithin } from "./support/focus.ts";
import { PASSWORD, type Person, register } from "./support/people.ts";
import { type Stage, setStage, show } from "./support/stage.ts";
import { until } from "./support/until.ts";
import { ELSEWHERE, vectors } from "./support/vectors.ts";

let browser: Browser;
let stage: Stage;
/** Whose account is changed in ways that would lock the others out. */
let spare: Person;
beforeAll(async () => {
  browser = await openBrowser();
  stage = await setStage();
  spare = await register(stage.server, "Sam Spare");
});
afterAll(async () => {
  await browser?.close();
  await stage?.close();
});

/** How a call is made so that only the one field under attack is out of the ordinary. */
interface Way {
  readonly who: () => Person | null;
  /** What the parts in braces of its path are. */
  readonly path?: () => Readonly<Record<string, string>>;
  readonly body?: () => Readonly<Record<string, unknown>>;
  /** Bytes, where the call doesn't take JSON. */
  readonly bytes?: string;
}

const nobody = () => null;
const owner = () => stage.owner;
const account = () => {
  const username = `x${randomUUID().replaceAll("-", "").slice(0, 20)}`;
  return { username, email: `${username}@example.org`, password: PASSWORD };
};
const inRoom = () => ({ id: stage.room.id });

/** Every call that takes a text. One that isn't here fails the test. */
const ways: Readonly<Record<string, Way>> = {
  "POST /setup": {
    who: nobody,
    body: () => ({ token: "x", workspace: "x", join_policy: "open", ...account() }),
  },
  "POST /auth/register": { who: nobody, body: account },
  "POST /auth/confirm": { who: nobody, body: () => ({ token: "x", password: PASSWORD }) },
  "POST /auth/login": { who: nobody, body: () => ({ login: "x", password: "x" }) },
  "POST /auth/forgot-password": { who: nobody, body: () => ({ email: "x@example.org" }) },
  "POST /auth/reset-password": { who: nobody, body: () => ({ token: "x", password: PASSWORD }) },
  "POST /auth/invite": { who: nobody, body: () => ({ token: "x" }) },
  "POST /csp-reports": { who: nobody },
  "PATCH /me": { who: () => spare },
  "GET /me/tokens": { who: owner },
  "POST /me/tokens": { who: owner, body: () => ({ name: "x", scopes: ["read"], expires_at: null }) },
  "POST /files": { who: owner, bytes: "some words in a file" },
  "POST /uploads": { who: owner, body: () => ({ name: "x", size: 5 }) },
  "POST /me/password": { who: () => spare, body: () => ({ current: PASSWORD, password: PASSWORD }) },
  "PATCH /workspace": { who: owner },
  "GET /users": { who: owner },
  "GET /invitations": { who: owner },
  "POST /invitations": { who: owner, body: () => ({}) },
  "GET /rooms/{id}/files": { who: owner, path: inRoom },
  "GET /admin/audit": { who: owner },
  "GET /admin/audit/export": { who: owner },
  "GET /admin/jobs": { who: owner },
  "PUT /admin/mail": { who: owner, body: () => ({ url: "smtp://127.0.0.1:1", from: "chat@example.org" }) },
  "POST /admin/mail/test": { who: owner, body: () => ({}) },
  "GET /admin/rooms": { who: owner },
  "PATCH /admin/rooms/{id}": { who: owner, path: inRoom },
  "GET /admin/users": { who: owner },
  "POST /admin/users": { who: owner, body: account },
  "PATCH /admin/users/{id}": { who: owner, path: () => ({ id: spare.id }) },
  "GET /admin/users/{id}/sessions": { who: owner, path: () => ({ id: spare.id }) },
  "GET /admin/users/{id}/tokens": { who: owner, path: () => ({ id: spare.id }) },
  "GET /rooms": { who: owner },
  "POST /rooms": { who: owner, body: () => ({ kind: "public", name: `a room ${randomUUID()}`, members: [] }) },
  "PATCH /rooms/{id}": { who: owner, path: inRoom },
  "GET /rooms/{id}/members": { who: owner, path: inRoom },
  "PUT /rooms/{id}/members/{user_id}": { who: owner, path: () => ({ ...inRoom(), user_id: stage.other.id }) },
  "POST /directs": { who: owner, body: () => ({ users: [] }) },
  "GET /rooms/{id}/messages": { who: owner, path: inRoom },
  "POST /rooms/{id}/messages": {
    who: owner,
    path: inRoom,
    body: () => ({ body: "x", client_id: randomUUID() }),
  },
  "PATCH /messages/{id}": { who: owner, path: () => ({ id: edited }) },
};

/** A message to edit. */
let edited: string;

/** What people see: each must have taken every vector that isn't too long for it. */
const shown = [
  "POST /auth/register display_name",
  "POST /files name",
  "POST /me/tokens name",
  "POST /admin/users display_name",
  "PATCH /me display_name",
  "PATCH /workspace name",
  "POST /rooms name",
  "POST /rooms topic",
  "PATCH /rooms/{id} name",
  "PATCH /rooms/{id} topic",
  "POST /rooms/{id}/messages body",
  "PATCH /messages/{id} body",
];

/** Puts a text into one field. */
async function send(field: Field, text: string): Promise<{ status: number; body: string }> {
  const way = ways[field.call];
  if (!way) throw new Error(`${field.call} takes a text and has no way in this test`);
  const [method = "", template = ""] = field.call.split(" ");
  const parts = way.path?.() ?? {};
  const path = template.replace(/\{(\w+)\}/g, (_, name: string) => parts[name] ?? name);
  const query = field.within === "query" ? `?${field.place[0]}=${encodeURIComponent(text)}` : "";
  const token = way.who()?.token;
  const headers: Record<string, string> = {};
  if (token !== undefined) headers.authorization = `Bearer ${token}`;
  const init: RequestInit = { method, headers };
  if (way.bytes !== undefined) init.body = way.bytes;
  if (field.within === "body") {
    headers["content-type"] = field.media;
    init.body = JSON.stringify(withText(way.body?.() ?? {}, field.place, text));
  }
  const answer = await fetch(`${stage.server.url}/api/v1${path}${query}`, init);
  const kind = answer.headers.get("content-type") ?? "";
  const body = await answer.text();
  // What comes back is data, whatever was sent.
  expect(kind, field.call).not.toMatch(/html|xml|script/);
  return { status: answer.status, body };
}

/** A browser that notices whatever runs, opens, reaches out or is refused by the policy. */
class Watch {
  readonly troubles: string[] = [];

  async over(context: BrowserContext): Promise<void> {
    await context.exposeFunction("told", (what: string) => this.troubles.push(what));
    await context.addInitScript(() => {
      const page = globalThis as unknown as { told(what: string): void; pwned(): void };
      page.pwned = () => page.told("code ran");
      document.addEventListener("securitypolicyviolation", (event) =>
        page.told(`the policy refused ${event.blockedURI} by ${event.effectiveDirective}`),
      );
    });
    context.on("page", (page) => this.follow(page));
    for (const page of context.pages()) this.follow(page);
  }

  private follow(page: Page): void {
    page.on("dialog", (dialog) => {
      this.troubles.push(`a dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on("popup", () => this.troubles.push("a window opened"));
    page.on("request", (request) => {
      if (new URL(request.url()).hostname.endsWith(ELSEWHERE)) this.troubles.push(`asked ${request.url()}`);
    });
  }
}

/** What is in the page that nobody at Parley put there. */
function foreign(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    for (const element of document.querySelectorAll("*")) {
      const name = element.localName;
      if (/^(iframe|object|embed|base|frame|applet|marquee|meta-refresh|animate|use|style)$/.test(name))
        found.push(element.outerHTML);
      if (name === "script" && !(element as HTMLScriptElement).src.startsWith(`${location.origin}/`))
        found.push(element.outerHTML);
      for (const { name: attribute, value } of element.attributes) {
        if (attribute.startsWith("on") || attribute === "srcdoc") found.push(element.outerHTML);
        if (!/^(href|src|action|formaction|data|poster|xlink:href)$/.test(attribute)) continue;
        const scheme = new URL(value, location.href).protocol;
        if (!/^(https?|mailto):$/.test(scheme) && !(name === "img" && /^(data|blob):$/.test(scheme)))
          found.push(element.outerHTML);
      }
    }
    return found;
  });
}

/** How many refusals browsers have reported. */
async function reports(): Promise<number> {
  const headers = { authorization: `Bearer ${stage.owner.token}` };
  const text = await (await fetch(`${stage.server.url}/metrics`, { headers })).text();
  return Number(/^parley_csp_reports_total (\d+)$/m.exec(text)?.[1]);
}

describe("what people write", () => {
  let before: number;

  it("goes into every field of the API that takes a text", { timeout: 600_000 }, async () => {
    edited = (await stage.owner.post(stage.room.id, "to be edited")).id;
    const fields = await textFields(stage.server);
    expect(fields.length).toBeGreaterThan(40);
    const taken = new Map<string, number>();
    const files: string[] = [];
    for (const [at, field] of fields.entries()) {
      const name = `${field.call} ${field.place.join(".")}`;
      // What nobody sees gets some of them, each field others.
      const some = vectors.filter((_, index) => shown.includes(name) || index % 6 === at % 6);
      for (const vector of some) {
        const { status, body } = await send(field, vector);
        expect(status, `${name}: ${vector}`).toBeLessThan(500);
        if (status >= 300) continue;
        taken.set(name, (taken.get(name) ?? 0) + 1);
        if (name === "POST /files name") files.push((JSON.parse(body) as { id: string }).id);
      }
    }
    for (const name of shown) expect(taken.get(name), name).toBeGreaterThan(vectors.length / 3);
    // At most ten go with one message.
    for (let at = 0; at < files.length; at += 10) {
      const attachments = files.slice(at, at + 10);
      const message = { body: "", attachments, client_id: randomUUID() };
      await stage.owner.api("POST", `/rooms/${stage.room.id}/messages`, message);
    }
    before = await reports();
  });

  it("stays what it is on every screen", { timeout: 600_000 }, async () => {
    const watch = new Watch();
    for (const [path, screen] of Object.entries(screens)) {
      const { page, close } = await show(browser, stage, { path, screen, state: "ready" }, {}, (context) =>
        watch.over(context),
      );
      expect(await foreign(page), path).toEqual([]);
      if (page.url().includes("/rooms/")) await new Room(page).read(/./);
      expect(await foreign(page), path).toEqual([]);
      await close();
    }
    expect(watch.troubles).toEqual([]);
  });

  it("stays what it is in every dialog", async () => {
    const watch = new Watch();
    const context = await newContext(browser, stage.server.url, stage.owner, { serviceWorkers: "block" });
    await watch.over(context);
    const page = await context.newPage();
    await page.goto(`/rooms/${stage.room.id}`);
    await page.getByRole("log").getByRole("article").first().waitFor();
    const openers: Record<string, () => Promise<void>> = {
      jump: () => page.keyboard.press("Control+k"),
      "create a room": () => page.getByRole("button", { name: "Create a room" }).first().click(),
      "browse rooms": () => page.getByRole("button", { name: "Browse rooms" }).first().click(),
      "new message": () => page.getByRole("button", { name: "New direct message" }).click(),
      "room details": () => page.getByRole("button", { name: "Room details" }).click(),
    };
    for (const [name, open] of Object.entries(openers)) {
      await open();
      const dialog = page.getByRole("dialog");
      await dialog.waitFor();
      await until("the dialog to be loaded", async () => (await dialog.locator("[aria-busy=true]").count()) === 0);
      expect(await foreign(page), name).toEqual([]);
      await focusWithin(dialog);
      await page.keyboard.press("Escape");
      await dialog.waitFor({ state: "hidden" });
    }
    await context.close();
    expect(watch.troubles).toEqual([]);
  });

  it("stays what it is when it changes before one's eyes, and in the composer", { timeout: 600_000 }, async () => {
    const watch = new Watch();
    const context = await newContext(browser, stage.server.url, stage.owner, { serviceWorkers: "block" });
    await watch.over(context);
    const page = await context.newPage();
    await page.goto(`/rooms/${stage.silent.id}`);
    const room = new Room(page);
    await room.composer.waitFor();
    for (const vector of vectors.filter((_, index) => index % 2 === 0)) {
      await room.composer.fill(vector);
      await room.composer.press("Escape");
      await room.composer.press("Enter");
      await stage.owner.call("PATCH", "/me", { display_name: vector.slice(0, 60) });
      await stage.owner.call("PATCH", "/workspace", { name: vector.slice(0, 60) });
      await stage.owner.call("PATCH", `/rooms/${stage.silent.id}`, { name: vector.slice(0, 60), topic: vector });
    }
    await room.say("and that is all");
    await room.arrived("and that is all", 60_000);
    await room.read(/./);
    expect(await foreign(page)).toEqual([]);
    await context.close();
    expect(watch.troubles).toEqual([]);
  });

  it("stays what it is in an address", { timeout: 300_000 }, async () => {
    const watch = new Watch();
    const context = await newContext(browser, stage.server.url, stage.owner, { serviceWorkers: "block" });
    await watch.over(context);
    const page = await context.newPage();
    for (const text of ["<img src=x onerror=pwned()>", "javascript:pwned()", `//${ELSEWHERE}/`, "__proto__[x]=y"]) {
      const safe = encodeURIComponent(text);
      for (const path of [
        `/${safe}`,
        `/rooms/${safe}`,
        `/rooms/${stage.room.id}/m/${safe}`,
        `/invite#token=${text}`,
        `/reset#token=${text}`,
        `/login?next=${safe}&redirect=${safe}&return_to=${safe}`,
        `/?${text}`,
      ]) {
        const answer = await page.goto(path);
        // What looks like a file that isn't there is answered by the server, as data.
        if (answer?.status() === 404) expect(answer.headers()["content-type"], path).toMatch(/json/);
        else await page.locator("h1, nav").first().waitFor({ state: "attached" });
        expect(await foreign(page), path).toEqual([]);
        expect(new URL(page.url()).origin, path).toBe(stage.server.url);
      }
    }
    await context.close();
    expect(watch.troubles).toEqual([]);
  });

  it("made no browser report anything", async () => {
    expect(await reports()).toBe(before);
  });
});

it("a careless page would be noticed, and the policy would still stop it", async () => {
  const before = await reports();
  const watch = new Watch();
  const context = await newContext(browser, stage.server.url, stage.owner, { serviceWorkers: "block" });
  await watch.over(context);
  const page = await context.newPage();
  await page.goto("/preferences/account");
  await page.locator("h1").first().waitFor();
  await page.evaluate(() => {
    const careless = document.createElement("div");
    careless.innerHTML = "<img src=x onerror=pwned()>";
    document.body.append(careless);
  });
  await until("the refusal", async () => watch.troubles.length > 0);
  expect(watch.troubles[0]).toMatch(/^the policy refused inline by script-src/);
  expect(watch.troubles).not.toContain("code ran");
  expect(await foreign(page)).toHaveLength(1);
  await until("the report", async () => (await reports()) > before);
  expect(stage.server.log()).toContain("the content security policy refused something");
  await context.close();
});
