import { locale } from "../../i18n/format.ts";

const units = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;

/** An amount of bytes as people write it: `4.2 MB`. */
export function bytes(amount: number): string {
  const step = amount < 1 ? 0 : Math.min(Math.floor(Math.log2(amount) / 10), units.length - 1);
  const value = amount / 1024 ** step;
  return new Intl.NumberFormat(locale(), {
    style: "unit",
    unit: units[step] ?? "byte",
    unitDisplay: step === 0 ? "long" : "short",
    maximumFractionDigits: value < 10 && step > 0 ? 1 : 0,
  }).format(value);
}

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
