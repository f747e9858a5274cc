import { useEffect } from "react";
import { useSelect } from "../context/engine.tsx";
import { useTranslation } from "../i18n/index.ts";
import { select } from "../sync/select.ts";

/** The tab's title on every page after sign-in: with how often the reader is meant, and a dot on its picture while anything is unread. */
export function usePageTitle(title: string): void {
  const { t } = useTranslation();
  const totals = useSelect(select.totals);
  const count = totals.mentions + totals.direct;
  const icon = count > 0 ? "/icon-mention.svg" : totals.unread_rooms > 0 ? "/icon-unread.svg" : "/icon.svg";
  useEffect(() => {
    document.title = count > 0 ? t("shell.title_count", { count, title }) : title;
  }, [title, count, t]);
  useEffect(() => {
    document.querySelector('link[rel~="icon"]')?.setAttribute("href", icon);
    return () => document.querySelector('link[rel~="icon"]')?.setAttribute("href", "/icon.svg");
  }, [icon]);
}
