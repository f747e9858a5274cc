import { act, cleanup, screen, waitFor } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { type Answer, eve, nobody, owner, problem, renderApp } from "../../app/testing/render.tsx";

/** A workspace whose `GET /me` knows Eve once `call` has gone well. */
function enteredBy(call: string, answer: Answer): Record<string, Answer> {
  let entered = false;
  return {
    ...owner,
    "GET /me": () => (entered ? { status: 200, body: eve } : problem(401, "unauthenticated")),
    [call]: () => {
      entered = true;
      return answer;
    },
  };
}

const signedIn = { user: eve, token: "secret" };

describe("signing in", () => {
  it("names the workspace, sends what was typed and leads on to where one wanted to go", async () => {
    const { user, calls, router } = renderApp(
      "/preferences/appearance",
      enteredBy("POST /auth/login", { status: 200, body: signedIn }),
    );
    expect(await screen.findByRole("heading", { name: "Sign in to Harbour & Sons" })).toBeVisible();
    await user.type(screen.getByLabelText("Username or e-mail"), "eve");
    await user.type(screen.getByLabelText("Password"), "three unusual words{Enter}");
    expect(await screen.findByRole("radio", { name: "Dark" })).toBeVisible();
    expect(router.state.location.pathname).toBe("/preferences/appearance");
    expect(calls.find((call) => call.path === "/auth/login")?.body).toEqual({
      login: "eve",
      password: "three unusual words",
    });
  });

  it("says beside the password that the two don't go together, keeps them and puts the focus there", async () => {
    const { user } = renderApp("/login", { ...nobody, "POST /auth/login": problem(401, "bad_credentials") });
    await user.type(await screen.findByLabelText("Username or e-mail"), "eve");
    await user.type(screen.getByLabelText("Password"), "wrong password{Enter}");
    const password = screen.getByLabelText("Password");
    await waitFor(() => expect(password).toHaveAccessibleDescription("That name and password don't go together."));
    expect(password).toBeInvalid();
    expect(password).toHaveFocus();
    expect(password).toHaveValue("wrong password");
  });

  it("leads by Tab from the name to the password, and only then to what helps who has forgotten it", async () => {
    const { user } = renderApp("/login", nobody);
    await user.type(await screen.findByLabelText("Username or e-mail"), "eve");
    await user.tab();
    expect(screen.getByLabelText("Password")).toHaveFocus();
    await user.tab();
    expect(screen.getByRole("button", { name: "Show password" })).toHaveFocus();
    await user.tab();
    expect(screen.getByRole("link", { name: "Forgot it?" })).toHaveFocus();
  });

  it("asks for what is missing without asking the server", async () => {
    const { user, calls } = renderApp("/login", nobody);
    await user.click(await screen.findByRole("button", { name: "Sign in" }));
    expect(screen.getByLabelText("Username or e-mail")).toHaveAccessibleDescription("Enter your username or e-mail.");
    expect(calls.filter((call) => call.method === "POST")).toEqual([]);
  });

  it("tells a lost connection from a refusal and keeps what was typed", async () => {
    const { user } = renderApp("/login", { ...nobody, "POST /auth/login": "cut" });
    await user.type(await screen.findByLabelText("Username or e-mail"), "eve");
    await user.type(screen.getByLabelText("Password"), "three unusual words{Enter}");
    expect(await screen.findByRole("alert")).toHaveTextContent(/server can't be reached/);
    expect(screen.getByLabelText("Password")).toHaveValue("three unusual words");
  });

  it("sends once however often one clicks", async () => {
    let release: (answer: Answer) => void = () => {};
    const held = new Promise<Answer>((resolve) => {
      release = resolve;
    });
    const { user, calls } = renderApp("/login", { ...nobody, "POST /auth/login": () => held });
    await user.type(await screen.findByLabelText("Username or e-mail"), "eve");
    await user.type(screen.getByLabelText("Password"), "three unusual words{Enter}");
    const button = await screen.findByRole("button", { name: "Sign in" });
    await waitFor(() => expect(button).toHaveAttribute("aria-busy", "true"));
    await user.click(button);
    release(problem(401, "bad_credentials"));
    await waitFor(() => expect(button).not.toHaveAttribute("aria-busy"));
    expect(calls.filter((call) => call.path === "/auth/login")).toHaveLength(1);
  });

  it("offers no registration where only invitations lead in", async () => {
    const setup = { status: 200, body: { needed: false, workspace: "Harbour & Sons", join_policy: "invite" } };
    renderApp("/login", { ...nobody, "GET /setup": setup });
    expect(await screen.findByRole("button", { name: "Sign in" })).toBeVisible();
    expect(screen.queryByRole("link", { name: "Make an account" })).toBeNull();
  });
});

describe("making an account", () => {
  it("makes the username from the name and enters", async () => {
    const { user, calls, router } = renderApp(
      "/register",
      enteredBy("POST /auth/register", { status: 201, body: signedIn }),
    );
    await user.type(await screen.findByLabelText("Your name"), "Zoë van Dijk");
    expect(screen.getByLabelText("Username")).toHaveValue("zoe.van.dijk");
    await user.type(screen.getByLabelText("E-mail"), "zoe@harbour.example");
    await user.type(screen.getByLabelText("Password"), "three unusual words{Enter}");
    await waitFor(() => expect(router.state.location.pathname).toBe("/"));
    expect(calls.find((call) => call.path === "/auth/register")?.body).toEqual({
      display_name: "Zoë van Dijk",
      username: "zoe.van.dijk",
      email: "zoe@harbour.example",
      password: "three unusual words",
    });
  });

  it("shows each refused field what is wrong with it", async () => {
    const { user } = renderApp("/register", {
      ...nobody,
      "POST /auth/register": problem(422, "invalid", { username: "username_taken", password: "weak_password" }),
    });
    await user.type(await screen.findByLabelText("Your name"), "Eve");
    await user.type(screen.getByLabelText("E-mail"), "eve@harbour.example");
    await user.type(screen.getByLabelText("Password"), "password1234{Enter}");
    const username = screen.getByLabelText("Username");
    await waitFor(() => expect(username).toHaveFocus());
    expect(username).toHaveAccessibleDescription(/Somebody has that username/);
    expect(screen.getByLabelText("Password")).toHaveAccessibleDescription(/too easy to guess/);
  });

  it("sends to the mail when a link goes out first", async () => {
    const { user } = renderApp("/register", { ...nobody, "POST /auth/register": { status: 202 } });
    await user.type(await screen.findByLabelText("Your name"), "Eve");
    await user.type(screen.getByLabelText("E-mail"), "eve@harbour.example");
    await user.type(screen.getByLabelText("Password"), "three unusual words{Enter}");
    expect(await screen.findByRole("heading", { name: "Check your mail" })).toBeVisible();
    expect(screen.getByRole("status")).toHaveTextContent("eve@harbour.example");
  });

  it("asks for no password where the mailed link's page asks for it", async () => {
    const setup = { status: 200, body: { needed: false, workspace: "Harbour & Sons", join_policy: "domain" } };
    const { user, calls } = renderApp("/register", {
      ...nobody,
      "GET /setup": setup,
      "POST /auth/register": { status: 202 },
    });
    await user.type(await screen.findByLabelText("Your name"), "Eve");
    await waitFor(() => expect(screen.queryByLabelText("Password")).toBeNull());
    await user.type(screen.getByLabelText("E-mail"), "eve@harbour.example{Enter}");
    expect(await screen.findByRole("heading", { name: "Check your mail" })).toBeVisible();
    expect(calls.find((call) => call.path === "/auth/register")?.body).toEqual({
      display_name: "Eve",
      username: "eve",
      email: "eve@harbour.example",
    });
  });
});

describe("confirming an address", () => {
  const enter = "Confirm and enter";

  it("asks for a password of one's own, takes the secret out of the address bar and enters", async () => {
    const { user, calls, router } = renderApp(
      "/confirm#token=secret-of-the-mail",
      enteredBy("POST /auth/confirm", { status: 201, body: signedIn }),
    );
    const password = await screen.findByLabelText("Password");
    expect(password).toHaveAttribute("autocomplete", "new-password");
    expect(password).toHaveFocus();
    expect(window.location.hash).toBe("");
    await user.click(screen.getByRole("button", { name: enter }));
    expect(password).toBeInvalid();
    expect(calls.filter((call) => call.method === "POST")).toEqual([]);
    await user.type(password, "three unusual words{Enter}");
    await waitFor(() => expect(router.state.location.pathname).toBe("/"));
    expect(calls.find((call) => call.path === "/auth/confirm")?.body).toEqual({
      token: "secret-of-the-mail",
      password: "three unusual words",
    });
  });

  it("says beside a password that is easy to guess what is wrong with it", async () => {
    const { user } = renderApp("/confirm#token=one", {
      ...nobody,
      "POST /auth/confirm": problem(422, "invalid", { password: "weak_password" }),
    });
    await user.type(await screen.findByLabelText("Password"), "password1234{Enter}");
    const password = screen.getByLabelText("Password");
    await waitFor(() => expect(password).toHaveAccessibleDescription(/too easy to guess/));
    expect(password).toHaveFocus();
  });

  it("offers to sign in or to register again when the link no longer works", async () => {
    const { user } = renderApp("/confirm#token=old", { ...nobody, "POST /auth/confirm": problem(403, "bad_token") });
    await user.type(await screen.findByLabelText("Password"), "three unusual words{Enter}");
    expect(await screen.findByRole("heading", { name: "This link no longer works" })).toBeVisible();
    expect(screen.getByRole("link", { name: "Sign in" })).toHaveAttribute("href", "/login");
    expect(screen.getByRole("link", { name: "Register again" })).toHaveAttribute("href", "/register");
  });

  it("offers to register again when somebody has taken the name meanwhile", async () => {
    const { user } = renderApp("/confirm#token=one", {
      ...nobody,
      "POST /auth/confirm": problem(422, "invalid", { username: "username_taken" }),
    });
    await user.type(await screen.findByLabelText("Password"), "three unusual words{Enter}");
    expect(await screen.findByRole("heading", { name: "Your username is taken" })).toBeVisible();
    expect(screen.getByRole("link", { name: "Register again" })).toHaveAttribute("href", "/register");
  });

  it("can be tried again after a lost connection", async () => {
    const { user } = renderApp("/confirm#token=one", { ...nobody, "POST /auth/confirm": "cut" });
    await user.type(await screen.findByLabelText("Password"), "three unusual words{Enter}");
    expect(await screen.findByRole("alert")).toHaveTextContent(/server can't be reached/);
    expect(screen.getByRole("button", { name: enter })).toBeEnabled();
    expect(screen.getByLabelText("Password")).toHaveValue("three unusual words");
  });

  it("says so when the secret is missing", async () => {
    renderApp("/confirm", nobody);
    expect(await screen.findByRole("heading", { name: "This link is incomplete" })).toBeVisible();
  });
});

describe("a forgotten password", () => {
  it("never tells whether there is an account", async () => {
    const { user } = renderApp("/forgot", { ...nobody, "POST /auth/forgot-password": { status: 202 } });
    await user.type(await screen.findByLabelText("E-mail"), "eve@harbour.example{Enter}");
    expect(await screen.findByRole("status")).toHaveTextContent(/If there is an account with eve@harbour.example/);
  });

  it("is replaced by the link's page, which takes the secret out of the address bar", async () => {
    const { user, calls } = renderApp("/reset#token=secret-of-the-mail", {
      ...nobody,
      "POST /auth/reset-password": { status: 204 },
    });
    await user.type(await screen.findByLabelText("New password"), "three unusual words{Enter}");
    expect(await screen.findByRole("heading", { name: "Your password is changed" })).toBeVisible();
    expect(window.location.hash).toBe("");
    expect(calls.find((call) => call.path === "/auth/reset-password")?.body).toEqual({
      token: "secret-of-the-mail",
      password: "three unusual words",
    });
  });

  it("says so when the link is too old", async () => {
    const { user } = renderApp("/reset#token=old", {
      ...nobody,
      "POST /auth/reset-password": problem(403, "bad_token"),
    });
    await user.type(await screen.findByLabelText("New password"), "three unusual words{Enter}");
    expect(await screen.findByRole("alert")).toHaveTextContent(/used already or is too old/);
  });

  it("asks for the link again when its secret is missing", async () => {
    renderApp("/reset", nobody);
    expect(await screen.findByRole("link", { name: "Ask for a new link" })).toBeVisible();
  });
});

describe("a link's secret", () => {
  const password = () => screen.findByLabelText(/^(New p|P)assword$/);
  const invitation = { status: 200, body: { workspace: "Harbour & Sons", invited_by: "Ana Kovač" } };
  const invited = { ...nobody, "POST /auth/invite": invitation };

  /** The page as it begins anew: what the tab holds stays, and so does the address. */
  function reload(answers: Record<string, Answer>) {
    cleanup();
    expect(window.location.hash).toBe("");
    return renderApp(window.location.pathname, answers);
  }

  it("outlives a reload of its page, however many there are", async () => {
    renderApp("/invite#token=welcome", invited);
    for (const _ of [1, 2]) {
      expect(await screen.findByRole("heading", { name: "Join Harbour & Sons" })).toBeVisible();
      const { calls } = reload(invited);
      await waitFor(() =>
        expect(calls.find(({ path }) => path === "/auth/invite")?.body).toEqual({ token: "welcome" }),
      );
    }
  });

  it.each(["/confirm", "/reset"])("of %s does, too", async (path) => {
    renderApp(`${path}#token=mailed`, nobody);
    expect(await password()).toBeVisible();
    reload(nobody);
    expect(await password()).toBeVisible();
  });

  it("is for the page of its link only, and gives way to another link's", async () => {
    renderApp("/invite#token=welcome", invited);
    expect(await screen.findByRole("heading", { name: "Join Harbour & Sons" })).toBeVisible();
    cleanup();
    renderApp("/reset", nobody);
    expect(await screen.findByRole("heading", { name: "This link is incomplete" })).toBeVisible();
    cleanup();
    renderApp("/reset#token=mailed", nobody);
    await password();
    cleanup();
    renderApp("/invite", nobody);
    expect(await screen.findByRole("heading", { name: "This invitation is incomplete" })).toBeVisible();
    expect(sessionStorage).toHaveLength(1);
  });

  it("is forgotten once it has done its work", async () => {
    const answers = { ...nobody, "POST /auth/reset-password": { status: 204 } };
    const { user } = renderApp("/reset#token=mailed", answers);
    await user.type(await password(), "three unusual words{Enter}");
    expect(await screen.findByRole("heading", { name: "Your password is changed" })).toBeVisible();
    expect(sessionStorage).toHaveLength(0);
  });

  it.each([
    ["/reset", "POST /auth/reset-password"],
    ["/confirm", "POST /auth/confirm"],
  ])("of %s is forgotten when it is refused for good, and kept when the line is down", async (path, call) => {
    const { user, answers } = renderApp(`${path}#token=mailed`, { ...nobody, [call]: "cut" });
    await user.type(await password(), "three unusual words{Enter}");
    expect(await screen.findByRole("alert")).toHaveTextContent(/server can't be reached/);
    expect(sessionStorage).toHaveLength(1);
    answers[call] = problem(403, "bad_token");
    await user.type(await password(), "{Enter}");
    await waitFor(() => expect(sessionStorage).toHaveLength(0));
  });

  it("of an invitation is forgotten when it is refused for good", async () => {
    renderApp("/invite#token=old", { ...nobody, "POST /auth/invite": problem(403, "bad_token") });
    expect(await screen.findByRole("heading", { name: "This invitation no longer works" })).toBeVisible();
    expect(sessionStorage).toHaveLength(0);
  });

  it("is forgotten when somebody signs in instead", async () => {
    const { user, router } = renderApp("/invite#token=welcome", {
      ...invited,
      ...enteredBy("POST /auth/login", { status: 200, body: signedIn }),
    });
    await user.click(await screen.findByRole("link", { name: "Sign in" }));
    await user.type(await screen.findByLabelText("Username or e-mail"), "eve");
    expect(sessionStorage).toHaveLength(1);
    await user.type(screen.getByLabelText("Password"), "three unusual words{Enter}");
    await waitFor(() => expect(router.state.location.pathname).toBe("/"));
    expect(sessionStorage).toHaveLength(0);
  });

  /** What an invited person types, and sends. */
  async function join(user: ReturnType<typeof renderApp>["user"]) {
    await user.type(await screen.findByLabelText("Your name"), "Ben Okafor");
    await user.type(screen.getByLabelText("E-mail"), "ben@harbour.example");
    await user.type(screen.getByLabelText("Password"), "three unusual words{Enter}");
  }

  it("of an invitation is forgotten when its answer goes by mail", async () => {
    const { user } = renderApp("/invite#token=welcome", { ...invited, "POST /auth/register": { status: 202 } });
    await join(user);
    expect(await screen.findByRole("heading", { name: "Check your mail" })).toBeVisible();
    expect(sessionStorage).toHaveLength(0);
  });

  it("of an invitation that ends while one fills its form is forgotten, and the page says so", async () => {
    const answers = { ...invited, "POST /auth/register": problem(403, "bad_token") };
    const { user } = renderApp("/invite#token=welcome", answers);
    await join(user);
    expect(await screen.findByRole("heading", { name: "This invitation no longer works" })).toBeVisible();
    expect(sessionStorage).toHaveLength(0);
  });

  it("of an invitation outlives what is wrong with the rest of the form", async () => {
    const answers = { ...invited, "POST /auth/register": problem(422, "invalid", { username: "username_taken" }) };
    const { user } = renderApp("/invite#token=welcome", answers);
    await join(user);
    await waitFor(() => expect(screen.getByLabelText("Username")).toBeInvalid());
    expect(sessionStorage).toHaveLength(1);
  });

  it("is forgotten when somebody signs in in another tab", async () => {
    const { engine, answers } = renderApp("/invite#token=welcome", { ...owner, ...invited });
    expect(await screen.findByRole("heading", { name: "Join Harbour & Sons" })).toBeVisible();
    expect(sessionStorage).toHaveLength(1);
    answers["GET /me"] = { status: 200, body: eve };
    await act(() => engine.start());
    expect(await screen.findByRole("link", { name: "Open Harbour & Sons" })).toBeVisible();
    expect(sessionStorage).toHaveLength(0);
  });

  it("is forgotten when who had it signs out, whatever page is on screen", async () => {
    const answers = { ...owner, "POST /auth/invite": invitation, "POST /auth/logout": { status: 204 } };
    const { engine } = renderApp("/invite#token=welcome", answers);
    expect(await screen.findByRole("link", { name: "Open Harbour & Sons" })).toBeVisible();
    expect(sessionStorage).toHaveLength(1);
    await act(() => engine.signOut());
    expect(await screen.findByRole("heading", { name: "Join Harbour & Sons" })).toBeVisible();
    expect(sessionStorage).toHaveLength(0);
  });

  it("is forgotten when who had it signs out, so that whoever comes next to this tab doesn't have it", async () => {
    const { engine, router } = renderApp("/invite#token=welcome", {
      ...owner,
      "POST /auth/invite": invitation,
      "POST /auth/logout": { status: 204 },
    });
    expect(await screen.findByRole("link", { name: "Open Harbour & Sons" })).toBeVisible();
    await act(() => router.navigate({ to: "/" }));
    expect(sessionStorage).toHaveLength(1);
    await act(() => engine.signOut());
    expect(await screen.findByLabelText("Username or e-mail")).toBeVisible();
    expect(sessionStorage).toHaveLength(0);
  });
});

describe("an invitation", () => {
  const invitation = { status: 200, body: { workspace: "Harbour & Sons", invited_by: "Ana Kovač" } };

  it("tells who invites whereto, registers with it and enters", async () => {
    const { user, calls, router } = renderApp("/invite#token=welcome", {
      ...enteredBy("POST /auth/register", { status: 201, body: signedIn }),
      "POST /auth/invite": invitation,
    });
    expect(await screen.findByRole("heading", { name: "Join Harbour & Sons" })).toBeVisible();
    expect(screen.getByText("Ana Kovač invited you.")).toBeVisible();
    await user.type(screen.getByLabelText("Your name"), "Ben Okafor");
    await user.type(screen.getByLabelText("E-mail"), "ben@harbour.example");
    await user.type(screen.getByLabelText("Password"), "three unusual words{Enter}");
    await waitFor(() =>
      expect(calls.find((call) => call.path === "/auth/register")?.body).toMatchObject({ invite: "welcome" }),
    );
    await waitFor(() => expect(router.state.location.pathname).toBe("/"));
  });

  it("that no longer works says so", async () => {
    renderApp("/invite#token=old", { ...nobody, "POST /auth/invite": problem(403, "bad_token") });
    expect(await screen.findByRole("heading", { name: "This invitation no longer works" })).toBeVisible();
  });

  it("leads who is in already into the workspace", async () => {
    renderApp("/invite#token=welcome", { ...owner, "POST /auth/invite": invitation });
    expect(await screen.findByRole("link", { name: "Open Harbour & Sons" })).toBeVisible();
  });
});
