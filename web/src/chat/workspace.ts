import { useQuery } from "@tanstack/react-query";
import type { SetupState } from "../api/types.ts";
import { useEngine, useSelect } from "../context/engine.tsx";
import { useTranslation } from "../i18n/index.ts";

/** What the workspace is called; the product's name until that is known. */
export function useWorkspaceName(): string {
  const { t } = useTranslation();
  const engine = useEngine();
  const live = useSelect((state) => nameIn(state.workspace.get("settings.updated")));
  const { data } = useQuery({
    queryKey: ["workspace"],
    queryFn: () => engine.api.call<SetupState>("GET", "/setup"),
    staleTime: 60_000,
  });
  return live ?? (data?.workspace || t("chat.product"));
}

function nameIn(settings: unknown): string | null {
  if (typeof settings !== "object" || settings === null || !("name" in settings)) return null;
  return typeof settings.name === "string" && settings.name !== "" ? settings.name : null;
}
