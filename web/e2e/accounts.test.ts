/** The ways in and out: first start, sign in, register, invitations, forgotten passwords, devices. */
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { Entrance } from "./pages/entrance.ts";
import { Sidebar } from "./pages/sidebar.ts";
import { listenForTrouble, newContext, openBrowser, signInto } from "./support/browser.ts";
import { linkIn } from "./support/mail.ts";
import { call, PASSWORD, WORKSPACE } from "./support/people.ts";
import { type Server, startServer } from "./support/server.ts";
import { until } from "./support/until.ts";

let server: Server;
let browser: Browser;
beforeAll(async () => {
  server = await startServer();
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

let context: BrowserContext;
let page: Page;
let entrance: Entrance;
let troubles: string[];
beforeEach(async () => {
  context = await newContext(browser, server.url);
  page = await context.newPage();
  entrance = new Entrance(page);
  troubles = listenForTrouble(page);
});
afterEach(async () => {
  await context.close();
  expect(troubles).toEqual([]);
});

const olive = { name: "Olive Owner", username: "olive", email: "olive@example.org", password: PASSWORD };
const newPassword = "velvet-harpoon-breakfast-7";

const isIn = (at: Page) => at.getByRole("button", { name: WORKSPACE }).waitFor();

it("sets the workspace up with the link of the first start, which works once", async () => {
  const token = await server.setupToken();
  await entrance.open(`/setup#token=${token}`);
  await entrance.setUp(WORKSPACE, { ...olive, password: "short" }, "Anyone who finds it");
  const invalid = () => entrance.field("Password").getAttribute("aria-invalid");
  await until("the password to be refused", async () => (await invalid()) === "true");
  await entrance.field("Password").fill(PASSWORD);
  await entrance.button("Open the workspace").click();
  await isIn(page);

  const again = await newContext(browser, server.url);
  const visitor = await again.newPage();
  await visitor.goto(`/setup#token=${token}`);
  await visitor.getByRole("heading", { name: "This workspace is set up" }).waitFor();
  await again.close();
});

it("signs in by username and by e-mail, tells nothing of a wrong password, and signs out", async () => {
  await entrance.open("/");
  await entrance.heading.filter({ hasText: `Sign in to ${WORKSPACE}` }).waitFor();
  const refused = page.getByText("That name and password don't go together.");
  await entrance.signIn("olive", "not-the-password");
  await refused.waitFor();
  await entrance.signIn("nobody-of-that-name", "not-the-password either");
  await refused.waitFor();

  await entrance.signIn("olive", PASSWORD);
  await isIn(page);
  await new Sidebar(page).signOut(WORKSPACE);
  await page.waitForURL(/\/login/);
  const signedIn = async () => (await context.cookies()).some(({ name }) => name === "parley_session");
  await until("the cookie to be gone", async () => !(await signedIn()));

  await entrance.signIn("OLIVE@example.org", PASSWORD);
  await isIn(page);
});

it("leads back to where one wanted to go before signing in", async () => {
  await page.goto("/preferences/appearance");
  await entrance.signIn("olive", PASSWORD);
  await page.getByRole("heading", { name: "Appearance" }).waitFor();
  expect(new URL(page.url()).pathname).toBe("/preferences/appearance");
});

it("registers somebody, and says beside the field what is taken", async () => {
  await entrance.register({ ...olive, email: "somebody@example.org" });
  await page.getByText("Somebody has that username. Try another.").waitFor();
  await entrance.field("Username").fill("rita");
  await entrance.field("E-mail").fill("rita@example.org");
  await entrance.button("Make my account").click();
  await isIn(page);
});

it("lets somebody in by an invitation's link", async () => {
  await page.goto("/");
  await entrance.signIn("olive", PASSWORD);
  await isIn(page);
  const link = await new Sidebar(page).invite();
  expect(link).toContain("/invite#token=");

  const guest = await newContext(browser, server.url);
  const at = await guest.newPage();
  await at.goto(link);
  await at.getByRole("heading", { name: `Join ${WORKSPACE}` }).waitFor();
  await at.getByText("Olive Owner invited you.").waitFor();
  const form = new Entrance(at);
  await form.typeAccount({ name: "Ivo Invited", email: "ivo@example.org", password: PASSWORD });
  await form.button(`Join ${WORKSPACE}`).click();
  await isIn(at);
  await guest.close();
});

it("resets a forgotten password by mail, once, and ends the other sessions", async () => {
  const other = await newContext(browser, server.url);
  const elsewhere = await other.newPage();
  await elsewhere.goto("/");
  await new Entrance(elsewhere).signIn("rita", PASSWORD);
  await isIn(elsewhere);

  await entrance.open("/forgot");
  await entrance.askForReset("nobody@example.org");
  await page.getByRole("heading", { name: "Check your mail" }).waitFor();
  await entrance.button("Use another address").click();
  await entrance.askForReset("rita@example.org");
  await page.getByRole("heading", { name: "Check your mail" }).waitFor();
  const mail = await until("the mail", async () =>
    (await server.mails()).find((text) => text.includes("rita@example.org")),
  );
  expect((await server.mails()).filter((text) => text.includes("nobody@example.org"))).toEqual([]);

  const link = linkIn(mail, "/reset#token=") ?? "";
  await page.goto(link);
  await entrance.choosePassword(newPassword);
  await page.getByRole("heading", { name: "Your password is changed" }).waitFor();
  await elsewhere.waitForURL(/\/login/);
  await elsewhere.getByText(/^Your password was changed, so this device was signed out\./).waitFor();
  await other.close();

  const again = await newContext(browser, server.url);
  const second = new Entrance(await again.newPage());
  await second.open(link.slice(link.indexOf("/reset")));
  await second.choosePassword("another-unusual-sentence-9");
  await second.trouble.waitFor();
  await again.close();

  await page.getByRole("link", { name: "Sign in" }).click();
  await entrance.signIn("rita", PASSWORD);
  await page.getByText("That name and password don't go together.").waitFor();
  await entrance.signIn("rita", newPassword);
  await isIn(page);
});

it("signs this browser out when its session is ended on another device", async () => {
  await page.goto("/");
  await entrance.signIn("olive", PASSWORD);
  await isIn(page);

  const other = await newContext(browser, server.url);
  const phone = await other.newPage();
  await phone.goto("/preferences/devices");
  await new Entrance(phone).signIn("olive", PASSWORD);
  await phone.getByText("This device").waitFor();
  // Every other device of hers, this browser among them.
  const buttons = phone.getByRole("button", { name: /^Sign out / });
  for (let left = await buttons.count(); left > 0; left -= 1) {
    await buttons.first().click();
    await phone.getByRole("dialog").getByRole("button", { name: "Sign out", exact: true }).click();
    await until("the device to be gone from the list", async () => (await buttons.count()) === left - 1);
  }
  await page.waitForURL(/\/login/);
  await page.getByText(/^You signed this device out from another one\./).waitFor();
  await phone.getByText("This is your only device.").waitFor();
  await other.close();
});

it("changes the name that people see, and the password", async () => {
  await page.goto("/preferences/account");
  await entrance.signIn("rita", newPassword);
  await page.getByLabel("Display name").fill("Rita Renamed");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText("Your profile is saved").waitFor();
  await page.getByLabel("Current password", { exact: true }).fill(newPassword);
  await page.getByLabel("New password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Change password" }).click();
  await page.getByText("Your password is changed").waitFor();
  expect((await call(server.url, null, "POST", "/auth/login", { login: "rita", password: newPassword })).status).toBe(
    401,
  );
  expect((await call(server.url, null, "POST", "/auth/login", { login: "rita", password: PASSWORD })).status).toBe(200);
});

it("leads nobody to where the one was who signed out here, in whichever tab", async () => {
  await page.goto("/preferences/appearance");
  await entrance.signIn("olive", PASSWORD);
  await page.getByRole("heading", { name: "Appearance" }).waitFor();
  const second = await context.newPage();
  await second.goto("/unreads");
  await new Sidebar(second).live();
  await page.goto("/preferences/account");
  await new Sidebar(second).signOut(WORKSPACE);
  for (const tab of [page, second]) {
    await tab.waitForURL(/\/login/);
    await new Entrance(tab).button("Sign in").waitFor();
    expect(new URL(tab.url()).search).toBe("");
    expect(await tab.getByText("You were signed out").count()).toBe(0);
  }
});

it("goes on in a tab that waits at its sign-in page when somebody signs in in another one", async () => {
  await page.goto("/preferences/appearance");
  await entrance.field("Username or e-mail").fill("half a na");
  const second = await context.newPage();
  await second.goto("/");
  await new Entrance(second).signIn("olive", PASSWORD);
  await isIn(second);
  await page.getByRole("heading", { name: "Appearance" }).waitFor();
  expect(new URL(page.url()).pathname).toBe("/preferences/appearance");
});

it("asks who is signed in when a sign-in page is looked at again, and leaves alone what was typed", async () => {
  await page.goto("/preferences/appearance");
  await entrance.field("Username or e-mail").fill("half a na");
  const asked = page.waitForResponse(/\/me$/);
  await page.evaluate(look);
  const answer = await asked;
  expect(answer.status()).toBe(401);
  await answer.finished();
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  expect(await entrance.field("Username or e-mail").inputValue()).toBe("half a na");

  // Nobody tells this tab of it.
  const login = { login: "olive", password: PASSWORD };
  const { body } = await call<{ token: string }>(server.url, null, "POST", "/auth/login", login);
  await signInto(context, server.url, body);
  await until("the page to go on", async () => {
    await page.evaluate(look);
    return new URL(page.url()).pathname === "/preferences/appearance";
  });
});

it("keeps nothing of a person in the browser once they have signed out", async () => {
  await page.goto("/");
  await entrance.signIn("olive", PASSWORD);
  await isIn(page);
  await until("a cache", () => page.evaluate(databases).then((names) => names.some((name) => name.includes("cache"))));
  await new Sidebar(page).createRoom({ name: "diary", kind: "Private" });
  await page.waitForURL(/\/rooms\//);
  const keeps = async () => (await page.evaluate(() => Object.keys(localStorage))).includes("parley.last-room");
  await until("the last room to be kept", keeps);
  await new Sidebar(page).signOut(WORKSPACE);
  await page.waitForURL(/\/login/);
  const left = await until("the databases to be gone", async () => {
    const names = await page.evaluate(databases);
    return names.every((name) => name === "parley") ? names : null;
  });
  expect(left.filter((name) => name !== "parley")).toEqual([]);
  await entrance.button("Sign in").waitFor();
  await until("the last room to be forgotten", async () => !(await keeps()));
  expect(await page.getByText("You were signed out").count()).toBe(0);
  expect((await call(server.url, null, "GET", "/me")).status).toBe(401);
});

/** Runs in the page, which hears that it is shown. */
function look(): void {
  document.dispatchEvent(new Event("visibilitychange"));
}

/** Runs in the page. */
async function databases(): Promise<string[]> {
  return (await indexedDB.databases()).map(({ name }) => name ?? "");
}
