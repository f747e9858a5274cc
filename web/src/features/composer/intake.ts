/** What people drop, paste or choose, as files to attach. */
import { cleanName } from "../../chat/files/cleanName.ts";
import type { NewFile } from "../../sync/contract.ts";

/** The most files that a message may carry. */
export const filesMost = 10;
/** A pasted text longer than this may be meant as a file. */
export const longPaste = 2_000;

/** What the workspace allows. */
export interface Limits {
  readonly max_file_bytes: number;
  readonly file_types: readonly string[];
}

/** A file as the engine takes it, with what is known to speak against it before the server is asked. */
export function asNewFile(file: File, limits: Limits | undefined): NewFile {
  const refused = limits ? refusalOf(file, limits) : null;
  return { name: cleanName(file.name), bytes: file, ...(refused ? { refused } : {}) };
}

function refusalOf({ size, type }: File, { max_file_bytes, file_types }: Limits): string | null {
  if (size > max_file_bytes) return "file_too_large";
  // A browser guesses the type by the name; where it has no guess the server looks.
  const allowed = type === "" || file_types.length === 0 || file_types.some((pattern) => matches(type, pattern));
  return allowed ? null : "file_type";
}

/** Whether a media type is meant by `image/*` or `application/pdf`. */
export function matches(type: string, pattern: string): boolean {
  const [plain = ""] = type.toLowerCase().split(";");
  const wanted = pattern.toLowerCase();
  return wanted.endsWith("/*") ? plain.startsWith(wanted.slice(0, -1)) : plain === wanted;
}

/** What was carried here; folders can't be sent and are told apart. */
export function filesIn(data: DataTransfer): { readonly files: readonly File[]; readonly folders: boolean } {
  const items = [...data.items].filter(({ kind }) => kind === "file");
  const isFolder = (item: DataTransferItem): boolean => item.webkitGetAsEntry?.()?.isDirectory === true;
  const files = items.filter((item) => !isFolder(item)).flatMap((item) => item.getAsFile() ?? []);
  return { files: items.length > 0 ? files : [...data.files], folders: items.some(isFolder) };
}

/** Files on the clipboard. Where there is text too it is the text that is meant: spreadsheets add a picture of it. */
export function pastedFiles(data: DataTransfer, nameOfImage: string): readonly File[] {
  if (data.types.includes("text/plain")) return [];
  return [...data.files].map((file) => {
    // Browsers call every picture that was copied alike.
    const copied = /^image\.(png|jpe?g|gif|webp)$/i.exec(file.name);
    return copied ? new File([file], `${nameOfImage}.${copied[1]}`, { type: file.type }) : file;
  });
}
