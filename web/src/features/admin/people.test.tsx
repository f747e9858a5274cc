import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { at, ben, called, page, person } from "../../app/testing/console.ts";
import { eve, owner, problem, renderApp } from "../../app/testing/render.tsx";

describe("people", () => {
  it("are found by what is typed and chosen, which the address keeps", async () => {
    const { calls, router, user } = renderApp("/admin/people?role=member", {
      ...owner,
      "GET /admin/users": (call) => page(call.query.includes("query=xyz") ? [] : [ben]),
    });
    expect(await screen.findByText("Ben Okafor")).toBeVisible();
    expect(called(calls, "GET", "/admin/users")[0]?.query).toBe("role=member");
    await user.selectOptions(screen.getByLabelText("State"), "Deactivated");
    await waitFor(() => expect(router.state.location.search).toEqual({ role: "member", state: "deactivated" }));
    await user.type(screen.getByLabelText("Find people"), "xyz");
    expect(await screen.findByText("Nobody found")).toBeVisible();
    expect(router.state.location.search).toEqual({ query: "xyz", role: "member", state: "deactivated" });
    await user.click(screen.getByRole("button", { name: "Clear the filters" }));
    expect(await screen.findByText("Ben Okafor")).toBeVisible();
    expect(router.state.location.search).toEqual({});
  });

  it("are narrowed place by place: Back and Forward bring back each choice, the boxes and the list", async () => {
    const { router, user } = renderApp("/admin/people", {
      ...owner,
      "GET /admin/users": (call) => page(call.query.includes("role=guest") ? [] : [ben]),
    });
    const go = (step: -1 | 1) => act(async () => router.history.go(step));
    const at = (search: object) => waitFor(() => expect(router.state.location.search).toEqual(search));
    expect(await screen.findByText("Ben Okafor")).toBeVisible();
    const role = screen.getByLabelText("Role");
    await user.selectOptions(role, "Guest");
    expect(await screen.findByText("Nobody found")).toBeVisible();
    await user.selectOptions(screen.getByLabelText("State"), "Active");
    await at({ role: "guest", state: "active" });
    await go(-1);
    await at({ role: "guest" });
    expect(screen.getByLabelText("State")).toHaveFocus();
    await go(-1);
    await at({});
    expect(role).toHaveValue("");
    expect(await screen.findByText("Ben Okafor")).toBeVisible();
    await go(1);
    await at({ role: "guest" });
    expect(role).toHaveValue("guest");
    expect(await screen.findByText("Nobody found")).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Clear the filters" }));
    await at({});
    await go(-1);
    await at({ role: "guest" });
    expect(router.history.length).toBe(3);
  });

  it("make one place of all that is typed at a stretch, and keep the places of what was chosen", async () => {
    const { router, user } = renderApp("/admin/people", { ...owner, "GET /admin/users": page([ben]) });
    const go = (step: -1 | 1) => act(async () => router.history.go(step));
    const at = (search: object) => waitFor(() => expect(router.state.location.search).toEqual(search));
    const box = await screen.findByLabelText("Find people");
    await user.selectOptions(screen.getByLabelText("Role"), "Member");
    await at({ role: "member" });
    await user.type(box, "be");
    await at({ role: "member", query: "be" });
    await user.type(box, "n");
    await at({ role: "member", query: "ben" });
    await go(-1);
    await at({ role: "member" });
    expect(box).toHaveValue("");
    expect(box).toHaveFocus();
    await go(1);
    await at({ role: "member", query: "ben" });
    expect(box).toHaveValue("ben");
    // Typed again after that, it is another stretch.
    await user.type(box, " ok");
    await at({ role: "member", query: "ben ok" });
    await go(-1);
    await at({ role: "member", query: "ben" });
    // What is still being typed when one goes back is no place at all.
    await user.type(box, "x");
    await go(-1);
    await at({ role: "member" });
    expect(box).toHaveValue("");
    await go(-1);
    await at({});
  });

  it("are where they were when the same is chosen again or only blanks are typed", async () => {
    const { router, user } = renderApp("/admin/people?role=member", { ...owner, "GET /admin/users": page([ben]) });
    const box = await screen.findByLabelText("Find people");
    await user.type(box, "   ");
    fireEvent.change(screen.getByLabelText("Role"), { target: { value: "member" } });
    await user.selectOptions(screen.getByLabelText("State"), "Active");
    await waitFor(() => expect(router.state.location.search).toEqual({ role: "member", state: "active" }));
    expect(router.history.length).toBe(2);
  });

  it("come page by page", async () => {
    const cy = { ...ben, id: "0199-cy", username: "cy", display_name: "Cy" };
    const { user } = renderApp("/admin/people", {
      ...owner,
      "GET /admin/users": (call) => (call.query.includes("cursor=two") ? page([cy]) : page([ben], "two")),
    });
    expect(await screen.findByText("Ben Okafor")).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Show more" }));
    expect(await screen.findByText("@cy")).toBeVisible();
    expect(screen.getByText("Ben Okafor")).toBeVisible();
    expect(screen.queryByRole("button", { name: "Show more" })).toBeNull();
  });

  it("are made with a link to choose a password, shown once", async () => {
    const { calls, user } = renderApp("/admin/people", {
      ...owner,
      "GET /admin/users": page([]),
      "POST /admin/users": { status: 201, body: { ...ben, reset_url: "https://chat.example/reset#token=one" } },
    });
    await user.click(await screen.findByRole("button", { name: "Add a person" }));
    const dialog = await screen.findByRole("dialog", { name: "Add a person" });
    await user.type(within(dialog).getByLabelText("Name"), "Ben Okafor");
    await user.type(within(dialog).getByLabelText("E-mail"), "ben@harbour.example");
    await user.selectOptions(within(dialog).getByLabelText("Role"), "Guest");
    await user.click(within(dialog).getByRole("button", { name: "Make the account" }));
    expect(await screen.findByLabelText("Link to choose a password")).toHaveValue(
      "https://chat.example/reset#token=one",
    );
    expect(called(calls, "POST", "/admin/users")[0]?.body).toEqual({
      username: "ben.okafor",
      display_name: "Ben Okafor",
      email: "ben@harbour.example",
      role: "guest",
    });
  });

  it("say beside the field what the server refuses", async () => {
    const { user } = renderApp("/admin/people", {
      ...owner,
      "GET /admin/users": page([]),
      "POST /admin/users": problem(422, "email_taken"),
    });
    await user.click(await screen.findByRole("button", { name: "Add a person" }));
    await user.type(await screen.findByLabelText("Name"), "Ben Okafor");
    await user.type(screen.getByLabelText("E-mail"), "ben@harbour.example");
    await user.click(screen.getByRole("button", { name: "Make the account" }));
    await waitFor(() => expect(screen.getByLabelText("E-mail")).toBeInvalid());
  });

  it("offer to try again when they don't load", async () => {
    let failing = true;
    const { user } = renderApp("/admin/people", {
      ...owner,
      "GET /admin/users": () => (failing ? problem(403, "forbidden") : page([ben])),
    });
    const alert = await screen.findByRole("alert", { name: "People didn't load" });
    failing = false;
    await user.click(within(alert).getByRole("button", { name: "Try again" }));
    expect(await screen.findByText("Ben Okafor")).toBeVisible();
  });
});

