/** The administration's console: each of its capabilities, on a desk and on a phone. */
import { readFile } from "node:fs/promises";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { NamedRoom } from "../src/api/types.ts";
import { Admin } from "./pages/admin.ts";
import { Entrance } from "./pages/entrance.ts";
import { Room } from "./pages/room.ts";
import { Sidebar } from "./pages/sidebar.ts";
import { listenForTrouble, newContext, openBrowser } from "./support/browser.ts";
import { focusWithin } from "./support/focus.ts";
import { call, PASSWORD, type Person, register, setUp, signIn, WORKSPACE } from "./support/people.ts";
import { type Server, startServer } from "./support/server.ts";
import { startMailServer } from "./support/smtp.ts";
import { until } from "./support/until.ts";

const phone: BrowserContextOptions = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };
const devices: [string, BrowserContextOptions][] = [
  ["a desk", {}],
  ["a phone", phone],
];

/** A picture of one red pixel. */
const PIXEL = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==",
  "base64",
);

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser?.close());

describe.each(devices)("the console on %s", (_, device) => {
  let server: Server;
  let olive: Person;
  let ben: Person;
  let harbour: NamedRoom;
  beforeAll(async () => {
    server = await startServer();
    olive = await setUp(server, "Olive Owner");
    ben = await register(server, "Ben Okafor");
    harbour = await olive.createRoom({ kind: "public", name: "harbour", topic: "Boats", members: [ben.id] });
    await ben.post(harbour.id, "the tide is in");
  });
  afterAll(() => server?.stop());

  let context: BrowserContext;
  let page: Page;
  let admin: Admin;
  let troubles: string[];
  beforeEach(async () => {
    context = await newContext(browser, server.url, olive, device);
    page = await context.newPage();
    admin = new Admin(page);
    troubles = listenForTrouble(page);
  });
  afterEach(async () => {
    await context.close();
    expect(troubles).toEqual([]);
  });

  /** Somebody else's browser, before a page. */
  async function elsewhere(
    person: Person | null,
    path: string,
    options: BrowserContextOptions = {},
  ): Promise<{ at: Page; close: () => Promise<void> }> {
    const other = await newContext(browser, server.url, person, options);
    const at = await other.newPage();
    await at.goto(path);
    return { at, close: () => other.close() };
  }

  it("is reached from the workspace's menu, and shows one section after the other", async () => {
    await page.goto("/");
    await page.getByRole("button", { name: WORKSPACE }).click();
    await page.getByRole("menuitem", { name: "Administration" }).click();
    const sections = page.getByRole("navigation", { name: "Sections" });
    for (const name of ["People", "Rooms", "Joining", "Settings", "Mail", "Audit log", "Health"]) {
      await sections.getByRole("link", { name }).click();
      await admin.main.getByRole("heading", { level: 1, name }).waitFor();
      const back = page.getByRole("link", { name: "All sections" });
      // On a phone one pane is shown at a time.
      if (device === phone) {
        await sections.waitFor({ state: "detached" });
        await back.click();
      } else expect(await back.isVisible()).toBe(false);
    }
    await page.getByRole("link", { name: "Back to Parley" }).click();
    await page.getByRole("button", { name: WORKSPACE }).waitFor();
  });

  it("is shut to members, in the menu and by its address", async () => {
    const { at, close } = await elsewhere(ben, "/admin/people");
    await at.getByRole("heading", { name: "This is for administrators" }).waitFor();
    await at.goto("/");
    await at.getByRole("button", { name: WORKSPACE }).click();
    await at.getByRole("menuitem", { name: "Preferences" }).waitFor();
    expect(await at.getByRole("menuitem", { name: "Administration" }).count()).toBe(0);
    await close();
  });

  it("finds people, and the address brings the same list back", async () => {
    await admin.open("/people", "People");
    await admin.line("Olive Owner").waitFor();
    await admin.field("Find people").fill("okaf");
    await admin.line("Olive Owner").waitFor({ state: "detached" });
    await admin.line("Ben Okafor").waitFor();
    await admin.field("Role").selectOption("Administrator");
    await admin.told("Nobody found");
    await page.waitForURL(/query=okaf&role=administrator/);
    await page.reload();
    await admin.told("Nobody found");
    await admin.button("Clear the filters").click();
    await admin.line("Olive Owner").waitFor();
    await page.waitForURL((url) => url.search === "");
  });

  it("narrows a list place by place, and Back widens it again before it leaves the console", async () => {
    await admin.open("/people", "People");
    await admin.field("Role").selectOption("Owner");
    await admin.line("Ben Okafor").waitFor({ state: "detached" });
    await admin.field("Find people").fill("nobody of that name");
    await admin.told("Nobody found");
    const there = (search: string) =>
      page.waitForURL((url) => url.pathname === "/admin/people" && url.search === search);
    await page.goBack();
    await there("?role=owner");
    await admin.line("Olive Owner").waitFor();
    expect(await admin.field("Find people").inputValue()).toBe("");
    await page.goBack();
    await there("");
    await admin.line("Ben Okafor").waitFor();
    expect(await admin.field("Role").inputValue()).toBe("");
    await page.goForward();
    await there("?role=owner");
    await admin.line("Ben Okafor").waitFor({ state: "detached" });
    expect(await admin.field("Role").inputValue()).toBe("owner");
  });

  it("makes an account whose owner chooses the password by a link", async () => {
    await admin.open("/people", "People");
    await admin.button("Add a person").click();
    const dialog = admin.dialog("Add a person");
    await dialog.getByLabel("Name", { exact: true }).fill("Nora New");
    await dialog.getByLabel("E-mail").fill("nora@example.org");
    await dialog.getByRole("button", { name: "Make the account" }).click();
    const link = await page.getByLabel("Link to choose a password").inputValue();
    await page.getByRole("button", { name: "Done" }).click();
    await admin.line("Nora New").waitFor();

    const { at, close } = await elsewhere(null, new URL(link).pathname + new URL(link).hash);
    await new Entrance(at).choosePassword(PASSWORD);
    await at.getByRole("heading", { name: "Your password is changed" }).waitFor();
    await close();
    expect(
      (await call(server.url, null, "POST", "/auth/login", { login: "nora.new", password: PASSWORD })).status,
    ).toBe(200);
  });

  it("gives somebody another role", async () => {
    const rita = await register(server, "Rita Riser");
    const before = await elsewhere(rita, "/");
    await new Sidebar(before.at).live();
    await admin.open(`/people/${rita.id}`, "Rita Riser");
    await admin.field("Role").selectOption("Administrator");
    await admin.confirm("Save", "Make Rita Riser an administrator?", "Make administrator");
    await admin.told("Saved");
    // Whoever looks on is signed out before their eyes, and told what for.
    await before.at.waitForURL(/\/login/);
    await before.at.getByText(/^Your role in this workspace was changed/).waitFor();
    await before.close();
    expect((await rita.call("GET", "/me")).status).toBe(401);
    const { at, close } = await elsewhere(await signIn(server, rita), "/admin/people");
    await at.getByRole("heading", { level: 1, name: "People" }).waitFor();
    await close();
  });

  it("makes somebody an owner only after saying whose mailbox that hands the workspace to", async () => {
    const otto = await register(server, "Otto Owning");
    await admin.open(`/people/${otto.id}`, "Otto Owning");
    await admin.field("Role").selectOption("Owner");
    await admin.button("Save").click();
    const ask = admin.dialog("Make Otto Owning an owner?");
    await ask.getByText(otto.email).waitFor();
    await ask.getByText(/signed out everywhere.*tokens and open links end/).waitFor();
    await ask.getByRole("button", { name: "Cancel" }).click();
    await ask.waitFor({ state: "detached" });
    expect((await otto.api<{ role: string }>("GET", "/me")).role).toBe("member");
    await admin.confirm("Save", "Make Otto Owning an owner?", "Make owner");
    await admin.told("Saved");
    expect((await otto.call("GET", "/me")).status).toBe(401);
    expect((await (await signIn(server, otto)).api<{ role: string }>("GET", "/me")).role).toBe("owner");
  });

  it("shuts somebody out at once, and lets them in again", async () => {
    const dora = await register(server, "Dora Departing");
    const { at, close } = await elsewhere(dora, "/");
    await new Sidebar(at).live();
    await admin.open(`/people/${dora.id}`, "Dora Departing");
    await admin.confirm("Deactivate", "Deactivate Dora Departing?");
    await at.waitForURL(/\/login/);
    await at.getByText(/^Your account was deactivated/).waitFor();
    const tryIn = () => call(server.url, null, "POST", "/auth/login", { login: dora.username, password: PASSWORD });
    expect((await tryIn()).status).toBe(403);

    await admin.open("/people?state=deactivated", "People");
    await admin.line("Dora Departing").getByRole("link").click();
    await admin.confirm("Reactivate", "Let Dora Departing in again?");
    await admin.button("Deactivate").waitFor();
    expect((await tryIn()).status).toBe(200);
    await close();
  });

  it("ends one device, all devices and a token of somebody", async () => {
    const sam = await register(server, "Sam Signed");
    const second = await signIn(server, sam);
    const { secret } = await sam.api<{ secret: string }>("POST", "/me/tokens", { name: "Robot", scopes: ["read"] });
    await admin.open(`/people/${sam.id}`, "Sam Signed");
    const devicesOf = admin.main.getByRole("region", { name: "Devices" });
    await until("both devices", async () => (await devicesOf.getByRole("listitem").count()) === 2);
    await devicesOf.getByRole("button").first().click();
    await admin.dialog("Sign out this device?").getByRole("button", { name: "Sign out", exact: true }).click();
    await until("one device to be left", async () => (await devicesOf.getByRole("listitem").count()) === 1);
    expect([(await sam.call("GET", "/me")).status, (await second.call("GET", "/me")).status].sort()).toEqual([
      200, 401,
    ]);

    expect((await call(server.url, secret, "GET", "/me")).status).toBe(200);
    await admin.confirm("Revoke Robot", "Revoke this token?", "Revoke");
    expect((await call(server.url, secret, "GET", "/me")).status).toBe(401);

    await admin.confirm("Sign out everywhere", "Sign Sam Signed out everywhere?");
    await admin.told("Signed in nowhere.");
    expect((await second.call("GET", "/me")).status).toBe(401);
  });

  it("makes a link to a new password for who has lost theirs", async () => {
    const lou = await register(server, "Lou Loser");
    await admin.open(`/people/${lou.id}`, "Lou Loser");
    await admin.confirm("Make a reset link", /Make a link to a new password/);
    const link = new URL(await admin.field("Link to a new password").inputValue());
    const { at, close } = await elsewhere(null, link.pathname + link.hash);
    await new Entrance(at).choosePassword("velvet-harpoon-breakfast-7");
    await at.getByRole("heading", { name: "Your password is changed" }).waitFor();
    await close();
    expect((await lou.call("GET", "/me")).status).toBe(401);
  });

  it("archives a room and opens it again, before its members' eyes", async () => {
    const quay = await olive.createRoom({ kind: "public", name: "quay", members: [ben.id] });
    const { at, close } = await elsewhere(ben, `/rooms/${quay.id}`);
    await new Room(at).composer.waitFor();
    for (const [does, question] of [
      ["Archive", "Archive quay?"],
      ["Unarchive", "Open quay again?"],
    ] as const) {
      await admin.open("/rooms?query=quay", "Rooms");
      await admin.button("Settings of quay").click();
      await admin.dialog("quay").getByRole("button", { name: does, exact: true }).click();
      await admin.dialog(question).getByRole("button", { name: does, exact: true }).click();
      await admin.dialog("quay").waitFor({ state: "detached" });
      await new Room(at).composer.waitFor({ state: does === "Archive" ? "detached" : "visible" });
    }
    await close();
  });

  it("keeps a room's messages for less time only after a warning", async () => {
    await admin.open("/rooms?query=harbour", "Rooms");
    await admin.button("Settings of harbour").click();
    const dialog = admin.dialog("harbour");
    await dialog.getByLabel("Messages are kept").selectOption("90 days");
    await dialog.getByRole("button", { name: "Save" }).click();
    const warning = admin.dialog("Keep less in harbour?");
    await warning.getByText("older than 90 days are deleted for good").waitFor();
    await warning.getByRole("button", { name: "Delete what is older" }).click();
    await admin.told("Saved");
    const room = await ben.api<{ retention_days: number }>("GET", `/rooms/${harbour.id}`);
    expect(room.retention_days).toBe(90);
  });

  it("says who may join", async () => {
    await admin.open("/joining", "Joining");
    await page.getByText("Anyone with an address of ours").click();
    await admin.field("Mail domains").fill("harbour.example");
    await admin.button("Save").click();
    await admin.told("Saved");
    const policy = () => call<{ join_policy: string }>(server.url, null, "GET", "/setup");
    expect((await policy()).body.join_policy).toBe("domain");
    await page.getByText("Everybody who finds the address.").click();
    await admin.button("Save").click();
    await until("everybody to be let in", async () => (await policy()).body.join_policy === "open");
  });

  it("invites a guest, who sees one room and those in it", async () => {
    const guest = device === phone ? "Gus Pocket" : "Gus Desk";
    await admin.open("/joining", "Joining");
    await admin.button("Invite").click();
    const dialog = admin.dialog(`Invite people to ${WORKSPACE}`);
    await dialog.getByLabel("They join as").selectOption("Guest");
    await dialog.getByRole("button", { name: "Make a link" }).click();
    await dialog.getByText("Choose at least one room").waitFor();
    await dialog.getByLabel("harbour", { exact: true }).check();
    await dialog.getByRole("button", { name: "Make a link" }).click();
    const link = new URL(await dialog.getByLabel("Invitation link").inputValue());
    await page.keyboard.press("Escape");
    await admin.line("Guest").first().waitFor();

    const { at, close } = await elsewhere(null, link.pathname + link.hash);
    const form = new Entrance(at);
    await form.typeAccount({ name: guest, email: `${guest.replace(" ", ".")}@example.org`, password: PASSWORD });
    await form.button(`Join ${WORKSPACE}`).click();
    const rooms = new Sidebar(at);
    await rooms.room("harbour").waitFor();
    expect(await at.getByRole("button", { name: "Create a room" }).count()).toBe(0);
    await rooms.openRoom("harbour");
    await new Room(at).message("the tide is in").waitFor();
    await close();
  });

  it("names the workspace and gives it an icon, which everybody sees at once", async () => {
    const { at, close } = await elsewhere(ben, "/");
    await new Sidebar(at).live();
    await admin.open("/settings", "Settings");
    await admin.field("Workspace name").fill("Quay & Daughters");
    await admin.button("Save the name").click();
    await at.getByRole("button", { name: "Quay & Daughters" }).waitFor();
    await admin.field("Choose an icon").setInputFiles({ name: "mark.png", mimeType: "image/png", buffer: PIXEL });
    const icon = at.getByRole("button", { name: "Quay & Daughters" }).locator("img");
    await icon.waitFor();
    await until("the icon to be drawn", () => icon.evaluate((image: HTMLImageElement) => image.naturalWidth > 0));
    await admin.button("Remove").click();
    await icon.waitFor({ state: "detached" });
    await admin.field("Workspace name").fill(WORKSPACE);
    await admin.button("Save the name").click();
    await at.getByRole("button", { name: WORKSPACE }).waitFor();
    await close();
  });

  it("gives everybody an accent that can be read, from the first paint on", async () => {
    // A page that a service worker serves knows nothing of a test's routes.
    const { at, close } = await elsewhere(ben, "/", { serviceWorkers: "block" });
    await new Sidebar(at).live();
    const accentOf = (on: Page) => on.evaluate(() => document.documentElement.style.getPropertyValue("--color-accent"));
    await admin.open("/settings", "Settings");
    await admin.field("Code").fill("#ffd000");
    await admin.told("Made lighter or darker");
    await admin.button("Save the colour").click();
    await until("the other's page to wear it", async () => (await accentOf(at)).includes("#ffd000"));
    // Kept on the device: it is there before the server has said anything.
    await at.route("**/api/v1/**", (route) => route.abort());
    await at.reload();
    expect(await accentOf(at)).toContain("#ffd000");
    await admin.button("Use Parley's own").click();
    await admin.button("Save the colour").click();
    await until("the accent to be gone", async () => (await accentOf(page)) === "");
    await close();
  });

  it("bounds what files are taken", async () => {
    await admin.open("/settings", "Settings");
    await admin.field("Types that are taken").fill("image/*");
    await admin.field("Largest file").fill("1");
    await admin.button("Save the limits").click();
    await admin.told("Saved");
    const send = (bytes: Uint8Array<ArrayBuffer>) =>
      fetch(`${server.url}/api/v1/files?name=it`, {
        method: "POST",
        headers: { authorization: `Bearer ${ben.token}` },
        body: new Blob([bytes]),
      });
    expect((await send(new TextEncoder().encode("plain words"))).status).toBe(422);
    expect((await send(new Uint8Array(2 * 1024 * 1024))).status).toBe(413);
    expect((await send(new Uint8Array(PIXEL))).status).toBe(201);
    await admin.field("Types that are taken").fill("");
    await admin.field("Largest file").fill("256");
    await admin.button("Save the limits").click();
    await until("all types to be taken", async () => (await send(new TextEncoder().encode("plain"))).status === 201);
  });

  it("sets mail up and shows what the mail server really answers", async () => {
    const mail = await startMailServer("example.org");
    try {
      await admin.open("/mail", "Mail");
      await admin.field("Encryption").selectOption("STARTTLS where the server has it");
      await admin.field("Host").fill("127.0.0.1");
      await admin.field("Port").fill(String(mail.port));
      await admin.field("Sender").fill("Parley <parley@example.org>");
      await admin.button("Save the mail server").click();
      await admin.told("Saved");
      await admin.field("Send a test to").fill("somebody@elsewhere.example");
      await admin.button("Send a test").click();
      await admin.main.getByRole("alert").filter({ hasText: "we relay for nobody" }).first().waitFor();
      await admin.field("Send a test to").fill(olive.email);
      await admin.button("Send a test").click();
      await admin.told(`The mail server has taken the test for ${olive.email}`);
      expect(mail.mails.some((text) => text.includes(olive.email))).toBe(true);
      await admin.confirm("Remove", "Send no more mails?");
      await admin.told("No mail server is set up");
    } finally {
      await mail.close();
    }
  });

  it("tells who did what, in detail and as a file, and that nothing of it was changed", async () => {
    await admin.open("/audit", "Audit log");
    await admin.field("What").selectOption("Registered");
    await page.waitForURL(/action=user\.registered/);
    await admin.settled();
    await admin.button("Registered").first().click();
    const dialog = admin.dialog("Registered");
    await dialog.getByText("user.registered").waitFor();
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });

    const link = page.getByRole("link", { name: "Export JSONL" });
    await until("the export of just these", async () => (await link.getAttribute("href"))?.includes("user.registered"));
    const coming = page.waitForEvent("download");
    await link.click();
    const file = await (await coming).path();
    const lines = (await readFile(file, "utf8")).trim().split("\n");
    expect(new Set(lines.map((line) => (JSON.parse(line) as { action: string }).action))).toEqual(
      new Set(["user.registered"]),
    );
    await admin.button("Check the chain").click();
    await admin.told(/The chain is whole: \d+ entries/);
  });

  it("tells how the server is, by numbers, charts and tables", async () => {
    await admin.open("/health", "Health");
    await admin.told("SQLite");
    await admin.told("Running for");
    await admin.told("Nothing has failed");
    const pause = admin.button("Pause");
    await pause.click();
    await admin.button("Resume").waitFor();
    let asked = 0;
    page.on("request", (request) => {
      if (request.url().includes("/admin/health")) asked += 1;
    });
    await admin.button("Refresh").click();
    await until("the numbers to be read again", async () => asked > 0);
    const chart = admin.main.getByRole("figure").first();
    await chart.or(page.getByText("Nothing is measured yet")).first().waitFor();
    if ((await chart.count()) > 0) {
      await chart.getByText("As a table").click();
      await chart.getByRole("table").waitFor();
    } else await admin.told("Nothing is measured yet");
  });

  it("makes a token that may read only, shows it once, and takes it back", async () => {
    await page.goto("/preferences/tokens");
    await page.getByLabel("Name", { exact: true }).fill("Night watch");
    await page.getByRole("button", { name: "Make the token" }).click();
    const secret = await page.getByLabel("Token", { exact: true }).inputValue();
    expect(secret).toMatch(/^parley_pat_/);
    expect((await call(server.url, secret, "GET", "/me")).status).toBe(200);
    const refused = await call<{ code: string }>(server.url, secret, "POST", "/rooms", { kind: "public", name: "no" });
    expect([refused.status, refused.body.code]).toEqual([403, "scope_missing"]);
    await page.reload();
    await page.getByRole("button", { name: "Revoke Night watch" }).waitFor();
    expect(await page.getByText(secret).count()).toBe(0);
    await page.getByRole("button", { name: "Revoke Night watch" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Revoke", exact: true }).click();
    await admin.told("The token is revoked");
    expect((await call(server.url, secret, "GET", "/me")).status).toBe(401);
  });
});

