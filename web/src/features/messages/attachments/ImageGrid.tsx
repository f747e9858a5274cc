import type { StoredFile } from "../../../api/types.ts";
import { Picture } from "../../../chat/files/Picture.tsx";
import { useTranslation } from "../../../i18n/index.ts";
import { cx } from "../../../ui/cx.ts";
import { columnsOf, placeOfOne } from "./layout.ts";

/** Images of one message: one in its own shape, several as squares. */
export function ImageGrid({ images, onOpen }: { images: readonly StoredFile[]; onOpen: (at: number) => void }) {
  const [only, more] = images;
  if (only && !more) {
    const { width, height } = placeOfOne(only.width ?? 4, only.height ?? 3);
    return (
      <div className="max-w-full" style={{ width, aspectRatio: `${width} / ${height}` }}>
        <Tile file={only} onOpen={() => onOpen(0)} className="rounded-m" />
      </div>
    );
  }
  return (
    <ul
      className={cx(
        "grid w-[420px] max-w-full gap-1 overflow-hidden rounded-m",
        columnsOf(images.length) === 2 ? "grid-cols-2" : "grid-cols-3",
      )}
    >
      {images.map((file, at) => (
        <li key={file.id} className="aspect-square">
          <Tile file={file} onOpen={() => onOpen(at)} />
        </li>
      ))}
    </ul>
  );
}

function Tile({ file, onOpen, className }: { file: StoredFile; onOpen: () => void; className?: string }) {
  const { t } = useTranslation();
  return (
    <span className={cx("relative block size-full overflow-hidden", className)}>
      <Picture file={file} className="size-full" />
      <button
        type="button"
        aria-label={t("files.open_image", { name: file.name })}
        onClick={onOpen}
        className={cx(
          "transition-tone focus-inset absolute inset-0 cursor-zoom-in border border-line hover:border-line-strong",
          className,
        )}
      />
    </span>
  );
}
