import { Download, ExternalLink } from "lucide-react";
import type { ReactNode } from "react";
import { downloadUrl, fileUrl, thumbnailUrl } from "../../../api/files.ts";
import type { StoredFile } from "../../../api/types.ts";
import { describe } from "../../../chat/files/describe.ts";
import { FileIcon } from "../../../chat/files/FileIcon.tsx";
import { kindOf } from "../../../chat/files/kind.ts";
import { useTranslation } from "../../../i18n/index.ts";
import { cx } from "../../../ui/cx.ts";

const link =
  "transition-tone grid size-8 shrink-0 place-items-center rounded-row text-muted no-underline hover:bg-hover hover:text-text pointer-coarse:size-11 [&>svg]:size-[18px]";

/** A file to be saved, or opened beside the chat where the browser can show it. */
export function FileCard({ file }: { file: StoredFile }) {
  const pdf = kindOf(file.type) === "pdf";
  return (
    <div className="w-full max-w-[420px] overflow-hidden rounded-m border border-line bg-canvas">
      {pdf && file.thumbnail ? <FirstPage file={file} /> : null}
      <FileLine file={file} className="p-2" />
    </div>
  );
}

/** How a document begins. */
function FirstPage({ file }: { file: StoredFile }) {
  return (
    <span className="block h-40 overflow-hidden border-line border-b bg-sunken">
      <img src={thumbnailUrl(file.id)} alt="" className="size-full object-cover object-top" />
    </span>
  );
}

/** Icon, name and size of a file, and what can be done with it. */
export function FileLine({
  file,
  className,
  children,
}: {
  file: StoredFile;
  className?: string;
  children?: ReactNode;
}) {
  const { t } = useTranslation();
  const opens = kindOf(file.type) === "pdf";
  return (
    <div className={cx("flex items-center gap-2.5", className)}>
      <FileIcon type={file.type} />
      <span className="min-w-0 flex-1">
        <span className="block truncate font-semibold text-s" title={file.name}>
          {file.name}
        </span>
        <span className="block truncate text-muted text-xs">{describe(file)}</span>
      </span>
      {children}
      {opens ? (
        <a
          href={fileUrl(file.id)}
          target="_blank"
          rel="noopener noreferrer"
          aria-label={t("files.open", { name: file.name })}
          title={t("files.open", { name: file.name })}
          className={link}
        >
          <ExternalLink aria-hidden="true" />
        </a>
      ) : null}
      <a
        href={downloadUrl(file.id)}
        download={file.name}
        aria-label={t("files.download", { name: file.name })}
        title={t("files.download", { name: file.name })}
        className={link}
      >
        <Download aria-hidden="true" />
      </a>
    </div>
  );
}