describe("a person", () => {
  it("gets another role", async () => {
    const { calls, user } = renderApp("/admin/people/0199-ben", {
      ...person,
      "PATCH /admin/users/0199-ben": { status: 200, body: { ...ben, role: "administrator" } },
    });
    await user.selectOptions(await screen.findByLabelText("Role"), "Administrator");
    await user.click(screen.getByRole("button", { name: "Save" }));
    const ask = await screen.findByRole("dialog", { name: "Make Ben Okafor an administrator?" });
    expect(within(ask).getByText(/the mail of ben@harbour\.example/)).toBeVisible();
    expect(called(calls, "PATCH", "/admin/users/0199-ben")).toEqual([]);
    await user.click(within(ask).getByRole("button", { name: "Make administrator" }));
    await waitFor(() =>
      expect(called(calls, "PATCH", "/admin/users/0199-ben")[0]?.body).toEqual({ role: "administrator" }),
    );
  });

  it("who stands above an administrator can be seen, not changed", async () => {
    renderApp("/admin/people/0199-ben", {
      ...person,
      "GET /me": { status: 200, body: { ...eve, role: "administrator" } },
      "GET /admin/users/0199-ben": { status: 200, body: { ...ben, role: "owner" } },
    });
    expect(await screen.findByText("Only an owner may change this person.")).toBeVisible();
    expect(await screen.findByText("Chrome on Linux")).toBeVisible();
    expect(screen.queryByRole("button", { name: /Deactivate|Sign out|Revoke|Save/ })).toBeNull();
  });

  it("changes their own address with their password only, elsewhere", async () => {
    renderApp(`/admin/people/${eve.id}`, {
      ...owner,
      [`GET /admin/users/${eve.id}`]: { status: 200, body: { ...ben, ...eve } },
      [`GET /admin/users/${eve.id}/sessions`]: page([]),
      [`GET /admin/users/${eve.id}/tokens`]: page([]),
    });
    expect(await screen.findByLabelText("E-mail")).toBeDisabled();
    expect(screen.getByLabelText("E-mail")).toHaveAccessibleDescription(/your preferences, with your password/);
    expect(screen.getByLabelText("Name")).toBeEnabled();
    expect(screen.queryByRole("button", { name: "Make a reset link" })).toBeNull();
  });

  it("is deactivated after it was said what happens, and reactivated", async () => {
    let gone: string | null = null;
    const { calls, user } = renderApp("/admin/people/0199-ben", {
      ...person,
      "GET /admin/users/0199-ben": () => ({ status: 200, body: { ...ben, deactivated_at: gone } }),
      "POST /admin/users/0199-ben/deactivate": () => {
        gone = at;
        return { status: 200, body: { ...ben, deactivated_at: at } };
      },
      "POST /admin/users/0199-ben/reactivate": () => {
        gone = null;
        return { status: 200, body: ben };
      },
    });
    await user.click(await screen.findByRole("button", { name: "Deactivate" }));
    const ask = await screen.findByRole("dialog", { name: "Deactivate Ben Okafor?" });
    expect(ask).toHaveTextContent("signed out at once");
    expect(called(calls, "POST", "/admin/users/0199-ben/deactivate")).toEqual([]);
    await user.click(within(ask).getByRole("button", { name: "Deactivate" }));
    await user.click(await screen.findByRole("button", { name: "Reactivate" }));
    const back = await screen.findByRole("dialog", { name: "Let Ben Okafor in again?" });
    await user.click(within(back).getByRole("button", { name: "Reactivate" }));
    expect(await screen.findByRole("button", { name: "Deactivate" })).toBeVisible();
  });

  it("is signed out of one device, of all, and loses a token", async () => {
    const { calls, user } = renderApp("/admin/people/0199-ben", {
      ...person,
      "DELETE /admin/users/0199-ben/sessions": { status: 204 },
      "DELETE /admin/users/0199-ben/sessions/s1": { status: 204 },
      "DELETE /admin/users/0199-ben/tokens/t1": { status: 204 },
    });
    const acts = [
      ["Sign out Chrome on Linux", "Sign out this device?", "Sign out", "/sessions/s1"],
      ["Sign out everywhere", "Sign Ben Okafor out everywhere?", "Sign out everywhere", "/sessions"],
      ["Revoke Build robot", "Revoke this token?", "Revoke", "/tokens/t1"],
    ] as const;
    for (const [button, title, does, path] of acts) {
      await user.click(await screen.findByRole("button", { name: button }));
      const ask = await screen.findByRole("dialog", { name: title });
      await user.click(within(ask).getByRole("button", { name: does }));
      await waitFor(() => expect(screen.queryByRole("dialog", { name: title })).toBeNull());
      expect(called(calls, "DELETE", `/admin/users/0199-ben${path}`)).toHaveLength(1);
    }
  });

  it("gets a link to a new password, shown once", async () => {
    const { user } = renderApp("/admin/people/0199-ben", {
      ...person,
      "POST /admin/users/0199-ben/reset-link": {
        status: 201,
        body: { url: "https://chat.example/reset#token=two", expires_at: at },
      },
    });
    await user.click(await screen.findByRole("button", { name: "Make a reset link" }));
    const ask = await screen.findByRole("dialog");
    await user.click(within(ask).getByRole("button", { name: "Make a reset link" }));
    expect(await screen.findByLabelText("Link to a new password")).toHaveValue("https://chat.example/reset#token=two");
  });
});