describe("mail that the environment sets up", () => {
  it("can be read here, and changed only there", async () => {
    const server = await startServer({ SMTP_URL: "smtp://127.0.0.1:9", MAIL_FROM: "Parley <parley@example.org>" });
    const olive = await setUp(server, "Olive Owner");
    const context = await newContext(browser, server.url, olive);
    const admin = new Admin(await context.newPage());
    await admin.open("/mail", "Mail");
    await admin.told("PARLEY_SMTP_URL");
    expect(await admin.field("Host").count()).toBe(0);
    await context.close();
    await server.stop();
  });
});

describe("the console by keyboard alone", () => {
  it("leads to a person, asks before it shuts them out, and gives the focus back", async () => {
    const server = await startServer();
    const olive = await setUp(server, "Olive Owner");
    const ben = await register(server, "Ben Okafor");
    const context = await newContext(browser, server.url, olive);
    const page = await context.newPage();
    const admin = new Admin(page);
    await admin.open("/people", "People");
    const focused = () =>
      page.evaluate(() => (document.activeElement?.matches("body") ? "" : (document.activeElement?.textContent ?? "")));
    const tabTo = async (name: string) => {
      for (let at = 0; at < 60 && !(await focused()).includes(name); at += 1) await page.keyboard.press("Tab");
      expect(await focused()).toContain(name);
    };
    await tabTo("Ben Okafor");
    await page.keyboard.press("Enter");
    await page.waitForURL(new RegExp(ben.id));
    await admin.button("Deactivate").waitFor();
    await tabTo("Deactivate");
    await page.keyboard.press("Enter");
    const question = admin.dialog("Deactivate Ben Okafor?");
    await question.waitFor();
    await focusWithin(question);
    await page.keyboard.press("Escape");
    await question.waitFor({ state: "detached" });
    await until("the focus to be back", async () => (await focused()) === "Deactivate");
    await context.close();
    await server.stop();
  });
});
