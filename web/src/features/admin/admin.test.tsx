import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { at, ben, called, page, room } from "../../app/testing/console.ts";
import { type Answer, type Call, eve, owner, problem, renderApp, settings } from "../../app/testing/render.tsx";

describe("the console", () => {
  it("is shut to who doesn't administer, and asks nothing for them", async () => {
    const { calls } = renderApp("/admin/people", {
      ...owner,
      "GET /me": { status: 200, body: { ...eve, role: "member" } },
    });
    expect(await screen.findByRole("heading", { name: "This is for administrators" })).toBeVisible();
    expect(calls.filter((call) => call.path.startsWith("/admin"))).toEqual([]);
  });

  it("opens at the people and leads to every section", async () => {
    const { router } = renderApp("/admin", { ...owner, "GET /admin/users": page([ben]) });
    expect(await screen.findByRole("heading", { name: "People", level: 1 })).toBeVisible();
    expect(router.state.location.pathname).toBe("/admin/people");
    const nav = screen.getByRole("navigation", { name: "Sections" });
    expect(
      within(nav)
        .getAllByRole("link")
        .map((link) => link.textContent),
    ).toEqual(["People", "Rooms", "Joining", "Settings", "Mail", "Audit log", "Health"]);
    expect(within(nav).getByRole("link", { name: "People" })).toHaveAttribute("aria-current", "page");
  });
});

describe("rooms", () => {
  const rooms: Record<string, Answer> = { ...owner, "GET /admin/rooms": page([room]) };

  it("keep messages for less time only after a warning", async () => {
    const { calls, user } = renderApp("/admin/rooms", {
      ...rooms,
      "PATCH /admin/rooms/r1": { status: 200, body: room },
    });
    await user.click(await screen.findByRole("button", { name: "Settings of harbour" }));
    const dialog = await screen.findByRole("dialog", { name: "harbour" });
    await user.selectOptions(within(dialog).getByLabelText("Messages are kept"), "30 days");
    await user.click(within(dialog).getByRole("button", { name: "Save" }));
    const warning = await screen.findByRole("dialog", { name: "Keep less in harbour?" });
    expect(warning).toHaveTextContent("older than 30 days are deleted for good");
    expect(called(calls, "PATCH", "/admin/rooms/r1")).toEqual([]);
    await user.click(within(warning).getByRole("button", { name: "Delete what is older" }));
    await waitFor(() => expect(called(calls, "PATCH", "/admin/rooms/r1")[0]?.body).toEqual({ retention_days: 30 }));
  });

  it("take any number of days within bounds", async () => {
    const { user } = renderApp("/admin/rooms", rooms);
    await user.click(await screen.findByRole("button", { name: "Settings of harbour" }));
    const dialog = await screen.findByRole("dialog", { name: "harbour" });
    await user.selectOptions(within(dialog).getByLabelText("Messages are kept"), "Another number of days");
    await user.type(within(dialog).getByLabelText("Days"), "4000");
    await user.click(within(dialog).getByRole("button", { name: "Save" }));
    expect(await within(dialog).findByText("Between 1 and 3650 days.")).toBeVisible();
  });

  it("are archived and opened again", async () => {
    let archived: string | null = null;
    const { user } = renderApp("/admin/rooms", {
      ...rooms,
      "GET /admin/rooms": () => page([{ ...room, archived_at: archived }]),
      "DELETE /admin/rooms/r1": () => {
        archived = at;
        return { status: 204 };
      },
      "POST /admin/rooms/r1/unarchive": () => {
        archived = null;
        return { status: 200, body: room };
      },
    });
    for (const [does, title, after] of [
      ["Archive", "Archive harbour?", at],
      ["Unarchive", "Open harbour again?", null],
    ] as const) {
      await user.click(await screen.findByRole("button", { name: "Settings of harbour" }));
      await user.click(
        within(await screen.findByRole("dialog", { name: "harbour" })).getByRole("button", { name: does }),
      );
      const ask = await screen.findByRole("dialog", { name: title });
      await user.click(within(ask).getByRole("button", { name: does }));
      await waitFor(() => expect(screen.queryByRole("dialog", { name: title })).toBeNull());
      expect(archived).toBe(after);
    }
  });
});

