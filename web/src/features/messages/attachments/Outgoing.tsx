import { describe } from "../../../chat/files/describe.ts";
import { FileIcon } from "../../../chat/files/FileIcon.tsx";
import { kindOf } from "../../../chat/files/kind.ts";
import { Picture } from "../../../chat/files/Picture.tsx";
import { useObjectUrl } from "../../../chat/files/useObjectUrl.ts";
import { useEngine, useSelect } from "../../../context/engine.tsx";
import { percent } from "../../../i18n/format.ts";
import { useTranslation } from "../../../i18n/index.ts";
import type { OutgoingFile, OutgoingId } from "../../../sync/state.ts";
import { cx } from "../../../ui/cx.ts";
import { ProgressBar } from "../../../ui/ProgressBar.tsx";
import { columnsOf, placeOfOne } from "./layout.ts";
import "../../../chat/files/words.ts";

/** The files of a message on its way, where they will stand once it is there, with how far they are. */
export function OutgoingAttachments({ ids }: { ids: readonly OutgoingId[] }) {
  const { t } = useTranslation();
  const all = useSelect((state) => state.outgoing);
  const files = ids.flatMap((id) => all.get(id) ?? []);
  const pictures = files.filter(isPicture);
  const others = files.filter((file) => !isPicture(file));
  const [only, more] = pictures;
  return (
    <ul aria-label={t("files.attached")} className="mt-1 mb-0.5 flex flex-col items-start gap-1.5">
      {only && !more ? (
        <li
          className="max-w-full overflow-hidden rounded-m"
          style={{ ...sized(placeOfOne(only.width ?? 4, only.height ?? 3)) }}
        >
          <Tile file={only} />
        </li>
      ) : null}
      {more ? (
        <li className="max-w-full">
          <ul
            className={cx(
              "grid w-[420px] max-w-full gap-1 overflow-hidden rounded-m",
              columnsOf(pictures.length) === 2 ? "grid-cols-2" : "grid-cols-3",
            )}
          >
            {pictures.map((file) => (
              <li key={file.id} className="aspect-square">
                <Tile file={file} />
              </li>
            ))}
          </ul>
        </li>
      ) : null}
      {others.map((file) => (
        <li
          key={file.id}
          className={cx(
            "relative w-full rounded-m border border-line bg-canvas",
            kindOf(file.type) === "text" ? "max-w-[520px]" : "max-w-[420px]",
          )}
        >
          {kindOf(file.type) === "video" ? <span className="block aspect-video rounded-t-m bg-sunken" /> : null}
          <span className="flex min-h-14 items-center gap-2.5 p-2 pointer-coarse:min-h-15">
            <FileIcon type={file.type} className="grayscale" />
            <span className="min-w-0 flex-1">
              <span className="block truncate font-semibold text-faint text-s">{file.name}</span>
              <span className="block truncate text-faint text-xs">{describe(file)}</span>
            </span>
          </span>
          {kindOf(file.type) === "text" ? <span className="block h-36 rounded-b-m bg-code" /> : null}
          {kindOf(file.type) === "audio" ? <span className="mx-2 mb-2 block h-[54px]" /> : null}
          <Progress file={file} className="absolute inset-x-2 bottom-1" />
        </li>
      ))}
    </ul>
  );
}

const isPicture = (file: OutgoingFile) => kindOf(file.type) === "image" && file.width !== null && file.height !== null;

const sized = ({ width, height }: { width: number; height: number }) => ({
  width,
  aspectRatio: `${width} / ${height}`,
});

function Tile({ file }: { file: OutgoingFile }) {
  const engine = useEngine();
  const { t } = useTranslation();
  const url = useObjectUrl(engine.bytesOf(file.id));
  const name = t("files.image", { name: file.name });
  return (
    <span className="relative block size-full overflow-hidden bg-sunken">
      {url ? (
        <img src={url} alt={name} className="absolute inset-0 size-full object-cover opacity-60" />
      ) : file.file ? (
        <Picture file={file.file} className="size-full opacity-60" />
      ) : null}
      <Progress file={file} className="absolute inset-x-2 bottom-2" />
    </span>
  );
}

function Progress({ file, className }: { file: OutgoingFile; className: string }) {
  const { t } = useTranslation();
  if (file.state === "done" || file.state === "failed") return null;
  const share = file.size === 0 ? 0 : file.sent / file.size;
  return (
    <ProgressBar
      label={t("files.tray.progress", { name: file.name })}
      value={share}
      text={percent(share)}
      className={className}
    />
  );
}
