/** What a file is to a person. */
export type FileKind = "image" | "video" | "audio" | "pdf" | "text" | "archive" | "other";

/** Images that a page may show; others are files to be saved. */
const images = /^image\/(png|jpeg|gif|webp|avif)$/;
const texts = /^(text\/|application\/(json|xml|javascript|x-sh|yaml|toml|x-yaml|sql)$)/;
const archives = /^application\/(zip|gzip|x-tar|x-7z-compressed|x-bzip2|x-xz|zstd|vnd\.rar|x-rar-compressed)$/;

/** The kind of a media type. */
export function kindOf(type: string): FileKind {
  const [plain = ""] = type.split(";");
  if (images.test(plain)) return "image";
  if (/^video\/(mp4|webm|ogg)$/.test(plain)) return "video";
  if (plain.startsWith("audio/")) return "audio";
  if (plain === "application/pdf") return "pdf";
  if (texts.test(plain)) return "text";
  return archives.test(plain) ? "archive" : "other";
}
