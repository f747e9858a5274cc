import { i18n } from "../i18n/index.ts";

/** A browser and the system it runs on, as people call them. */
export interface Device {
  browser: string | null;
  system: string | null;
  handheld: boolean;
}

/** In this order: many browsers also name those that they descend from. */
const browsers: readonly (readonly [RegExp, string])[] = [
  [/\bEdgA?\//, "Edge"],
  [/\bOPR\//, "Opera"],
  [/\bSamsungBrowser\//, "Samsung Internet"],
  [/\bVivaldi\//, "Vivaldi"],
  [/\b(Firefox|FxiOS)\//, "Firefox"],
  [/\b(Chrome|Chromium|CriOS)\//, "Chrome"],
  [/\bSafari\//, "Safari"],
];

const systems: readonly (readonly [RegExp, string])[] = [
  [/\biPhone\b/, "iPhone"],
  [/\biPad\b/, "iPad"],
  [/\bAndroid\b/, "Android"],
  [/\bWindows\b/, "Windows"],
  [/\bCrOS\b/, "ChromeOS"],
  [/\bMacintosh\b|\bMac OS X\b/, "macOS"],
  [/\bLinux\b/, "Linux"],
];

/** Reads what a session's `User-Agent` tells. Names of products, the same in every language. */
export function deviceOf(userAgent: string | null): Device {
  const text = userAgent ?? "";
  const system = named(systems, text);
  return {
    browser: named(browsers, text),
    system,
    handheld: system === "iPhone" || system === "iPad" || system === "Android",
  };
}

function named(names: readonly (readonly [RegExp, string])[], text: string): string | null {
  return names.find(([pattern]) => pattern.test(text))?.[1] ?? null;
}

/** What a device is called by its `User-Agent`: `Chrome on Linux`. */
export function deviceName(userAgent: string | null): string {
  const { browser, system } = deviceOf(userAgent);
  if (browser && system) return i18n.t("chat.device.on", { browser, system });
  return browser ?? system ?? i18n.t("chat.device.unknown");
}
