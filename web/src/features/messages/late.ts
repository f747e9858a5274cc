/** What of the messages comes after the messages themselves. */
import { late } from "../../ui/late.ts";
import { preloadFiles } from "./attachments/Files.tsx";

export const deleteDialog = late(async () => (await import("./DeleteDialog.tsx")).DeleteDialog);
export const editBox = late(async () => (await import("./EditBox.tsx")).EditBox);
export const failedEntry = late(async () => (await import("./Unsaved.tsx")).FailedEntry);
export const messageSheet = late(async () => (await import("./MessageSheet.tsx")).MessageSheet);
export const unsavedChange = late(async () => (await import("./Unsaved.tsx")).UnsavedChange);

/** Fetches all of it before it is asked for. */
export function preload(): void {
  preloadFiles();
  deleteDialog.preload();
  editBox.preload();
  failedEntry.preload();
  messageSheet.preload();
  unsavedChange.preload();
}
