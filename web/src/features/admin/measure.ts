import { locale } from "../../i18n/format.ts";

const spans = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
] as const;

/** A length of time in its two largest units: `3 days, 4 hr`. */
export function duration(seconds: number): string {
  const parts: string[] = [];
  let rest = Math.max(Math.round(seconds), 0);
  for (const [unit, length] of spans) {
    const value = Math.floor(rest / length);
    rest -= value * length;
    if (value === 0 && !(unit === "second" && parts.length === 0)) {
      if (parts.length > 0) break;
      continue;
    }
    parts.push(new Intl.NumberFormat(locale(), { style: "unit", unit, unitDisplay: "short" }).format(value));
    if (parts.length === 2) break;
  }
  return parts.join(", ");
}
