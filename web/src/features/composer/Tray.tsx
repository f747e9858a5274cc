import { RotateCw, X } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { FileIcon } from "../../chat/files/FileIcon.tsx";
import { kindOf } from "../../chat/files/kind.ts";
import { smallAddress } from "../../chat/files/smallAddress.ts";
import { useObjectUrl } from "../../chat/files/useObjectUrl.ts";
import { useWorkspaceSettings } from "../../chat/workspace.ts";
import { useEngine, useSelect } from "../../context/engine.tsx";
import { explainFailure } from "../../i18n/explain.ts";
import { bytes, percent } from "../../i18n/format.ts";
import { useTranslation } from "../../i18n/index.ts";
import type { OutgoingFile } from "../../sync/state.ts";
import { cx } from "../../ui/cx.ts";
import { IconButton } from "../../ui/IconButton.tsx";
import { ProgressBar } from "../../ui/ProgressBar.tsx";
import "../../chat/files/words.ts";

/** The files that the next message takes along: what they are, how far they are, what went wrong. */
export function Tray({ files, onLeave }: { files: readonly OutgoingFile[]; onLeave: () => void }) {
  const { t } = useTranslation();
  const list = useRef<HTMLUListElement>(null);
  const said = useTidings(files);

  /** The focus stays in the tray as long as there is something in it. */
  function focusNext(at: number) {
    const next = files[at + 1] ?? files[at - 1];
    if (!next) onLeave();
    else list.current?.querySelector<HTMLElement>(`[data-file="${next.id}"] [data-remove]`)?.focus();
  }

  return (
    <>
      {files.length > 0 ? (
        <ul
          ref={list}
          aria-label={t("files.tray.label")}
          className="flex max-h-48 gap-2 overflow-auto overscroll-contain px-2.5 pt-2.5 sm:flex-wrap"
        >
          {files.map((file, at) => (
            <TrayFile key={file.id} file={file} onRemoved={() => focusNext(at)} />
          ))}
        </ul>
      ) : null}
      {files.some(({ state }) => state === "failed") ? (
        <p className="px-3.5 pt-1.5 text-danger text-xs">{t("files.tray.failed")}</p>
      ) : null}
      <div role="status" className="sr-only">
        {said}
      </div>
    </>
  );
}

function TrayFile({ file, onRemoved }: { file: OutgoingFile; onRemoved: () => void }) {
  const { t } = useTranslation();
  const engine = useEngine();
  const { id, name, state } = file;
  const failed = state === "failed";
  return (
    <li
      data-file={id}
      className={cx(
        "relative flex w-60 max-w-[80vw] shrink-0 items-center gap-2.5 overflow-hidden rounded-m border bg-canvas p-1.5",
        failed ? "border-danger" : "border-line",
      )}
    >
      <Thumb file={file} />
      <span className="min-w-0 flex-1">
        <span className="block truncate font-semibold text-s" title={name}>
          {name}
        </span>
        <Standing file={file} />
      </span>
      <span className="flex shrink-0">
        {failed ? (
          <IconButton
            size="s"
            label={t("files.tray.retry", { name })}
            tooltipSide="top"
            icon={<RotateCw aria-hidden="true" />}
            onClick={() => engine.retryFile(id)}
          />
        ) : null}
        <IconButton
          size="s"
          data-remove=""
          label={t(state === "sending" || state === "waiting" ? "files.tray.cancel" : "files.tray.remove", {
            name,
          })}
          tooltipSide="top"
          icon={<X aria-hidden="true" />}
          onClick={() => {
            onRemoved();
            engine.detach(id);
          }}
        />
      </span>
      {state === "sending" || state === "waiting" ? (
        <ProgressBar
          label={t("files.tray.progress", { name })}
          value={file.size === 0 ? 0 : file.sent / file.size}
          text={percent(file.size === 0 ? 0 : file.sent / file.size)}
          className="absolute inset-x-0 bottom-0 h-[3px] rounded-none"
        />
      ) : null}
    </li>
  );
}

/** Size, progress or trouble in words. */
function Standing({ file }: { file: OutgoingFile }) {
  const { t } = useTranslation();
  const live = useSelect((state) => state.connection.state === "live");
  const why = useTrouble(file);
  if (why !== null) return <span className="block text-danger text-xs">{why}</span>;
  const size = bytes(file.size);
  const moving = file.state === "sending" || (file.state === "waiting" && live);
  const words =
    file.state === "done"
      ? size
      : moving
        ? t("files.tray.uploading", { percent: percent(file.size === 0 ? 0 : file.sent / file.size), size })
        : t("files.tray.waiting");
  return <span className="block truncate text-muted text-xs tabular-nums">{words}</span>;
}

/** What is wrong with a file, for people. */
function useTrouble({ state, error }: OutgoingFile): string | null {
  const { t } = useTranslation();
  const most = useWorkspaceSettings()?.max_file_bytes;
  if (state !== "failed" || !error) return null;
  return error.code === "file_too_large" && most
    ? t("files.tray.too_large", { size: bytes(most) })
    : explainFailure(error);
}

function Thumb({ file }: { file: OutgoingFile }) {
  const engine = useEngine();
  const picture = kindOf(file.type) === "image";
  const own = useObjectUrl(picture ? engine.bytesOf(file.id) : null);
  const [broken, setBroken] = useState(false);
  const src = own ?? (picture && file.file ? smallAddress(file.file) : null);
  return src && !broken ? (
    <img
      src={src}
      alt=""
      onError={() => setBroken(true)}
      className="size-11 shrink-0 rounded-row bg-sunken object-cover"
    />
  ) : (
    <FileIcon type={file.type} className="size-11" />
  );
}

/** What is worth saying of the tray's files: that some came, that one is there, that one failed. Progress is not. */
function useTidings(files: readonly OutgoingFile[]): string {
  const { t } = useTranslation();
  const [said, setSaid] = useState("");
  const before = useRef<ReadonlyMap<string, OutgoingFile>>(new Map(files.map((file) => [file.id, file])));
  useEffect(() => {
    const known = before.current;
    before.current = new Map(files.map((file) => [file.id, file]));
    const words: string[] = [];
    const fresh = files.filter(({ id }) => !known.has(id)).length;
    if (fresh > 0) words.push(t("files.tray.attached", { count: fresh }));
    for (const file of files) {
      if (file.state === (known.get(file.id)?.state ?? "waiting")) continue;
      if (file.state === "done") words.push(t("files.tray.done", { name: file.name }));
      if (file.state === "failed" && file.error) {
        words.push(t("files.tray.file_failed", { name: file.name, why: explainFailure(file.error) }));
      }
    }
    if (words.length > 0) setSaid(words.join(" "));
  }, [files, t]);
  return said;
}
