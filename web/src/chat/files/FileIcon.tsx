import { File, FileArchive, FileImage, FileMusic, FilePlay, FileText } from "lucide-react";
import type { ComponentType } from "react";
import { cx } from "../../ui/cx.ts";
import { type FileKind, kindOf } from "./kind.ts";

const icons: Record<FileKind, ComponentType<{ className?: string; "aria-hidden": "true" }>> = {
  image: FileImage,
  video: FilePlay,
  audio: FileMusic,
  pdf: FileText,
  text: FileText,
  archive: FileArchive,
  other: File,
};

/** The picture of a kind of file. */
export function FileIcon({ type, className }: { type: string; className?: string }) {
  const Icon = icons[kindOf(type)];
  return (
    <span
      className={cx(
        "grid size-10 shrink-0 place-items-center rounded-m bg-accent-soft text-accent [&>svg]:size-5",
        className,
      )}
    >
      <Icon aria-hidden="true" />
    </span>
  );
}
