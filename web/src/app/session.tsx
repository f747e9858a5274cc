import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Navigate, Outlet, type ParsedLocation, useRouter } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import type { SetupState } from "../api/types.ts";
import { useEngine, useSelect } from "../context/engine.tsx";
import { type Engine, select } from "../sync/index.ts";
import type { State } from "../sync/state.ts";
import { forgetToken } from "../ui/useHashToken.ts";
import { Splash } from "./Splash.tsx";
import { lastRoom } from "./workspace/lastRoom.ts";

const session = (state: State) => state.session;
const live = (state: State) => state.connection.state === "live";
/** Who is here isn't known, and the server doesn't answer. */
const lost = (state: State) => state.session === "unknown" && state.connection.state === "waiting";

/** What the pages before sign-in say of the workspace. */
export function useWorkspace() {
  const engine = useEngine();
  return useQuery(workspaceQuery(engine));
}

function workspaceQuery(engine: Engine) {
  return {
    queryKey: ["workspace"],
    queryFn: () => engine.api.call<SetupState>("GET", "/setup"),
    staleTime: 60_000,
    // A page that only asks for a name must not wait for this longer than a moment.
    retry: 1,
    // A page that shows after the failure would begin anew, and hide itself for it, for ever.
    retryOnMount: false,
    retryDelay: 500,
  };
}

/** What may be known without being signed in. */
const open = new Set<unknown>(["workspace", "invitation"]);

/**
 * Forgets what was read for a person as soon as they have left, before another one comes; and the secret of the tab's link
 * whenever somebody comes or goes, in whatever tab and on whatever page.
 */
export function ForgetOnLeave() {
  const queries = useQueryClient();
  const now = useSelect(session);
  const ended = useSelect(select.ended);
  const connected = useSelect(live);
  const before = useRef(now);
  const confirmed = useRef(false);
  useEffect(() => {
    if (connected) confirmed.current = true;
    // A page that opens finds out who is here, and shows whoever was here last until it has: nobody has come or gone.
    const found = before.current === "unknown" || (ended === "unknown" && !confirmed.current);
    if (before.current !== now && !found) forgetToken();
    before.current = now;
  }, [now, ended, connected]);
  const left = now === "signed_out";
  const chosen = ended === "chosen";
  useEffect(() => {
    if (!left) return;
    queries.removeQueries({ predicate: (query) => !open.has(query.queryKey[0]) });
    if (chosen) lastRoom.set(null);
  }, [left, chosen, queries]);
  return null;
}

/** Lets in who is signed in; sends others to sign in and then back here. */
export function RequireSession() {
  const state = useSelect(session);
  const unreachable = useSelect(lost);
  const chosen = useSelect(select.ended) === "chosen";
  if (state === "signed_out") return <Leave to={chosen ? plain : signIn} />;
  if (state === "unknown") return <Splash unreachable={unreachable} />;
  return <Outlet />;
}

/** Pages for who is not signed in; the first visitor of a new workspace is sent to set it up. */
export function RequireWorkspace() {
  const state = useSelect(session);
  const workspace = useWorkspace();
  if (state === "signed_in") return <Leave to={onward} />;
  if (workspace.isPending) return <Splash />;
  if (workspace.data?.needed) return <Navigate to="/setup" replace />;
  return <Outlet />;
}

/** Goes elsewhere, once: where to is decided by the address that was open then, not by those that follow. */
function Leave({ to }: { to: (here: ParsedLocation) => string }) {
  const router = useRouter();
  useEffect(() => {
    router.history.replace(to(router.latestLocation));
  }, [router, to]);
  return <Splash />;
}

/** Who signs out on purpose leaves no trail for whoever comes next. */
function plain(): string {
  return "/login";
}

function signIn(here: ParsedLocation): string {
  return here.href === "/" ? "/login" : `/login?${new URLSearchParams({ next: here.href })}`;
}

function onward(here: ParsedLocation): string {
  return safeNext(here.search);
}

/** Where to go after signing in: a path of ours, never another site. */
export function safeNext(search: { next?: unknown }): string {
  const { next } = search;
  return typeof next === "string" && /^\/(?![/\\])/.test(next) ? next : "/";
}
