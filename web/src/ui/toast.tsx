import { late } from "./late.ts";

/** Something short to say that belongs to no place on the page. */
export interface Notification {
  text: string;
  /** More, in a second line. */
  detail?: string;
  tone?: "plain" | "ok" | "danger";
  /** One thing that can be done about it. */
  action?: { label: string; run: () => void };
  /** Stays until it is dismissed, and is there once however often it is said: the name it goes by. */
  stays?: string;
}

/** What is said before there is a place for it is said once there is; of more than this the rest is dropped. */
const waitingMost = 10;
const waiting: Notification[] = [];
let say: ((what: Notification) => void) | null = null;

/** Shows a toast. It goes by itself after a while, unless something can be done or went wrong. */
export function notify(what: Notification): void {
  if (say) say(what);
  else if (waiting.length < waitingMost) waiting.push(what);
}

/** Says whatever is to be said, until the function that this answers with is called. */
export function listenForToasts(hear: (what: Notification) => void): () => void {
  say = hear;
  for (const what of waiting.splice(0)) hear(what);
  return () => {
    if (say === hear) say = null;
  };
}

/** Where toasts appear; once, in the whole app. Comes after what the page is about. */
export const { Component: Toasts } = late(async () => (await import("./Toaster.tsx")).Toaster);
