import { i18n } from "./index.ts";

const made = new Map<string, Intl.DateTimeFormat>();

function dateFormat(name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${i18n.language} ${name}`;
  let format = made.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat(locale(), options);
    made.set(key, format);
  }
  return format;
}

/** The browser's own locale where it is a variety of the chosen language (24 hours or 12, day before month), else the language. */
export function locale(): string {
  const languages = typeof navigator === "undefined" ? [] : navigator.languages;
  return languages.find((tag) => tag.split("-")[0] === i18n.language.split("-")[0]) ?? i18n.language;
}

/** A moment, as text of RFC 3339, as milliseconds since 1970 or as a Date. */
export type Moment = string | number | Date;

/** The time of day: `9:12`. */
export function timeOfDay(at: Moment): string {
  return dateFormat("time", { hour: "numeric", minute: "2-digit" }).format(new Date(at));
}

/** Day and time in full, for titles: `Monday, 23 November 2026 at 9:12:05`. */
export function fullMoment(at: Moment): string {
  return dateFormat("full", { dateStyle: "full", timeStyle: "medium" }).format(new Date(at));
}

/** Whether two moments fall on one calendar day of the reader. */
export function sameDay(a: Moment, b: Moment): boolean {
  return new Date(a).toDateString() === new Date(b).toDateString();
}

/** The day for people: today, yesterday, a weekday within the week, else a date, with its year when it isn't this one. */
export function dayName(at: Moment, now: Moment = Date.now()): string {
  const day = new Date(at);
  const today = new Date(now);
  const days = Math.round((midnight(today) - midnight(day)) / 86_400_000);
  if (days === 0 || days === 1) {
    const word = new Intl.RelativeTimeFormat(locale(), { numeric: "auto" }).format(-days, "day");
    return word.charAt(0).toLocaleUpperCase(locale()) + word.slice(1);
  }
  if (days > 1 && days < 7) return dateFormat("weekday", { weekday: "long" }).format(day);
  if (day.getFullYear() === today.getFullYear()) {
    return dateFormat("day", { weekday: "long", day: "numeric", month: "long" }).format(day);
  }
  return dateFormat("date", { day: "numeric", month: "long", year: "numeric" }).format(day);
}

/** How far off something is: `12 minutes ago`, `yesterday`, `in 7 days`; what is a moment short of seven days is that too. */
export function ago(at: Moment, now: Moment = Date.now()): string {
  const seconds = (new Date(at).getTime() - new Date(now).getTime()) / 1000;
  const format = new Intl.RelativeTimeFormat(locale(), { numeric: "auto" });
  const whole = seconds > 0 ? Math.round : Math.trunc;
  const steps: [Intl.RelativeTimeFormatUnit, number][] = [
    ["year", 31_556_952],
    ["month", 2_629_746],
    ["week", 604_800],
    ["day", 86_400],
    ["hour", 3_600],
    ["minute", 60],
  ];
  for (const [unit, length] of steps) {
    if (Math.abs(seconds) >= length) return format.format(whole(seconds / length), unit);
  }
  return format.format(0, "second");
}

/** A number as people write it: `1,284`. */
export function number(value: number): string {
  return new Intl.NumberFormat(locale()).format(value);
}

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

/** A share as people write it: `42%`. */
export function percent(share: number): string {
  return new Intl.NumberFormat(locale(), { style: "percent" }).format(share);
}

/** Names as a sentence joins them: `Ana, Ben and Eve`. */
export function joined(names: readonly string[]): string {
  return new Intl.ListFormat(locale(), { style: "long", type: "conjunction" }).format(names);
}

function midnight(date: Date): number {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}