describe("joining", () => {
  const joining: Record<string, Answer> = { ...owner, "GET /invitations": page([]) };

  it("by mail domain needs a domain", async () => {
    const { calls, user } = renderApp("/admin/joining", {
      ...joining,
      "PATCH /workspace": (call) => ({ status: 200, body: { ...settings, ...(call.body as object) } }),
    });
    await user.click(await screen.findByRole("radio", { name: "Anyone with an address of ours" }));
    await user.click(screen.getByRole("button", { name: "Save" }));
    expect(await screen.findByText("Name at least one domain.")).toBeVisible();
    await user.type(screen.getByLabelText("Mail domains"), "@Harbour.example, quay.example");
    await user.click(screen.getByRole("button", { name: "Save" }));
    await waitFor(() =>
      expect(called(calls, "PATCH", "/workspace")[0]?.body).toEqual({
        join_policy: "domain",
        mail_domains: ["harbour.example", "quay.example"],
      }),
    );
  });

  it("as a guest needs a room", async () => {
    const mine = {
      ...room,
      history: "all",
      who_posts: "members",
      who_invites: "members",
      users: [],
      role: "owner",
      joined_at: at,
      read_ts: 1,
      unread: 0,
      mentions: 0,
      head: 1,
    };
    const { calls, user } = renderApp("/admin/joining", {
      ...joining,
      "GET /rooms": page([mine]),
      "POST /invitations": { status: 201, body: { url: "https://chat.example/invite#token=g" } },
    });
    await user.click(await screen.findByRole("button", { name: "Invite" }));
    const dialog = await screen.findByRole("dialog");
    await user.selectOptions(within(dialog).getByLabelText("They join as"), "Guest");
    await user.click(within(dialog).getByRole("button", { name: "Make a link" }));
    expect(await within(dialog).findByText(/Choose at least one room/)).toBeVisible();
    await user.click(within(dialog).getByLabelText("harbour"));
    await user.click(within(dialog).getByRole("button", { name: "Make a link" }));
    expect(await within(dialog).findByLabelText("Invitation link")).toHaveValue("https://chat.example/invite#token=g");
    expect(called(calls, "POST", "/invitations")[0]?.body).toEqual({
      role: "guest",
      rooms: ["r1"],
      expires_in_days: 7,
    });
  });
});

