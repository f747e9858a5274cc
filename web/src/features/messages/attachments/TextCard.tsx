import { useQuery } from "@tanstack/react-query";
import { ChevronDown, ChevronUp } from "lucide-react";
import { useState } from "react";
import { Problem } from "../../../api/client.ts";
import type { StoredFile } from "../../../api/types.ts";
import { useEngine } from "../../../context/engine.tsx";
import { useTranslation } from "../../../i18n/index.ts";
import { Button } from "../../../ui/Button.tsx";
import { cx } from "../../../ui/cx.ts";
import { Skeleton } from "../../../ui/Skeleton.tsx";
import { FileLine } from "./FileCard.tsx";

/** A text file with its first lines, and more of them on demand. */
export function TextCard({ file }: { file: StoredFile }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  return (
    <div className="w-full max-w-[520px] overflow-hidden rounded-m border border-line bg-canvas">
      <FileLine file={file} className="p-2">
        <button
          type="button"
          aria-expanded={open}
          aria-label={t(open ? "files.collapse" : "files.expand", { name: file.name })}
          title={t(open ? "files.less" : "files.more")}
          onClick={() => setOpen(!open)}
          className="transition-tone grid size-8 shrink-0 place-items-center rounded-row text-muted hover:bg-hover hover:text-text pointer-coarse:size-11 [&>svg]:size-[18px]"
        >
          {open ? <ChevronUp aria-hidden="true" /> : <ChevronDown aria-hidden="true" />}
        </button>
      </FileLine>
      <div className={cx("border-line border-t bg-code", open ? "" : "max-h-36 overflow-hidden")}>
        <Beginning file={file} open={open} />
      </div>
    </div>
  );
}

function Beginning({ file, open }: { file: StoredFile; open: boolean }) {
  const { t } = useTranslation();
  const engine = useEngine();
  const { data, error, isFetching, refetch } = useQuery({
    queryKey: ["preview", file.id],
    queryFn: () => engine.api.preview(file.id),
    // A file never changes.
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  if (data) {
    return (
      <>
        <section
          aria-label={t("files.preview", { name: file.name })}
          tabIndex={open ? 0 : -1}
          className={cx("focus-inset px-3 py-2", open ? "max-h-[60dvh] overflow-auto" : "overflow-hidden")}
        >
          <pre dir="auto" className={cx("text-s", open ? "whitespace-pre-wrap break-words" : "whitespace-pre")}>
            {data.text}
          </pre>
        </section>
        {open && data.truncated ? (
          <p className="border-line border-t px-3 py-1.5 text-muted text-xs">{t("files.truncated")}</p>
        ) : null}
      </>
    );
  }
  if (error && !isFetching) {
    const gone = error instanceof Problem && error.status === 404;
    return (
      <div role="alert" className="flex h-36 items-center justify-center gap-3 p-2 text-muted text-s">
        {t(gone ? "files.gone" : "files.failed")}
        {gone ? null : <Button onClick={() => void refetch()}>{t("files.retry")}</Button>}
      </div>
    );
  }
  return (
    <div role="status" aria-busy="true" className="h-36 space-y-2.5 px-3 py-3">
      <span className="sr-only">{t("files.preview_loading", { name: file.name })}</span>
      {["w-3/5", "w-4/5", "w-1/2", "w-2/3"].map((width) => (
        <Skeleton key={width} className={`h-3 ${width}`} />
      ))}
    </div>
  );
}
