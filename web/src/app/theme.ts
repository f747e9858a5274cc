import { useSyncExternalStore } from "react";

/** What a person may choose. */
export type Theme = "system" | "light" | "dark";

/** Known to `public/theme.js` too, which applies it before the first paint. */
const key = "parley.theme";
const listeners = new Set<() => void>();

/** The chosen theme, kept on this device. */
export function getTheme(): Theme {
  try {
    const value = localStorage.getItem(key);
    return value === "light" || value === "dark" ? value : "system";
  } catch {
    return "system";
  }
}

/** Chooses the theme for this device, at once and in its other tabs. */
export function setTheme(theme: Theme): void {
  try {
    if (theme === "system") localStorage.removeItem(key);
    else localStorage.setItem(key, theme);
  } catch {
    // Storage may be closed to us: then the choice holds until the page goes.
  }
  apply(theme);
}

/** Follows the choice made in other tabs and the system's; answers with the function that ends it. */
export function followTheme(): () => void {
  const onStorage = (event: StorageEvent) => {
    if (event.key === key || event.key === null) apply(getTheme());
  };
  const dark = matchMedia("(prefers-color-scheme: dark)");
  window.addEventListener("storage", onStorage);
  dark.addEventListener("change", tintBrowser);
  apply(getTheme());
  return () => {
    window.removeEventListener("storage", onStorage);
    dark.removeEventListener("change", tintBrowser);
  };
}

/** The chosen theme and the way to choose another. */
export function useTheme(): [Theme, (theme: Theme) => void] {
  return [useSyncExternalStore(subscribe, getTheme), setTheme];
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function apply(theme: Theme): void {
  const root = document.documentElement;
  if (theme === "system") delete root.dataset.theme;
  else root.dataset.theme = theme;
  tintBrowser();
  for (const listener of listeners) listener();
}

/** Gives the browser's own bars the colour of the page's ground, which only the style sheet knows. */
function tintBrowser(): void {
  const colour = getComputedStyle(document.body).backgroundColor;
  for (const meta of document.querySelectorAll('meta[name="theme-color"]')) meta.setAttribute("content", colour);
}