describe("settings", () => {
  const change = (call: Call): Answer => ({ status: 200, body: { ...settings, ...(call.body as object) } });

  it("change name and accent, and the app wears the accent", async () => {
    const { calls, user } = renderApp("/admin/settings", { ...owner, "PATCH /workspace": change });
    const name = await screen.findByLabelText("Workspace name");
    await user.clear(name);
    await user.type(name, "Quay & Daughters");
    await user.click(screen.getByRole("button", { name: "Save the name" }));
    await waitFor(() => expect(calls.at(-1)?.body).toEqual({ name: "Quay & Daughters" }));
    await user.type(screen.getByLabelText("Code"), "yellow");
    await user.click(screen.getByRole("button", { name: "Save the colour" }));
    expect(await screen.findByText(/A colour is written as/)).toBeVisible();
    await user.clear(screen.getByLabelText("Code"));
    await user.type(screen.getByLabelText("Code"), "#FFEE00");
    expect(await screen.findByText(/Made lighter or darker/)).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Save the colour" }));
    await waitFor(() => expect(calls.at(-1)?.body).toEqual({ accent: "#ffee00" }));
    await waitFor(() =>
      expect(document.documentElement.style.getPropertyValue("--color-accent")).toMatch(/#ffee00\)$/),
    );
    expect(localStorage.getItem("parley.accent")).toContain("#ffee00");
    document.documentElement.removeAttribute("style");
  });

  it("take an icon by way of a file", async () => {
    const { calls, user } = renderApp("/admin/settings", {
      ...owner,
      "POST /files": { status: 201, body: { id: "f1" } },
      "PATCH /workspace": change,
    });
    const picture = new File([new Uint8Array([1, 2, 3])], "mark.png", { type: "image/png" });
    await user.upload(await screen.findByLabelText("Choose an icon"), picture);
    await waitFor(() => expect(called(calls, "PATCH", "/workspace")[0]?.body).toEqual({ icon: "f1" }));
    expect(called(calls, "POST", "/files")[0]?.query).toBe("name=mark.png");
  });

  it("bound files by size, amount and type", async () => {
    const { calls, user } = renderApp("/admin/settings", { ...owner, "PATCH /workspace": change });
    await user.clear(await screen.findByLabelText("Largest file"));
    await user.type(screen.getByLabelText("Largest file"), "10");
    await user.type(screen.getByLabelText("Each person"), "1.5");
    await user.type(screen.getByLabelText("Types that are taken"), "image/*, application/pdf");
    await user.click(screen.getByRole("button", { name: "Save the limits" }));
    await waitFor(() =>
      expect(called(calls, "PATCH", "/workspace")[0]?.body).toEqual({
        max_file_bytes: 10_485_760,
        storage_quota_bytes: null,
        user_quota_bytes: 1_610_612_736,
        file_types: ["image/*", "application/pdf"],
      }),
    );
  });
});

describe("mail", () => {
  const none = {
    source: "none",
    server: null,
    user: null,
    from: null,
    has_password: false,
    last_success_at: null,
    last_error: null,
  };

  it("is chosen by owners only", async () => {
    renderApp("/admin/mail", {
      ...owner,
      "GET /me": { status: 200, body: { ...eve, role: "administrator" } },
      "GET /admin/mail": { status: 200, body: { ...none, source: "database" } },
    });
    expect(await screen.findByText(/Only owners choose the mail server/)).toBeVisible();
    expect(screen.queryByLabelText("Host")).toBeNull();
    expect(screen.queryByRole("button", { name: "Remove" })).toBeNull();
    expect(screen.getByRole("button", { name: "Send a test" })).toBeVisible();
  });

  it("is set up by host, port and password, which are never shown again", async () => {
    const { calls, user } = renderApp("/admin/mail", {
      ...owner,
      "GET /admin/mail": { status: 200, body: none },
      "PUT /admin/mail": { status: 200, body: none },
    });
    await user.type(await screen.findByLabelText("Host"), "mail.example.org");
    await user.type(screen.getByLabelText(/^User/), "parley@example.org");
    await user.type(screen.getByLabelText("Password"), "s3cret/with:signs");
    await user.type(screen.getByLabelText("Sender"), "Parley <parley@example.org>");
    await user.click(screen.getByRole("button", { name: "Save the mail server" }));
    await waitFor(() =>
      expect(called(calls, "PUT", "/admin/mail")[0]?.body).toEqual({
        url: "smtps://parley%40example.org:s3cret%2Fwith%3Asigns@mail.example.org:465",
        from: "Parley <parley@example.org>",
      }),
    );
    await waitFor(() => expect(screen.getByLabelText("Password")).toHaveValue(""));
  });

  it("shows what the mail server answered to a test", async () => {
    const refused = { status: 422, code: "mail_failed", title: "Mail failed", detail: "550 5.7.1 relaying denied" };
    const { user } = renderApp("/admin/mail", {
      ...owner,
      "GET /admin/mail": { status: 200, body: none },
      "POST /admin/mail/test": { status: 422, body: refused },
    });
    await user.click(await screen.findByRole("button", { name: "Send a test" }));
    expect(await screen.findByRole("alert")).toHaveTextContent("550 5.7.1 relaying denied");
  });

  it("can only be read where the environment says it", async () => {
    renderApp("/admin/mail", {
      ...owner,
      "GET /admin/mail": {
        status: 200,
        body: { ...none, source: "environment", server: "mail.example.org:465", has_password: true },
      },
    });
    expect(await screen.findByText(/PARLEY_SMTP_URL/)).toBeVisible();
    expect(screen.queryByLabelText("Host")).toBeNull();
  });
});

describe("the audit log", () => {
  const entry = {
    seq: 7,
    id: "a7",
    at,
    actor: eve.id,
    action: "user.deactivated",
    subject: "0199-ben",
    data: { reason: "left" },
    address: "192.0.2.7",
    hash: "ab".repeat(32),
  };

  it("is narrowed by the address, exported as it is narrowed, and read in detail", async () => {
    const { calls, user } = renderApp("/admin/audit?action=user.deactivated", {
      ...owner,
      "GET /admin/audit": page([entry]),
    });
    const table = await screen.findByRole("table", { name: "Audit log" });
    expect(called(calls, "GET", "/admin/audit")[0]?.query).toBe("action=user.deactivated");
    expect(screen.getByRole("link", { name: "Export CSV" })).toHaveAttribute(
      "href",
      "/api/v1/admin/audit/export?format=csv&action=user.deactivated",
    );
    await user.click(within(table).getByRole("button", { name: "Deactivated a person" }));
    const dialog = await screen.findByRole("dialog", { name: "Deactivated a person" });
    expect(dialog).toHaveTextContent("left");
    expect(dialog).toHaveTextContent("ab".repeat(32));
  });

  it("finds what somebody did who was deactivated since, and says that they were", async () => {
    const gone = { ...ben, deactivated_at: at };
    const { calls, router, user } = renderApp("/admin/audit", {
      ...owner,
      "GET /users": page([eve, gone]),
      "GET /admin/audit": page([entry]),
    });
    await user.type(await screen.findByRole("combobox", { name: "Who" }), "oka");
    const found = await screen.findByRole("option", { name: /Ben Okafor/ });
    expect(found).toHaveTextContent("Deactivated");
    await user.click(found);
    await waitFor(() => expect(router.state.location.search).toEqual({ actor: gone.id }));
    expect(called(calls, "GET", "/admin/audit").at(-1)?.query).toBe(`actor=${gone.id}`);
    expect(screen.getByRole("button", { name: "Take Ben Okafor off the list" }).parentElement).toHaveTextContent(
      "Deactivated",
    );
  });

  it("offers a way out of an address that asks for what can't be", async () => {
    const { router, user } = renderApp("/admin/audit?actor=nonsense", {
      ...owner,
      "GET /admin/audit": (call) => (call.query === "" ? page([entry]) : problem(422, "invalid", { actor: "invalid" })),
    });
    expect(await screen.findByRole("button", { name: "Try again" })).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Clear the filters" }));
    expect(await screen.findByRole("table", { name: "Audit log" })).toBeVisible();
    expect(router.state.location.search).toEqual({});
  });

  it.each([
    [{ entries: 1284, intact: true, first_bad: null }, "The chain is whole: 1,284 entries"],
    [{ entries: 1284, intact: false, first_bad: 42 }, "The chain is broken at entry 42"],
  ])("says whether its chain is whole", async (verdict, words) => {
    const { user } = renderApp("/admin/audit", {
      ...owner,
      "GET /admin/audit": page([entry]),
      "GET /admin/audit/verify": { status: 200, body: verdict },
    });
    await user.click(await screen.findByRole("button", { name: "Check the chain" }));
    expect(await screen.findByText(words)).toBeVisible();
  });
});

describe("health", () => {
  const health = {
    version: "0.1.0",
    started_at: at,
    uptime_s: 93_784,
    database: { kind: "SQLite", version: "3.51.3", bytes: 52_428_800 },
    files: { kind: "folder", bytes: 1_048_576, count: 3 },
    queues: { writer: 0, jobs_waiting: 1, jobs_dead: 1, oldest_job_s: 4 },
    connections: 12,
    users_online: 9,
    streams: 40,
    memory_bytes: 31_457_280,
    errors: { last_hour: 0, last_day: 2 },
    mail: { ok: true, last_error: null },
    tls: null,
    backup: null,
  };
  const series = {
    step_s: 60,
    from: at,
    series: {
      connections: [1, 2, 12],
      messages: [0, 4, 8],
      requests: [3, 9, 27],
      errors: [0, 0, 1],
      latency_p50_ms: [1, 1.2, 1.5],
      latency_p99_ms: [4, 9, null],
      memory_bytes: [31_000_000, 31_200_000, 31_457_280],
      writer_queue: [0, 0, 0],
    },
  };
  const job = { id: "j1", kind: "mail", attempts: 10, last_error: "connection refused", created_at: at };
  const healthy: Record<string, Answer> = {
    ...owner,
    "GET /admin/health": { status: 200, body: health },
    "GET /admin/health/series": { status: 200, body: series },
    "GET /admin/jobs": page([job]),
  };

  it("tells numbers, and each chart as a table too", async () => {
    const { user } = renderApp("/admin/health", healthy);
    expect(await screen.findByText("SQLite 3.51.3")).toBeVisible();
    expect(screen.getByText("1 day, 2 hr")).toBeVisible();
    const chart = await screen.findByRole("figure", { name: "Connections" });
    await user.click(within(chart).getByText(/As a table/));
    const rows = within(within(chart).getByRole("table")).getAllByRole("row");
    expect(rows).toHaveLength(4);
    expect(rows[1]).toHaveTextContent("12");
    expect(screen.getAllByRole("figure")).toHaveLength(6);
  });

  it("tries a failed job again, or deletes it after asking", async () => {
    const { calls, user } = renderApp("/admin/health", {
      ...healthy,
      "POST /admin/jobs/j1/retry": { status: 204 },
      "DELETE /admin/jobs/j1": { status: 204 },
    });
    expect(await screen.findByText("connection refused")).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Try again" }));
    await waitFor(() => expect(called(calls, "POST", "/admin/jobs/j1/retry")).toHaveLength(1));
    await user.click(screen.getByRole("button", { name: "Delete" }));
    const ask = await screen.findByRole("dialog", { name: "Delete this job?" });
    await user.click(within(ask).getByRole("button", { name: "Delete" }));
    await waitFor(() => expect(called(calls, "DELETE", "/admin/jobs/j1")).toHaveLength(1));
  });
});
