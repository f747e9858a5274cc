import { useId } from "react";
import { useTranslation } from "../../i18n/index.ts";
import { cx } from "../../ui/cx.ts";
import { Section, SectionPage } from "./Section.tsx";

type Theme = "system" | "light" | "dark";

const themes: readonly Theme[] = ["system", "light", "dark"];

/** How Parley looks on this device. */
export function AppearanceSection({ theme, onTheme }: { theme: Theme; onTheme: (theme: Theme) => void }) {
  const { t } = useTranslation();
  const id = useId();
  return (
    <SectionPage title={t("preferences.appearance.title")}>
      <Section title={t("preferences.appearance.theme")}>
        <fieldset aria-describedby={`${id}-hint`}>
          <legend className="sr-only">{t("preferences.appearance.theme")}</legend>
          <div className="grid gap-3 sm:grid-cols-3">
            {themes.map((choice) => (
              <label
                key={choice}
                className="transition-tone flex cursor-pointer flex-col gap-3 rounded-l border border-line-strong p-2 has-checked:border-accent has-checked:bg-accent-soft hover:border-muted has-checked:hover:border-accent has-focus-visible:outline-2 has-focus-visible:outline-accent has-focus-visible:outline-offset-2"
              >
                <Preview theme={choice} />
                <span className="flex items-center gap-2.5 px-1.5 pb-1 font-semibold text-s">
                  <input
                    type="radio"
                    name="theme"
                    value={choice}
                    checked={theme === choice}
                    onChange={() => onTheme(choice)}
                    className="transition-tone size-4 appearance-none rounded-full border border-field bg-canvas outline-none checked:border-[5px] checked:border-accent"
                  />
                  {t(`preferences.appearance.${choice}`)}
                </span>
              </label>
            ))}
          </div>
          <p id={`${id}-hint`} className="mt-3 text-muted text-s">
            {t("preferences.appearance.hint")}
          </p>
        </fieldset>
      </Section>
    </SectionPage>
  );
}

/** A small drawing of the app; the system's is half light, half dark. */
function Preview({ theme }: { theme: Theme }) {
  if (theme !== "system") return <Drawing scheme={theme} className="rounded-m border border-line" />;
  return (
    <span aria-hidden="true" className="relative block h-24 overflow-hidden rounded-m border border-line">
      <Drawing scheme="light" />
      <Drawing scheme="dark" className="absolute inset-0 [clip-path:polygon(58%_0,100%_0,100%_100%,42%_100%)]" />
    </span>
  );
}

function Drawing({ scheme, className }: { scheme: "light" | "dark"; className?: string }) {
  return (
    <span
      aria-hidden="true"
      className={cx(
        "grid h-24 grid-cols-[30%_1fr] overflow-hidden bg-canvas",
        scheme === "light" ? "scheme-light" : "scheme-dark",
        className,
      )}
    >
      <span className="flex flex-col gap-1.5 border-line border-r bg-rail p-2">
        <span className="size-3 rounded-[4px] bg-accent" />
        <span className="mt-1 h-1.5 w-4/5 rounded-full bg-line-strong" />
        <span className="-mx-1 flex h-3 items-center rounded-[4px] bg-accent-soft px-1">
          <span className="h-1.5 w-3/4 rounded-full bg-accent" />
        </span>
        <span className="h-1.5 w-2/3 rounded-full bg-line-strong" />
      </span>
      <span className="flex flex-col justify-end gap-2 p-2.5">
        {["bg-person-1", "bg-person-2"].map((ground) => (
          <span key={ground} className="flex gap-1.5">
            <span className={cx("size-3.5 shrink-0 rounded-[4px]", ground)} />
            <span className="flex flex-1 flex-col gap-1 pt-0.5">
              <span className="h-1.5 w-1/3 rounded-full bg-text" />
              <span className="h-1.5 w-5/6 rounded-full bg-line-strong" />
            </span>
          </span>
        ))}
        <span className="h-4 rounded-[5px] border border-line-strong bg-raised" />
      </span>
    </span>
  );
}
