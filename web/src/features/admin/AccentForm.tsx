import { Hash } from "lucide-react";
import { type CSSProperties, useState } from "react";
import type { Workspace } from "../../api/admin.ts";
import { useTranslation } from "../../i18n/index.ts";
import { accentTokens, contrast, isColour, shadesOf } from "../../ui/accent.ts";
import { Badge } from "../../ui/Badge.tsx";
import { Button } from "../../ui/Button.tsx";
import { cx } from "../../ui/cx.ts";
import { Notice } from "../../ui/states.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { useSettingsForm } from "./useSettingsForm.ts";

/** What the colour picker starts from while there is no accent: Parley's own. */
const own = "#0b6e69";

/** The workspace's accent, with what both themes make of it before it is saved. */
export function AccentForm({ settings }: { settings: Workspace }) {
  const { t } = useTranslation();
  const [text, setText] = useState(settings.accent ?? "");
  const typed = text.trim().toLowerCase();
  const colour = isColour(typed) ? typed : null;
  const { form, busy, errors, failure } = useSettingsForm(
    () => ({ accent: colour }),
    ["accent"],
    () => (typed !== "" && colour === null ? { accent: t("admin.accent.bad") } : {}) as Record<string, string>,
  );
  const shades = shadesOf(colour ?? own);
  const corrected = colour !== null && (shades.light.corrected || shades.dark.corrected);
  return (
    <form {...form} className="grid gap-4">
      {failure ? <Notice>{failure}</Notice> : null}
      <div className="flex items-start gap-3">
        <div>
          <label htmlFor="accent-picker" className="mb-1.5 block font-semibold text-s">
            {t("admin.accent.pick")}
          </label>
          <input
            id="accent-picker"
            type="color"
            value={colour ?? own}
            onChange={(event) => setText(event.target.value)}
            className="size-11 cursor-pointer rounded-m border border-field bg-canvas p-1"
          />
        </div>
        <div className="max-w-56 flex-1">
          <TextField
            label={t("admin.accent.code")}
            name="accent"
            autoComplete="off"
            spellCheck={false}
            placeholder={t("admin.accent.none")}
            maxLength={7}
            value={text}
            onChange={(event) => setText(event.target.value)}
            error={errors.accent}
          />
        </div>
      </div>
      <div className="grid gap-3 sm:grid-cols-2">
        <Preview scheme="light" colour={colour} shade={shades.light.accent} on={shades.light.on} />
        <Preview scheme="dark" colour={colour} shade={shades.dark.accent} on={shades.dark.on} />
      </div>
      <p role="status" className="min-h-4.5 text-muted text-s">
        {corrected ? t("admin.accent.corrected") : colour ? t("admin.accent.fine") : null}
      </p>
      <div className="flex gap-2">
        <Button
          tone="primary"
          type="submit"
          disabled={colour === settings.accent && typed === (settings.accent ?? "")}
          busy={busy}
        >
          {t("admin.accent.save")}
        </Button>
        {text === "" ? null : <Button onClick={() => setText("")}>{t("admin.accent.clear")}</Button>}
      </div>
    </form>
  );
}

/** A corner of the app in one theme, wearing the colour. */
function Preview({
  scheme,
  colour,
  shade,
  on,
}: {
  scheme: "light" | "dark";
  colour: string | null;
  shade: string;
  on: string;
}) {
  const { t } = useTranslation();
  return (
    <figure
      style={colour ? (accentTokens(colour) as CSSProperties) : undefined}
      className={cx(
        "overflow-hidden rounded-l border border-line bg-canvas text-text",
        scheme === "light" ? "scheme-light" : "scheme-dark",
      )}
    >
      <div className="grid gap-2 p-3">
        <div className="flex h-8 items-center gap-2 rounded-row bg-accent-soft px-2 font-semibold text-s">
          <Hash aria-hidden="true" className="size-4 text-accent" />
          <span className="flex-1">{t("admin.accent.sample_room")}</span>
          <Badge>2</Badge>
        </div>
        <p className="px-2 text-s">
          {t("admin.accent.sample_text")} <span className="text-link underline">{t("admin.accent.sample_link")}</span>
        </p>
        <span className="ml-2 inline-flex h-9 w-fit items-center rounded-m bg-accent px-3.5 font-semibold text-on-accent text-s">
          {t("admin.accent.sample_button")}
        </span>
      </div>
      <figcaption className="flex justify-between gap-2 border-line border-t bg-rail px-3 py-2 text-muted text-xs">
        <span>{t(`admin.accent.${scheme}`)}</span>
        <span className="tabular-nums">
          {colour ? t("admin.accent.contrast", { colour: shade, ratio: contrast(shade, on).toFixed(1) }) : null}
        </span>
      </figcaption>
    </figure>
  );
}
