import { useTranslation } from "../../i18n/index.ts";
import { AccentForm } from "./AccentForm.tsx";
import { FilesForm } from "./FilesForm.tsx";
import { IdentityForm } from "./IdentityForm.tsx";
import { Page, Part } from "./Page.tsx";
import { RetentionForm } from "./RetentionForm.tsx";
import { SettingsGate } from "./SettingsGate.tsx";

/** What the workspace is called, how it looks, and what it keeps. */
export function SettingsPage() {
  const { t } = useTranslation();
  return (
    <Page title={t("admin.settings.title")} narrow>
      <SettingsGate>
        {(settings) => (
          <>
            <Part title={t("admin.identity.title")}>
              <IdentityForm settings={settings} />
            </Part>
            <Part title={t("admin.accent.title")} intro={t("admin.accent.intro")}>
              <AccentForm settings={settings} />
            </Part>
            <Part title={t("admin.files.title")}>
              <FilesForm settings={settings} />
            </Part>
            <Part title={t("admin.retention.title")} intro={t("admin.retention.intro")}>
              <RetentionForm settings={settings} />
            </Part>
          </>
        )}
      </SettingsGate>
    </Page>
  );
}
