import { fileUrl, thumbnailUrl } from "../../api/files.ts";
import type { StoredFile } from "../../api/types.ts";

/** The image itself is shown small while it has no small picture, if it isn't larger than this. */
const originalMostBytes = 8 * 1024 * 1024;

/** What shows an image in little; `null` while there is nothing that would. */
export function smallAddress(file: StoredFile): string | null {
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const small = file.size <= originalMostBytes;
  if (file.type === "image/gif" && small && !still) return fileUrl(file.id);
  if (file.thumbnail) return thumbnailUrl(file.id);
  return small ? fileUrl(file.id) : null;
}
