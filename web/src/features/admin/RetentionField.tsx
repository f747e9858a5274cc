import { useState } from "react";
import { useTranslation } from "../../i18n/index.ts";
import { Select } from "../../ui/Select.tsx";
import { TextField } from "../../ui/TextField.tsx";

/** The spans that are offered by name; any other is typed. */
const common = [7, 30, 90, 180, 365, 730];

/** For how long messages are kept, in days; `null` is what stands when nothing is chosen. */
export function RetentionField({
  label,
  hint,
  none,
  days,
  onChange,
  error,
}: {
  label: string;
  hint?: string;
  /** What `null` means here. */
  none: string;
  days: number | null;
  onChange: (days: number | null) => void;
  error?: string | undefined;
}) {
  const { t } = useTranslation();
  const [typing, setTyping] = useState(days !== null && !common.includes(days));
  const choice = typing ? "other" : days === null ? "" : String(days);
  return (
    <div className="grid items-start gap-3 sm:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
      <Select
        label={label}
        hint={hint}
        value={choice}
        error={typing ? undefined : error}
        onChange={(event) => {
          const { value } = event.target;
          setTyping(value === "other");
          if (value !== "other") onChange(value === "" ? null : Number(value));
        }}
      >
        <option value="">{none}</option>
        {common.map((value) => (
          <option key={value} value={value}>
            {t("admin.retention.days", { count: value })}
          </option>
        ))}
        <option value="other">{t("admin.retention.other")}</option>
      </Select>
      {typing ? (
        <TextField
          label={t("admin.retention.number")}
          name="retention_days"
          type="number"
          inputMode="numeric"
          min={1}
          max={3650}
          value={days ?? ""}
          error={error}
          onChange={(event) => onChange(event.target.value === "" ? null : Number(event.target.value))}
        />
      ) : null}
    </div>
  );
}

/** Whether a span can be kept. */
export function isRetention(days: number | null): boolean {
  return days === null || (Number.isInteger(days) && days >= 1 && days <= 3650);
}
