import type { ReactNode } from "react";
import type { Workspace } from "../../api/admin.ts";
import { useSettingsQuery } from "../../chat/workspace.ts";
import { explainAll } from "../../i18n/explain.ts";
import { useTranslation } from "../../i18n/index.ts";
import { ErrorState } from "../../ui/states.tsx";
import { Rows } from "./Listing.tsx";

/** Waits for the workspace's settings, and says when they don't come. */
export function SettingsGate({ children }: { children: (settings: Workspace) => ReactNode }) {
  const { t } = useTranslation();
  const query = useSettingsQuery();
  if (query.data) return children(query.data);
  if (query.isPending) return <Rows label={t("admin.settings.loading")} rows={4} />;
  return (
    <ErrorState title={t("admin.settings.failed")} busy={query.isFetching} onRetry={() => void query.refetch()}>
      {explainAll(query.error)}
    </ErrorState>
  );
}
