import { createMemoryHistory, RouterProvider } from "@tanstack/react-router";
import { render } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { afterEach, expect } from "vitest";
import { systemClock } from "../../sync/clock.ts";
import type { FileWorks, Platform, Socket } from "../../sync/contract.ts";
import { createEngine } from "../../sync/index.ts";
import { memoryStorage } from "../../sync/storage.ts";
import { noChannel, soleTab } from "../../sync/tabs.ts";
import { createLayers } from "../../ui/layers.ts";
import { createQueryClient, Providers } from "../providers.tsx";
import { createAppRouter } from "../router.tsx";
// Fetched late by the app, kept at hand here: a test waits for words, not for files.
import "../admin.tsx";
import "../desk.tsx";
import "../entrance.tsx";
import "../preferences.tsx";
import "../workspace/MissingRoom.tsx";
import "../workspace/OverlayDialogs.tsx";
import "../../features/composer/EmojiPopover.tsx";
import "../../features/composer/LongPaste.tsx";
import "../../features/composer/Tray.tsx";
import "../../features/messages/attachments/Attachments.tsx";
import "../../features/messages/attachments/Outgoing.tsx";
import "../../features/messages/DeleteDialog.tsx";
import "../../features/messages/MessageSheet.tsx";
import "../../features/sidebar/SignOutDialog.tsx";
import "../../ui/Toaster.tsx";

/** A call as the server got it. */
export interface Call {
  method: string;
  path: string;
  /** What the address asked for, as `name=value&…`. */
  query: string;
  body: unknown;
}

/** What the server answers one call with; a function sees the call. `"cut"` breaks the link. */
export type Answer = { status: number; body?: unknown } | "cut" | ((call: Call) => Answer | Promise<Answer>);

/** Calls that no test expected: each fails its test. */
const unexpected: string[] = [];

afterEach(() => {
  expect(unexpected.splice(0), "calls that the test didn't expect").toEqual([]);
});

/** A person as `GET /me` tells. */
export const eve = {
  id: "0199-eve",
  kind: "person",
  username: "eve",
  display_name: "Eve Lindqvist",
  role: "owner",
  time_zone: null,
  deactivated_at: null,
  created_at: "2026-11-01T09:00:00.000000Z",
  email: "eve@harbour.example",
  session: "0199-session",
};

/** The workspace's settings as they are at first. */
export const settings = {
  epoch: "0199-epoch",
  name: "Harbour & Sons",
  icon: null,
  accent: null,
  join_policy: "open",
  mail_domains: [],
  default_room: null,
  retention_days: null,
  max_file_bytes: 268_435_456,
  storage_quota_bytes: null,
  user_quota_bytes: null,
  file_types: [],
};

/** A problem document. */
export function problem(status: number, code: string, fields: Record<string, string> = {}): Answer {
  const errors = Object.entries(fields).map(([field, fault]) => ({ field, code: fault, detail: fault }));
  return { status, body: { type: "about:blank", title: code, status, code, detail: code, errors } };
}

/** The answers of a workspace that nobody is signed in to. */
export const nobody: Record<string, Answer> = {
  "GET /me": problem(401, "unauthenticated"),
  "GET /setup": { status: 200, body: { needed: false, workspace: "Harbour & Sons", join_policy: "open" } },
};

/** The answers of an empty workspace to its owner. */
export const owner: Record<string, Answer> = {
  ...nobody,
  "GET /me": { status: 200, body: eve },
  "GET /workspace": { status: 200, body: settings },
  "GET /rooms": { status: 200, body: { items: [], next_cursor: null, heads: {} } },
  "GET /users": { status: 200, body: { items: [eve], next_cursor: null, heads: {} } },
};

/**
 * The whole app at an address, with the real router and engine, against the answers given by `METHOD /path`; `files` stand
 * in for what sends bytes and looks at images.
 */
export function renderApp(address: string, answers: Record<string, Answer>, files: Partial<FileWorks> = {}) {
  const calls: Call[] = [];
  const fetch = async (input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> => {
    const [path = "", query = ""] = String(input).replace("/api/v1", "").split("?");
    const sent = typeof init.body === "string" ? JSON.parse(init.body) : (init.body ?? undefined);
    const call = { method: init.method ?? "GET", path, query, body: sent };
    calls.push(call);
    let answer: Answer | undefined = answers[`${call.method} ${path}`];
    while (typeof answer === "function") answer = await answer(call);
    if (answer === undefined) unexpected.push(`${call.method} ${path}`);
    if (answer === undefined || answer === "cut") throw new TypeError("The link is cut");
    const { status, body } = answer;
    return new Response(body === undefined ? null : JSON.stringify(body), { status });
  };
  const engine = createEngine(platform(fetch, files));
  void engine.start();
  const [path = "/", hash] = address.split("#");
  window.history.replaceState(null, "", hash ? `${path}#${hash}` : path);
  const router = createAppRouter(createMemoryHistory({ initialEntries: [address] }));
  render(
    <Providers engine={engine} queries={createQueryClient()} layers={createLayers(router.history)}>
      <RouterProvider router={router} />
    </Providers>,
  );
  return { calls, engine, router, answers, user: userEvent.setup() };
}

function platform(fetch: typeof globalThis.fetch, files: Partial<FileWorks>): Platform {
  return {
    baseUrl: "",
    gatewayUrl: "ws://chat.test/api/v1/gateway",
    fetch,
    socket: () => silentSocket(),
    files: { send: () => new Promise(() => {}), measure: async () => null, ...files },
    storage: memoryStorage(),
    cache: memoryStorage(),
    locks: soleTab,
    channel: noChannel,
    clock: systemClock,
    random: Math.random,
    surroundings: {
      onOnline: () => () => {},
      onVisible: () => () => {},
      onHide: () => () => {},
      onBlur: () => () => {},
    },
  };
}

/** A gateway that never answers: these tests are about pages, not about the link. */
function silentSocket(): Socket {
  return { readyState: 0, send() {}, close() {}, onopen: null, onmessage: null, onclose: null, onerror: null };
}
