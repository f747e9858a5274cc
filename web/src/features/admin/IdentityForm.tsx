import { ImageUp, Trash2 } from "lucide-react";
import { useRef, useState } from "react";
import type { Workspace } from "../../api/admin.ts";
import { WorkspaceMark } from "../../chat/WorkspaceMark.tsx";
import { useEngine } from "../../context/engine.tsx";
import { explainAll } from "../../i18n/explain.ts";
import { useTranslation } from "../../i18n/index.ts";
import { Button } from "../../ui/Button.tsx";
import { Notice } from "../../ui/states.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { notify } from "../../ui/toast.tsx";
import { useChangeSettings, useSettingsForm } from "./useSettingsForm.ts";

/** The workspace's name and icon. */
export function IdentityForm({ settings }: { settings: Workspace }) {
  const { t } = useTranslation();
  const [name, setName] = useState(settings.name);
  const { form, busy, errors, failure } = useSettingsForm(
    () => ({ name: name.trim() }),
    ["name"],
    () => (name.trim() === "" ? { name: t("problem.field.workspace.empty") } : {}) as Record<string, string>,
  );
  return (
    <div className="grid gap-6">
      <Icon settings={settings} />
      <form {...form} className="grid gap-4">
        {failure ? <Notice>{failure}</Notice> : null}
        <TextField
          label={t("admin.identity.name")}
          name="name"
          maxLength={80}
          autoComplete="off"
          value={name}
          onChange={(event) => setName(event.target.value)}
          error={errors.name}
        />
        <div>
          <Button tone="primary" type="submit" disabled={name.trim() === settings.name} busy={busy}>
            {t("admin.identity.save")}
          </Button>
        </div>
      </form>
    </div>
  );
}

function Icon({ settings }: { settings: Workspace }) {
  const { t } = useTranslation();
  const engine = useEngine();
  const save = useChangeSettings();
  const picker = useRef<HTMLInputElement>(null);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);

  async function change(iconOf: () => Promise<string | null>) {
    setBusy(true);
    setFailure(null);
    try {
      await save({ icon: await iconOf() });
      notify({ text: t("admin.saved"), tone: "ok" });
    } catch (error) {
      setFailure(explainAll(error));
    } finally {
      setBusy(false);
    }
  }

  return (
    <div>
      {failure ? <Notice className="mb-3">{failure}</Notice> : null}
      <div className="flex flex-wrap items-center gap-4">
        <WorkspaceMark size="l" />
        <div className="min-w-40 flex-1">
          <p className="font-semibold text-s">{t("admin.identity.icon")}</p>
          <p className="text-muted text-s">{t("admin.identity.icon_hint")}</p>
        </div>
        <input
          ref={picker}
          type="file"
          accept="image/png,image/jpeg,image/webp,image/gif"
          aria-label={t("admin.identity.choose")}
          tabIndex={-1}
          className="sr-only"
          onChange={(event) => {
            const file = event.target.files?.[0];
            event.target.value = "";
            if (file) void change(async () => (await engine.api.storeFile(file.name, file)).id);
          }}
        />
        <div className="flex gap-2">
          <Button
            busy={busy}
            icon={<ImageUp aria-hidden="true" className="size-4" />}
            onClick={() => picker.current?.click()}
          >
            {t(settings.icon ? "admin.identity.replace" : "admin.identity.upload")}
          </Button>
          {settings.icon ? (
            <Button
              icon={<Trash2 aria-hidden="true" className="size-4" />}
              onClick={() => void change(async () => null)}
            >
              {t("admin.identity.remove")}
            </Button>
          ) : null}
        </div>
      </div>
    </div>
  );
}
