import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import { en } from "./en/index.ts";

/** The languages that have a catalogue. */
export const languages = ["en"] as const;

await i18next.use(initReactI18next).init({
  lng: "en",
  fallbackLng: "en",
  supportedLngs: languages,
  defaultNS: "translation",
  resources: { en: { translation: en } },
  // React escapes what it renders.
  interpolation: { escapeValue: false },
  returnNull: false,
});

export const i18n = i18next;
export { useTranslation } from "react-i18next";
