import { useState } from "react";
import type { Workspace } from "../../api/admin.ts";
import { useTranslation } from "../../i18n/index.ts";
import { Button } from "../../ui/Button.tsx";
import { Notice } from "../../ui/states.tsx";
import { notify } from "../../ui/toast.tsx";
import { useSubmit } from "../../ui/useSubmit.ts";
import { type Act, Confirm } from "./Confirm.tsx";
import { isRetention, RetentionField } from "./RetentionField.tsx";
import { useChangeSettings } from "./useSettingsForm.ts";

/** For how long rooms keep messages that don't say so themselves. */
export function RetentionForm({ settings }: { settings: Workspace }) {
  const { t } = useTranslation();
  const save = useChangeSettings();
  const [days, setDays] = useState(settings.retention_days);
  const [act, setAct] = useState<Act | null>(null);
  const run = async () => {
    await save({ retention_days: days });
    notify({ text: t("admin.saved"), tone: "ok" });
  };
  const { form, busy, errors, failure } = useSubmit(
    async () => {
      const shorter = days !== null && days < (settings.retention_days ?? Number.POSITIVE_INFINITY);
      if (!shorter) return run();
      setAct({
        title: t("admin.retention.shorten_all_title"),
        detail: t("admin.retention.shorten_detail", { count: days }),
        does: t("admin.retention.shorten"),
        danger: true,
        run,
      });
    },
    {
      fields: ["retention_days"],
      check: () => (isRetention(days) ? {} : { retention_days: t("admin.retention.range") }) as Record<string, string>,
    },
  );
  return (
    <form {...form} className="grid gap-4">
      {failure ? <Notice>{failure}</Notice> : null}
      <RetentionField
        label={t("admin.retention.keep")}
        none={t("admin.retention.ever")}
        days={days}
        onChange={setDays}
        error={errors.retention_days}
      />
      <div>
        <Button tone="primary" type="submit" disabled={days === settings.retention_days} busy={busy}>
          {t("admin.retention.save")}
        </Button>
      </div>
      <Confirm act={act} onClose={() => setAct(null)} />
    </form>
  );
}
