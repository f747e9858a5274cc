import { useState } from "react";
import type { Workspace } from "../../api/admin.ts";
import { useTranslation } from "../../i18n/index.ts";
import { Button } from "../../ui/Button.tsx";
import { Notice } from "../../ui/states.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { useSettingsForm } from "./useSettingsForm.ts";

const megabyte = 1024 ** 2;
const gigabyte = 1024 ** 3;

/** How large files may be, how much may be kept, and which types are taken. */
export function FilesForm({ settings }: { settings: Workspace }) {
  const { t } = useTranslation();
  const [size, setSize] = useState(written(settings.max_file_bytes, megabyte));
  const [whole, setWhole] = useState(written(settings.storage_quota_bytes, gigabyte));
  const [each, setEach] = useState(written(settings.user_quota_bytes, gigabyte));
  const [types, setTypes] = useState(settings.file_types.join(", "));
  const { form, busy, errors, failure } = useSettingsForm(
    () => ({
      max_file_bytes: read(size, megabyte) ?? settings.max_file_bytes,
      storage_quota_bytes: read(whole, gigabyte),
      user_quota_bytes: read(each, gigabyte),
      file_types: types
        .toLowerCase()
        .split(/[\s,;]+/)
        .filter(Boolean),
    }),
    ["max_file_bytes", "storage_quota_bytes", "user_quota_bytes", "file_types"],
    () => ({
      ...(isAmount(size) && size.trim() !== "" ? {} : { max_file_bytes: t("admin.files.bad_size") }),
      ...(isAmount(whole) ? {} : { storage_quota_bytes: t("admin.files.bad_size") }),
      ...(isAmount(each) ? {} : { user_quota_bytes: t("admin.files.bad_size") }),
    }),
  );
  const amount = (name: string, value: string, set: (value: string) => void, unit: string) => ({
    name,
    type: "number",
    inputMode: "decimal" as const,
    min: 0,
    step: "any",
    value,
    aside: <span className="text-muted">{unit}</span>,
    onChange: (event: { target: { value: string } }) => set(event.target.value),
    error: errors[name],
  });
  return (
    <form {...form} className="grid gap-4">
      {failure ? <Notice>{failure}</Notice> : null}
      <div className="grid items-start gap-4 sm:grid-cols-3">
        <TextField label={t("admin.files.size")} {...amount("max_file_bytes", size, setSize, t("admin.files.mb"))} />
        <TextField
          label={t("admin.files.whole")}
          placeholder={t("admin.files.no_limit")}
          {...amount("storage_quota_bytes", whole, setWhole, t("admin.files.gb"))}
        />
        <TextField
          label={t("admin.files.each")}
          placeholder={t("admin.files.no_limit")}
          {...amount("user_quota_bytes", each, setEach, t("admin.files.gb"))}
        />
      </div>
      <TextField
        label={t("admin.files.types")}
        name="file_types"
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        placeholder={t("admin.files.all_types")}
        hint={t("admin.files.types_hint")}
        value={types}
        onChange={(event) => setTypes(event.target.value)}
        error={errors.file_types}
      />
      <div>
        <Button tone="primary" type="submit" busy={busy}>
          {t("admin.files.save")}
        </Button>
      </div>
    </form>
  );
}

function written(bytes: number | null, unit: number): string {
  return bytes === null ? "" : String(Math.round((bytes / unit) * 1000) / 1000);
}

function read(text: string, unit: number): number | null {
  return text.trim() === "" ? null : Math.round(Number(text) * unit);
}

function isAmount(text: string): boolean {
  return text.trim() === "" || (Number.isFinite(Number(text)) && Number(text) > 0);
}
