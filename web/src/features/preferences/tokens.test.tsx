import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { type Answer, eve, owner, problem, renderApp } from "../../app/testing/render.tsx";

const at = "2026-11-20T09:00:00.000000Z";
const robot = {
  id: "t1",
  name: "Build robot",
  scopes: ["read", "admin:read"],
  created_at: at,
  expires_at: null,
  last_used_at: null,
  hint: "a1b2",
};

function tokens(items: readonly unknown[]): Answer {
  return { status: 200, body: { items, next_cursor: null, heads: {} } };
}

describe("tokens", () => {
  it("say in words what they may", async () => {
    renderApp("/preferences/tokens", { ...owner, "GET /me/tokens": tokens([robot]) });
    await screen.findByRole("heading", { name: "Tokens" });
    expect(await screen.findByText(/Read, Read the administration · never used · doesn't end/)).toBeVisible();
  });

  it("are made with scopes and an end, and shown once", async () => {
    const { calls, user } = renderApp("/preferences/tokens", {
      ...owner,
      "GET /me/tokens": tokens([]),
      "POST /me/tokens": { status: 201, body: { ...robot, secret: "parley_pat_abc" } },
    });
    await user.click(await screen.findByRole("button", { name: "Make the token" }));
    expect(await screen.findByText("Give the token a name.")).toBeVisible();
    await user.type(screen.getByLabelText("Name"), "Build robot");
    await user.click(screen.getByRole("checkbox", { name: /^Read the administration/ }));
    await user.selectOptions(screen.getByLabelText("It ends"), "Never");
    await user.click(screen.getByRole("button", { name: "Make the token" }));
    expect(await screen.findByLabelText("Token")).toHaveValue("parley_pat_abc");
    expect(calls.find((call) => call.method === "POST")?.body).toEqual({
      name: "Build robot",
      scopes: ["read", "admin:read"],
      expires_at: null,
    });
  });

  it("of who doesn't administer never offer to", async () => {
    renderApp("/preferences/tokens", {
      ...owner,
      "GET /me": { status: 200, body: { ...eve, role: "member" } },
      "GET /me/tokens": tokens([]),
    });
    expect(await screen.findByText("No tokens yet")).toBeVisible();
    expect(screen.getAllByRole("checkbox")).toHaveLength(2);
  });

  it("are revoked after asking", async () => {
    let items: readonly unknown[] = [robot];
    const { user } = renderApp("/preferences/tokens", {
      ...owner,
      "GET /me/tokens": () => tokens(items),
      "DELETE /me/tokens/t1": () => {
        items = [];
        return { status: 204 };
      },
    });
    await user.click(await screen.findByRole("button", { name: "Revoke Build robot" }));
    const ask = await screen.findByRole("dialog", { name: "Revoke this token?" });
    await user.click(within(ask).getByRole("button", { name: "Revoke" }));
    await waitFor(() => expect(screen.queryByText("Build robot")).toBeNull());
  });

  it("offer to try again when they don't load", async () => {
    let failing = true;
    const { user } = renderApp("/preferences/tokens", {
      ...owner,
      "GET /me/tokens": () => (failing ? problem(403, "session_needed") : tokens([robot])),
    });
    const alert = await screen.findByRole("alert", { name: "Your tokens didn't load" });
    expect(alert).toHaveTextContent("Only a signed-in device may do this.");
    failing = false;
    await user.click(within(alert).getByRole("button", { name: "Try again" }));
    expect(await screen.findByText("Build robot")).toBeVisible();
  });
});
