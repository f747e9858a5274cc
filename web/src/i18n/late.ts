import { i18n } from "./index.ts";

/** Adds the words of what comes late, so that the first pages don't carry them. Called by the file that needs them. */
export function addWords(words: object): void {
  i18n.addResourceBundle("en", "translation", words, true);
}
