import { type UseQueryResult, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import type { Workspace } from "../api/admin.ts";
import type { SetupState } from "../api/types.ts";
import { useEngine, useSelect } from "../context/engine.tsx";
import { useTranslation } from "../i18n/index.ts";
import type { State } from "../sync/state.ts";

/** Where the workspace's settings are kept. */
export const settingsKey = ["settings"];

/** The settings as the last event told them, if one has. */
const told = (state: State) => state.workspace.get("settings.updated") as Workspace | undefined;

/** The workspace's settings, as everybody who is signed in sees them. */
export function useSettingsQuery(): UseQueryResult<Workspace> {
  const engine = useEngine();
  const queries = useQueryClient();
  const live = useSelect(told);
  const heard = useRef(live);
  // What was heard before this page was opened may be older than what it reads.
  useEffect(() => {
    if (live && live !== heard.current) queries.setQueryData(settingsKey, live);
    heard.current = live;
  }, [live, queries]);
  return useQuery({
    queryKey: settingsKey,
    queryFn: () => engine.api.call<Workspace>("GET", "/workspace"),
    staleTime: 60_000,
  });
}

/** The same as far as it is known; an event's while the server doesn't answer. */
export function useWorkspaceSettings(): Workspace | undefined {
  const { data } = useSettingsQuery();
  const live = useSelect(told);
  return data ?? live;
}

/** What the workspace is called; the product's name until that is known. */
export function useWorkspaceName(): string {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const settings = useWorkspaceSettings();
  // The sign-in page has asked already.
  const before = queries.getQueryData<SetupState>(["workspace"])?.workspace;
  return settings?.name || before || t("chat.product");
}
