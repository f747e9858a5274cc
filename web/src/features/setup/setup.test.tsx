import { cleanup, screen, waitFor } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { type Answer, eve, nobody, owner, problem, renderApp } from "../../app/testing/render.tsx";

const needed = { status: 200, body: { needed: true } };

describe("first start", () => {
  it("is where the first visitor is sent", async () => {
    const { router } = renderApp("/", { ...nobody, "GET /setup": needed });
    expect(await screen.findByRole("heading", { name: "Set up Parley" })).toBeVisible();
    expect(router.state.location.pathname).toBe("/setup");
  });

  it("makes the workspace and its owner with the token of the link, and enters", async () => {
    let done = false;
    const answers: Record<string, Answer> = {
      ...owner,
      "GET /setup": () => (done ? (nobody["GET /setup"] ?? "cut") : needed),
      "GET /me": () => (done ? { status: 200, body: eve } : problem(401, "unauthenticated")),
      "POST /setup": () => {
        done = true;
        return { status: 201, body: { user: eve, token: "secret" } };
      },
    };
    const { user, calls, router } = renderApp("/setup#token=printed", answers);
    await user.type(await screen.findByLabelText("Workspace name"), "Harbour & Sons");
    await user.type(screen.getByLabelText("Your name"), "Eve Lindqvist");
    await user.type(screen.getByLabelText("E-mail"), "eve@harbour.example");
    await user.type(screen.getByLabelText("Password"), "three unusual words");
    await user.click(screen.getByRole("radio", { name: "Anyone who finds it" }));
    await user.click(screen.getByRole("button", { name: "Open the workspace" }));
    await waitFor(() => expect(router.state.location.pathname).toBe("/"));
    expect(window.location.hash).toBe("");
    expect(calls.find((call) => call.method === "POST" && call.path === "/setup")?.body).toEqual({
      token: "printed",
      workspace: "Harbour & Sons",
      display_name: "Eve Lindqvist",
      username: "eve.lindqvist",
      email: "eve@harbour.example",
      password: "three unusual words",
      join_policy: "open",
    });
  });

  it("asks for the token when the link lacks it", async () => {
    const { user } = renderApp("/setup", { ...nobody, "GET /setup": needed });
    await user.click(await screen.findByRole("button", { name: "Open the workspace" }));
    const token = screen.getByLabelText("Set-up token");
    expect(token).toHaveFocus();
    expect(token).toHaveAccessibleDescription(/Enter the set-up token/);
  });

  it("takes back what it said of a field that is typed anew", async () => {
    const { user } = renderApp("/setup#token=printed", { ...nobody, "GET /setup": needed });
    await user.click(await screen.findByRole("button", { name: "Open the workspace" }));
    const workspace = screen.getByLabelText("Workspace name");
    expect(workspace).toHaveFocus();
    await user.type(workspace, "Harbour");
    expect(workspace).not.toHaveAttribute("aria-invalid");
    expect(screen.getByLabelText("E-mail")).toBeInvalid();
    await user.clear(workspace);
    await user.click(screen.getByRole("button", { name: "Open the workspace" }));
    expect(workspace).toBeInvalid();
    expect(workspace).toHaveFocus();
  });

  it("takes the token of a link that is opened while the page is on screen", async () => {
    renderApp("/setup", { ...nobody, "GET /setup": needed });
    expect(await screen.findByLabelText("Set-up token")).toBeVisible();
    window.history.replaceState(null, "", "/setup#token=printed");
    window.dispatchEvent(new HashChangeEvent("hashchange"));
    await waitFor(() => expect(screen.queryByLabelText("Set-up token")).toBeNull());
    expect(window.location.hash).toBe("");
  });

  it("keeps the token of its link over a reload, and asks for another one once it was refused", async () => {
    const answers = { ...nobody, "GET /setup": needed, "POST /setup": problem(403, "bad_token") };
    renderApp("/setup#token=printed", answers);
    expect(await screen.findByLabelText("Workspace name")).toBeVisible();
    cleanup();
    const { user } = renderApp("/setup", answers);
    await user.type(await screen.findByLabelText("Workspace name"), "Harbour");
    expect(screen.queryByLabelText("Set-up token")).toBeNull();
    await user.type(screen.getByLabelText("Your name"), "Eve Lindqvist");
    await user.type(screen.getByLabelText("E-mail"), "eve@harbour.example");
    await user.type(screen.getByLabelText("Password"), "tangerine-lighthouse-42");
    await user.click(screen.getByRole("button", { name: "Open the workspace" }));
    expect(await screen.findByRole("alert")).toBeVisible();
    cleanup();
    renderApp("/setup", answers);
    expect(await screen.findByLabelText("Set-up token")).toBeVisible();
  });

  it("leads to sign-in when somebody else was faster", async () => {
    const { user } = renderApp("/setup#token=printed", {
      ...nobody,
      "GET /setup": needed,
      "POST /setup": problem(409, "already_set_up"),
    });
    await user.type(await screen.findByLabelText("Workspace name"), "Harbour");
    await user.type(screen.getByLabelText("Your name"), "Eve Lindqvist");
    await user.type(screen.getByLabelText("E-mail"), "eve@harbour.example");
    await user.type(screen.getByLabelText("Password"), "tangerine-lighthouse-42");
    await user.click(screen.getByRole("button", { name: "Open the workspace" }));
    expect(await screen.findByRole("link", { name: "Sign in" })).toBeVisible();
  });

  it("leads to sign-in when the workspace is set up", async () => {
    renderApp("/setup#token=printed", nobody);
    expect(await screen.findByRole("link", { name: "Sign in" })).toBeVisible();
  });
});
