import { Link } from "@tanstack/react-router";
import { ShieldAlert } from "lucide-react";
import { usePageTitle } from "../../chat/usePageTitle.ts";
import { useTranslation } from "../../i18n/index.ts";
import { Button } from "../../ui/Button.tsx";
import { EmptyState } from "../../ui/states.tsx";

/** What people see who don't administer the workspace. */
export function Forbidden() {
  const { t } = useTranslation();
  usePageTitle(t("admin.document", { section: t("admin.title") }));
  return (
    <main className="grid min-h-dvh place-items-center bg-canvas">
      <EmptyState
        icon={<ShieldAlert aria-hidden="true" />}
        heading="h1"
        title={t("admin.forbidden")}
        action={
          <Button tone="primary" render={<Link to="/" />}>
            {t("admin.back")}
          </Button>
        }
      >
        {t("admin.forbidden_detail")}
      </EmptyState>
    </main>
  );
}
