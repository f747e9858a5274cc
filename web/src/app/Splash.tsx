import { useTranslation } from "../i18n/index.ts";
import { Mark } from "../ui/Mark.tsx";
import { OfflineNote } from "../ui/states.tsx";

/** What stands on the page until it is known who is here. Says nothing for a moment, so that a quick start doesn't flicker. */
export function Splash({ unreachable = false }: { unreachable?: boolean }) {
  const { t } = useTranslation();
  return (
    <main aria-busy="true" className="grid min-h-dvh place-items-center bg-rail p-6">
      <div className="flex flex-col items-center gap-5">
        <Mark size="l" className="animate-appear" />
        <h1 className="sr-only">{t("chat.product")}</h1>
        {unreachable ? (
          <OfflineNote>{t("app.unreachable")}</OfflineNote>
        ) : (
          <p role="status" className="sr-only">
            {t("app.opening")}
          </p>
        )}
      </div>
    </main>
  );
}
