import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Navigate,
  Outlet,
  type RouterHistory,
} from "@tanstack/react-router";
import { NotFound, PageFailed } from "./boundaries.tsx";
import {
  ConfirmRoute,
  ForgotRoute,
  InviteRoute,
  LoginRoute,
  RegisterRoute,
  ResetRoute,
  SetupRoute,
} from "./entrance.tsx";
import { RequireSession, RequireWorkspace } from "./session.tsx";
import { HomeScreen } from "./workspace/HomeScreen.tsx";
import { RoomScreen } from "./workspace/RoomScreen.tsx";
import { UnreadsScreen } from "./workspace/UnreadsScreen.tsx";
import { WorkspaceLayout } from "./workspace/WorkspaceLayout.tsx";

const root = createRootRoute({ component: Outlet });

/** Where to go after signing in. */
interface Next {
  next?: string;
}

function nextOf(search: Record<string, unknown>): Next {
  return typeof search.next === "string" ? { next: search.next } : {};
}

const setup = createRoute({ getParentRoute: () => root, path: "/setup", component: SetupRoute });
const reset = createRoute({ getParentRoute: () => root, path: "/reset", component: ResetRoute });
const confirm = createRoute({ getParentRoute: () => root, path: "/confirm", component: ConfirmRoute });
const invite = createRoute({ getParentRoute: () => root, path: "/invite", component: InviteRoute });

const entrance = createRoute({ getParentRoute: () => root, id: "entrance", component: RequireWorkspace });
const login = createRoute({
  getParentRoute: () => entrance,
  path: "/login",
  component: LoginRoute,
  validateSearch: nextOf,
});
const register = createRoute({
  getParentRoute: () => entrance,
  path: "/register",
  component: RegisterRoute,
  validateSearch: nextOf,
});
const forgot = createRoute({ getParentRoute: () => entrance, path: "/forgot", component: ForgotRoute });

const signedIn = createRoute({ getParentRoute: () => root, id: "signed-in", component: RequireSession });
const workspace = createRoute({ getParentRoute: () => signedIn, id: "workspace", component: WorkspaceLayout });
const home = createRoute({ getParentRoute: () => workspace, path: "/", component: HomeScreen });
const unreads = createRoute({ getParentRoute: () => workspace, path: "/unreads", component: UnreadsScreen });
const room = createRoute({ getParentRoute: () => workspace, path: "/rooms/$roomId", component: RoomScreen });
const message = createRoute({
  getParentRoute: () => workspace,
  path: "/rooms/$roomId/m/$ts",
  component: RoomScreen,
});

const preferences = createRoute({
  getParentRoute: () => signedIn,
  path: "/preferences",
  component: lazyRouteComponent(() => import("./preferences.tsx"), "PreferencesRoute"),
});
const firstPreferences = createRoute({
  getParentRoute: () => preferences,
  path: "/",
  component: () => <Navigate to="/preferences/account" replace />,
});
const account = createRoute({
  getParentRoute: () => preferences,
  path: "/account",
  component: lazyRouteComponent(() => import("./preferences.tsx"), "AccountRoute"),
});
const appearance = createRoute({
  getParentRoute: () => preferences,
  path: "/appearance",
  component: lazyRouteComponent(() => import("./preferences.tsx"), "AppearanceRoute"),
});
const devices = createRoute({
  getParentRoute: () => preferences,
  path: "/devices",
  component: lazyRouteComponent(() => import("./preferences.tsx"), "DevicesRoute"),
});

const routeTree = root.addChildren([
  setup,
  reset,
  confirm,
  invite,
  entrance.addChildren([login, register, forgot]),
  signedIn.addChildren([
    workspace.addChildren([home, unreads, room, message]),
    preferences.addChildren([firstPreferences, account, appearance, devices]),
  ]),
]);

/** The app's pages by address. Tests give a history of their own. */
export function createAppRouter(history?: RouterHistory) {
  return createRouter({
    routeTree,
    ...(history ? { history } : {}),
    defaultPreload: "intent",
    defaultNotFoundComponent: NotFound,
    defaultErrorComponent: ({ reset: retry }) => <PageFailed onRetry={retry} />,
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
