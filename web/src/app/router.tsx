import {
  createRootRoute,
  createRoute,
  createRouter,
  Navigate,
  Outlet,
  type RouterHistory,
} from "@tanstack/react-router";
import { NotFound, PageFailed } from "./boundaries.tsx";
import { late, pages } from "./late.tsx";
import { RequireSession, RequireWorkspace } from "./session.tsx";

/** The pages before sign-in, and those after it: nobody waits for the ones they don't see. */
const entrancePages = pages(() => import("./entrance.tsx"));
const deskPages = pages(() => import("./desk.tsx"));
const preferencesPages = pages(() => import("./preferences.tsx"));
const adminPages = pages(() => import("./admin.tsx"));

const root = createRootRoute({ component: Outlet });

/** Where to go after signing in. */
interface Next {
  next?: string;
}

function nextOf(search: Record<string, unknown>): Next {
  return typeof search.next === "string" ? { next: search.next } : {};
}

const setup = createRoute({ getParentRoute: () => root, path: "/setup", component: late(entrancePages, "SetupRoute") });
const reset = createRoute({ getParentRoute: () => root, path: "/reset", component: late(entrancePages, "ResetRoute") });
const confirm = createRoute({
  getParentRoute: () => root,
  path: "/confirm",
  component: late(entrancePages, "ConfirmRoute"),
});
const invite = createRoute({
  getParentRoute: () => root,
  path: "/invite",
  component: late(entrancePages, "InviteRoute"),
});

const entrance = createRoute({ getParentRoute: () => root, id: "entrance", component: RequireWorkspace });
const login = createRoute({
  getParentRoute: () => entrance,
  path: "/login",
  component: late(entrancePages, "LoginRoute"),
  validateSearch: nextOf,
});
const register = createRoute({
  getParentRoute: () => entrance,
  path: "/register",
  component: late(entrancePages, "RegisterRoute"),
  validateSearch: nextOf,
});
const forgot = createRoute({
  getParentRoute: () => entrance,
  path: "/forgot",
  component: late(entrancePages, "ForgotRoute"),
});

const signedIn = createRoute({ getParentRoute: () => root, id: "signed-in", component: RequireSession });
const desk = createRoute({ getParentRoute: () => signedIn, id: "desk", component: late(deskPages, "Desk") });
const workspace = createRoute({
  getParentRoute: () => desk,
  id: "workspace",
  component: late(deskPages, "WorkspaceLayout"),
});
const home = createRoute({ getParentRoute: () => workspace, path: "/", component: late(deskPages, "HomeScreen") });
const unreads = createRoute({
  getParentRoute: () => workspace,
  path: "/unreads",
  component: late(deskPages, "UnreadsScreen"),
});
const room = createRoute({
  getParentRoute: () => workspace,
  path: "/rooms/$roomId",
  component: late(deskPages, "RoomScreen"),
});
const message = createRoute({
  getParentRoute: () => workspace,
  path: "/rooms/$roomId/m/$ts",
  component: late(deskPages, "RoomScreen"),
});

const preferences = createRoute({
  getParentRoute: () => desk,
  path: "/preferences",
  component: late(preferencesPages, "PreferencesRoute"),
});
const firstPreferences = createRoute({
  getParentRoute: () => preferences,
  path: "/",
  component: () => <Navigate to="/preferences/account" replace />,
});
const account = createRoute({
  getParentRoute: () => preferences,
  path: "/account",
  component: late(preferencesPages, "AccountRoute"),
});
const appearance = createRoute({
  getParentRoute: () => preferences,
  path: "/appearance",
  component: late(preferencesPages, "AppearanceRoute"),
});
const devices = createRoute({
  getParentRoute: () => preferences,
  path: "/devices",
  component: late(preferencesPages, "DevicesRoute"),
});
const tokens = createRoute({
  getParentRoute: () => preferences,
  path: "/tokens",
  component: late(preferencesPages, "TokensRoute"),
});

/** Takes what a list is narrowed by out of an address, and nothing else. */
function texts<Name extends string>(...names: readonly Name[]) {
  return (search: Record<string, unknown>): { [Key in Name]?: string } => {
    const found = names.filter((name) => search[name] !== undefined && typeof search[name] !== "object");
    return Object.fromEntries(found.map((name) => [name, String(search[name])])) as { [Key in Name]?: string };
  };
}

const admin = createRoute({ getParentRoute: () => desk, path: "/admin", component: late(adminPages, "AdminRoute") });
const adminHome = createRoute({
  getParentRoute: () => admin,
  path: "/",
  component: late(adminPages, "AdminHomeRoute"),
});
const adminPeople = createRoute({
  getParentRoute: () => admin,
  path: "/people",
  component: late(adminPages, "AdminPeopleRoute"),
  validateSearch: texts("query", "role", "state"),
});
const adminPerson = createRoute({
  getParentRoute: () => admin,
  path: "/people/$userId",
  component: late(adminPages, "AdminPersonRoute"),
});
const adminRooms = createRoute({
  getParentRoute: () => admin,
  path: "/rooms",
  component: late(adminPages, "AdminRoomsRoute"),
  validateSearch: texts("query", "kind", "state"),
});
const adminJoining = createRoute({
  getParentRoute: () => admin,
  path: "/joining",
  component: late(adminPages, "AdminJoiningRoute"),
});
const adminSettings = createRoute({
  getParentRoute: () => admin,
  path: "/settings",
  component: late(adminPages, "AdminSettingsRoute"),
});
const adminMail = createRoute({
  getParentRoute: () => admin,
  path: "/mail",
  component: late(adminPages, "AdminMailRoute"),
});
const adminAudit = createRoute({
  getParentRoute: () => admin,
  path: "/audit",
  component: late(adminPages, "AdminAuditRoute"),
  validateSearch: texts("actor", "action", "subject", "after", "before"),
});
const adminHealth = createRoute({
  getParentRoute: () => admin,
  path: "/health",
  component: late(adminPages, "AdminHealthRoute"),
  validateSearch: texts("minutes"),
});

const routeTree = root.addChildren([
  setup,
  reset,
  confirm,
  invite,
  entrance.addChildren([login, register, forgot]),
  signedIn.addChildren([
    desk.addChildren([
      workspace.addChildren([home, unreads, room, message]),
      preferences.addChildren([firstPreferences, account, appearance, devices, tokens]),
      admin.addChildren([
        adminHome,
        adminPeople,
        adminPerson,
        adminRooms,
        adminJoining,
        adminSettings,
        adminMail,
        adminAudit,
        adminHealth,
      ]),
    ]),
  ]),
]);

/** Fetches the code of the page that is likely next, while the server is asked who is here. */
export function prefetch(path: string): void {
  const entering = /^\/(setup|login|register|forgot|reset|confirm|invite)\b/.test(path);
  // Where this fails, the page asks again and shows what came of it.
  (entering ? entrancePages() : deskPages()).catch(() => {});
}

/** The app's pages by address. Tests give a history of their own. */
export function createAppRouter(history?: RouterHistory) {
  return createRouter({
    routeTree,
    ...(history ? { history } : {}),
    defaultPreload: "intent",
    defaultNotFoundComponent: NotFound,
    // A file that didn't come, or that a newer release has replaced, comes with a new page.
    defaultErrorComponent: () => <PageFailed onRetry={() => location.reload()} />,
    scrollRestoration: false,
  });
}

/** The app's router, with every path typed. */
export type AppRouter = ReturnType<typeof createAppRouter>;

declare module "@tanstack/react-router" {
  interface Register {
    router: AppRouter;
  }
}
