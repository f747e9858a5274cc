import type { AppRouter } from "./router.tsx";

/** The states that each screen has been drawn for. */
export type ScreenState = "ready" | "empty" | "loading" | "failed" | "offline" | "forbidden";

/** A screen as tests visit it. */
export interface Screen {
  /** Its address; `$roomId`, `$ts` and `$userId` stand for what the test has made. */
  visit: string;
  /** The address at which it has nothing to show, where that isn't the same. */
  empty?: string;
  /** Who sees it. */
  as: "nobody" | "newcomer" | "member";
  /** The calls that its content is read by, after `/api/v1`: hold them for `loading`, refuse them for `failed`, cut them for `offline`. */
  reads: readonly string[];
  states: readonly ScreenState[];
}

/** Paths that only lead to another one. */
type Detour = "/preferences" | "/admin";
type Path = Exclude<keyof AppRouter["routesByPath"], Detour | `${string}/`> | "/";

const form = ["ready", "loading", "failed", "offline"] as const;
const list = ["ready", "empty", "loading", "failed", "offline"] as const;
const admin = ["ready", "loading", "failed", "offline", "forbidden"] as const;

/** Every screen there is: a route without an entry here doesn't compile. */
export const screens: Record<Path, Screen> = {
  "/setup": { visit: "/setup#token=$setup", as: "newcomer", reads: ["/setup"], states: form },
  "/login": { visit: "/login", as: "nobody", reads: ["/setup"], states: form },
  "/register": { visit: "/register", as: "nobody", reads: ["/setup"], states: form },
  "/forgot": { visit: "/forgot", as: "nobody", reads: ["/setup"], states: form },
  "/reset": { visit: "/reset#token=$reset", as: "nobody", reads: [], states: ["ready", "empty"] },
  "/confirm": { visit: "/confirm#token=one", as: "nobody", reads: [], states: ["ready", "empty"] },
  "/invite": { visit: "/invite#token=$invite", as: "nobody", reads: ["/auth/invite"], states: list },
  "/": { visit: "/", as: "member", reads: ["/rooms"], states: list },
  "/unreads": { visit: "/unreads", as: "member", reads: ["/rooms"], states: list },
  "/rooms/$roomId": { visit: "/rooms/$roomId", as: "member", reads: ["/rooms/$roomId/messages"], states: list },
  "/rooms/$roomId/m/$ts": {
    visit: "/rooms/$roomId/m/$ts",
    as: "member",
    reads: ["/rooms/$roomId/messages"],
    states: ["ready", "loading", "failed", "offline"],
  },
  "/preferences/account": { visit: "/preferences/account", as: "member", reads: [], states: ["ready"] },
  "/preferences/appearance": { visit: "/preferences/appearance", as: "member", reads: [], states: ["ready"] },
  "/preferences/devices": {
    visit: "/preferences/devices",
    as: "member",
    reads: ["/me/sessions"],
    states: ["ready", "loading", "failed", "offline"],
  },
  "/preferences/tokens": { visit: "/preferences/tokens", as: "member", reads: ["/me/tokens"], states: list },
  "/admin/people": {
    visit: "/admin/people",
    empty: "/admin/people?query=nobody-is-called-that",
    as: "member",
    reads: ["/admin/users"],
    states: [...admin, "empty"],
  },
  "/admin/people/$userId": {
    visit: "/admin/people/$userId",
    as: "member",
    reads: ["/admin/users/$userId"],
    states: ["ready", "loading", "failed", "offline"],
  },
  "/admin/rooms": {
    visit: "/admin/rooms",
    empty: "/admin/rooms?query=no-room-is-called-that",
    as: "member",
    reads: ["/admin/rooms"],
    states: [...admin, "empty"],
  },
  "/admin/joining": { visit: "/admin/joining", as: "member", reads: ["/workspace", "/invitations"], states: admin },
  "/admin/settings": { visit: "/admin/settings", as: "member", reads: ["/workspace"], states: admin },
  "/admin/mail": { visit: "/admin/mail", as: "member", reads: ["/admin/mail"], states: admin },
  "/admin/audit": {
    visit: "/admin/audit",
    empty: "/admin/audit?action=job.removed",
    as: "member",
    reads: ["/admin/audit"],
    states: [...admin, "empty"],
  },
  "/admin/health": {
    visit: "/admin/health",
    as: "member",
    reads: ["/admin/health", "/admin/health/series", "/admin/jobs"],
    states: admin,
  },
};
