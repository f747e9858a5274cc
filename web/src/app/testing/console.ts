/** What the console's tests answer with. */
import { type Answer, type Call, eve, owner } from "./render.tsx";

export const at = "2026-11-20T09:00:00.000000Z";

export function page(items: readonly unknown[], next_cursor: string | null = null): Answer {
  return { status: 200, body: { items, next_cursor, heads: {} } };
}

export const ben = {
  ...eve,
  session: undefined,
  id: "0199-ben",
  username: "ben",
  display_name: "Ben Okafor",
  email: "ben@harbour.example",
  role: "member",
  last_seen_at: at,
  sessions: 2,
  tokens: 1,
  storage_bytes: 4_404_019,
};
export const session = {
  id: "s1",
  created_at: at,
  last_seen_at: at,
  expires_at: at,
  device: "Mozilla/5.0 (X11; Linux x86_64) Chrome/142.0 Safari/537.36",
  address: "192.0.2.7",
  current: false,
};
export const token = {
  id: "t1",
  name: "Build robot",
  scopes: ["read", "write"],
  created_at: at,
  expires_at: null,
  last_used_at: null,
  hint: "…a1b2",
};
export const room = {
  id: "r1",
  kind: "public",
  name: "harbour",
  topic: "Boats",
  members: 4,
  messages: 1200,
  created_at: at,
  archived_at: null,
  retention_days: null,
  last_ts: Date.parse(at) * 1000,
};

/** The answers to an owner who opens Ben's page. */
export const person: Record<string, Answer> = {
  ...owner,
  "GET /admin/users": page([ben]),
  "GET /admin/users/0199-ben": { status: 200, body: ben },
  "GET /admin/users/0199-ben/sessions": page([session]),
  "GET /admin/users/0199-ben/tokens": page([token]),
};

export const called = (calls: readonly Call[], method: string, path: string) =>
  calls.filter((call) => call.method === method && call.path === path);
