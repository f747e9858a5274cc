import { useQueryClient } from "@tanstack/react-query";
import type { Workspace, WorkspaceChange } from "../../api/admin.ts";
import { settingsKey } from "../../chat/workspace.ts";
import { useEngine } from "../../context/engine.tsx";
import { useTranslation } from "../../i18n/index.ts";
import { notify } from "../../ui/toast.tsx";
import { type Submission, useSubmit } from "../../ui/useSubmit.ts";

/** Changes the workspace's settings; what the server says they are now is what everything shows. */
export function useChangeSettings(): (change: WorkspaceChange) => Promise<Workspace> {
  const engine = useEngine();
  const queries = useQueryClient();
  return async (change) => {
    const now = await engine.api.call<Workspace>("PATCH", "/workspace", change);
    queries.setQueryData(settingsKey, now);
    return now;
  };
}

/** A form that changes some of the settings and says so. */
export function useSettingsForm(
  change: () => WorkspaceChange,
  fields: readonly (keyof WorkspaceChange)[],
  check?: () => Record<string, string>,
): Submission {
  const { t } = useTranslation();
  const save = useChangeSettings();
  return useSubmit(
    async () => {
      await save(change());
      notify({ text: t("admin.saved"), tone: "ok" });
    },
    { fields, ...(check ? { check } : {}) },
  );
}
