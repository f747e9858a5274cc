import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { eve, owner, problem, renderApp } from "../../app/testing/render.tsx";

const phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) Version/19.0 Mobile/15E148 Safari/604.1";
const laptop = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0 Safari/537.36";
const at = "2026-11-20T09:00:00.000000Z";

function session(id: string, device: string, current: boolean) {
  return { id, device, current, created_at: at, last_seen_at: at, address: "203.0.113.7" };
}

describe("preferences", () => {
  it("change the theme at once and keep it on this device", async () => {
    const { user } = renderApp("/preferences/appearance", owner);
    await user.click(await screen.findByRole("radio", { name: "Dark" }));
    expect(document.documentElement.dataset.theme).toBe("dark");
    expect(localStorage.getItem("parley.theme")).toBe("dark");
    await user.click(screen.getByRole("radio", { name: "Like the system" }));
    expect(document.documentElement.dataset.theme).toBeUndefined();
  });

  it("save a display name", async () => {
    const { user, calls } = renderApp("/preferences/account", { ...owner, "PATCH /me": { status: 200, body: eve } });
    const name = await screen.findByLabelText("Display name");
    await user.clear(name);
    await user.type(name, "Eve L.{Enter}");
    expect((await screen.findAllByText("Your profile is saved")).length).toBeGreaterThan(0);
    expect(calls.find((call) => call.method === "PATCH")?.body).toEqual({ display_name: "Eve L." });
  });

  it("list the devices, this one first, and sign one out after asking", async () => {
    let items = [session("s2", phone, false), session("s1", laptop, true)];
    const { user, calls } = renderApp("/preferences/devices", {
      ...owner,
      "GET /me/sessions": () => ({ status: 200, body: { items, next_cursor: null, heads: {} } }),
      "DELETE /me/sessions/s2": () => {
        items = items.filter((item) => item.id !== "s2");
        return { status: 204 };
      },
    });
    const rows = await screen.findAllByRole("listitem");
    expect(rows[0]).toHaveTextContent("Chrome on Linux");
    expect(rows[0]).toHaveTextContent("This device");
    await user.click(screen.getByRole("button", { name: "Sign out Safari on iPhone" }));
    const dialog = await screen.findByRole("dialog", { name: "Sign out this device?" });
    await user.click(within(dialog).getByRole("button", { name: "Sign out" }));
    await waitFor(() => expect(screen.queryByText("Safari on iPhone")).toBeNull());
    expect(calls.filter((call) => call.method === "DELETE")).toHaveLength(1);
  });

  it("sign out and forget what was read", async () => {
    let left = false;
    const { user, router } = renderApp("/preferences/devices", {
      ...owner,
      "GET /me": () => (left ? problem(401, "unauthenticated") : { status: 200, body: eve }),
      "GET /me/sessions": { status: 200, body: { items: [session("s1", laptop, true)], next_cursor: null, heads: {} } },
      "POST /auth/logout": () => {
        left = true;
        return { status: 204 };
      },
    });
    expect(await screen.findByText("Chrome on Linux")).toBeVisible();
    await user.click(screen.getByRole("link", { name: "Account" }));
    await user.click(await screen.findByRole("button", { name: "Sign out" }));
    expect(await screen.findByRole("heading", { name: "Sign in to Harbour & Sons" })).toBeVisible();
    expect(router.state.location.pathname).toBe("/login");
  });

  it("offer to try again when the devices don't load", async () => {
    let failing = true;
    const { user } = renderApp("/preferences/devices", {
      ...owner,
      "GET /me/sessions": () =>
        failing
          ? problem(403, "forbidden")
          : { status: 200, body: { items: [session("s1", laptop, true)], next_cursor: null, heads: {} } },
    });
    const alert = await screen.findByRole("alert", { name: "Your devices didn't load" });
    failing = false;
    await user.click(within(alert).getByRole("button", { name: "Try again" }));
    expect(await screen.findByText("Chrome on Linux")).toBeVisible();
  });

  it("say when the current password is wrong", async () => {
    const { user } = renderApp("/preferences/account", {
      ...owner,
      "POST /me/password": problem(422, "invalid", { current: "bad_credentials" }),
    });
    await user.type(await screen.findByLabelText("Current password"), "not this one");
    await user.type(screen.getByLabelText("New password"), "three unusual words{Enter}");
    await waitFor(() => expect(screen.getByLabelText("Current password")).toBeInvalid());
  });
});
