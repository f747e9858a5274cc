/** What of the messages comes after the messages themselves. */
import { late } from "../../ui/late.ts";
import { preloadFiles } from "./attachments/Files.tsx";

export const deleteDialog = late(async () => (await import("./DeleteDialog.tsx")).DeleteDialog);
export const messageSheet = late(async () => (await import("./MessageSheet.tsx")).MessageSheet);

/** Fetches all of it before it is asked for. */
export function preload(): void {
  preloadFiles();
  deleteDialog.preload();
  messageSheet.preload();
}
