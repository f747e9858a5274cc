import { Dialog } from "@base-ui/react/dialog";
import { ChevronLeft, ChevronRight, Download, X, ZoomIn, ZoomOut } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useEffect, useState } from "react";
import { downloadUrl, fileUrl } from "../../api/files.ts";
import type { StoredFile } from "../../api/types.ts";
import { Placeholder } from "../../chat/files/Placeholder.tsx";
import { useMedia } from "../../chat/files/useMedia.ts";
import { bytes } from "../../i18n/format.ts";
import { useTranslation } from "../../i18n/index.ts";
import { Button } from "../../ui/Button.tsx";
import { cx } from "../../ui/cx.ts";
import { useLayer } from "../../ui/layers.ts";
import { Spinner } from "../../ui/Spinner.tsx";
import { useZoom } from "./useZoom.ts";
import "../../chat/files/words.ts";

const tool =
  "transition-tone grid size-10 shrink-0 place-items-center rounded-m text-on-night no-underline hover:bg-night-hover focus-visible:outline-on-night aria-disabled:cursor-not-allowed aria-disabled:opacity-40 pointer-coarse:size-11 [&>svg]:size-5";

/** Images one at a time over the whole screen: keys, wheel and fingers move and magnify them. */
export function Lightbox({
  images,
  at: first,
  open,
  places,
  onClose,
}: {
  images: readonly StoredFile[];
  at: number;
  open: boolean;
  /** As of `useLayer`. */
  places: number;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const [at, setAt] = useState(first);
  // biome-ignore lint/correctness/useExhaustiveDependencies: other images begin where they say
  useEffect(() => setAt(first), [first, images]);
  const file = images[at];
  const move = (by: number) => setAt((now) => Math.min(Math.max(now + by, 0), images.length - 1));
  const zoom = useZoom({ key: file?.id ?? "", open, onSwipe: move, onPullDown: onClose });
  useLayer(open, onClose, places);
  if (!file) return null;

  function onKeyDown(event: KeyboardEvent) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const act = new Map([
      ["ArrowLeft", () => move(-1)],
      ["ArrowRight", () => move(1)],
      ["Home", () => setAt(0)],
      ["End", () => setAt(images.length - 1)],
      ["+", zoom.larger],
      ["=", zoom.larger],
      ["-", zoom.smaller],
      ["0", zoom.reset],
    ]).get(event.key);
    if (!act) return;
    event.preventDefault();
    act();
  }

  const place = { name: file.name, at: at + 1, count: images.length };
  return (
    <Dialog.Root open={open} onOpenChange={(next) => (next ? undefined : onClose())}>
      <Dialog.Portal>
        <Dialog.Backdrop className="transition-tone fixed inset-0 z-40 bg-night data-[ending-style]:opacity-0 data-[starting-style]:opacity-0" />
        <Dialog.Popup
          onKeyDown={onKeyDown}
          className="transition-tone fixed inset-0 z-40 flex flex-col text-on-night outline-none data-[ending-style]:opacity-0 data-[starting-style]:opacity-0"
        >
          <div className="flex items-center gap-1 px-3 pt-[max(0.5rem,env(safe-area-inset-top))] pb-2">
            <Dialog.Title className="min-w-0 flex-1 px-1">
              <span className="sr-only">{t("files.lightbox.title", place)}</span>
              <span aria-hidden="true" className="block truncate font-semibold text-m">
                {file.name}
              </span>
              <span aria-hidden="true" className="block truncate text-xs">
                {images.length > 1 ? `${t("files.lightbox.counter", place)} · ` : ""}
                {bytes(file.size)}
              </span>
            </Dialog.Title>
            <Tool label={t("files.lightbox.zoom_out")} onClick={zoom.smaller} off={zoom.least}>
              <ZoomOut aria-hidden="true" />
            </Tool>
            <Tool label={t("files.lightbox.zoom_in")} onClick={zoom.larger} off={zoom.most}>
              <ZoomIn aria-hidden="true" />
            </Tool>
            <a
              href={downloadUrl(file.id)}
              download={file.name}
              aria-label={t("files.lightbox.download")}
              title={t("files.lightbox.download")}
              className={tool}
            >
              <Download aria-hidden="true" />
            </a>
            <Dialog.Close aria-label={t("ui.close")} title={t("ui.close")} className={tool}>
              <X aria-hidden="true" />
            </Dialog.Close>
          </div>
          <div className="relative min-h-0 flex-1">
            <Stage key={file.id} file={file} zoom={zoom} />
            {images.length > 1 ? (
              <>
                <Tool
                  label={t("files.lightbox.previous")}
                  onClick={() => move(-1)}
                  off={at === 0}
                  className="absolute inset-y-0 left-2 my-auto bg-night/60 max-sm:hidden"
                >
                  <ChevronLeft aria-hidden="true" />
                </Tool>
                <Tool
                  label={t("files.lightbox.next")}
                  onClick={() => move(1)}
                  off={at === images.length - 1}
                  className="absolute inset-y-0 right-2 my-auto bg-night/60 max-sm:hidden"
                >
                  <ChevronRight aria-hidden="true" />
                </Tool>
              </>
            ) : null}
          </div>
          <div aria-live="polite" className="sr-only">
            {t("files.lightbox.title", place)}
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** A button that keeps the focus while it goes no further, for the keys to go on working. */
function Tool({
  label,
  off,
  className,
  onClick,
  children,
}: {
  label: string;
  off: boolean;
  className?: string;
  onClick: () => void;
  children: ReactNode;
}) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      aria-disabled={off}
      className={cx(tool, className)}
      onClick={off ? undefined : onClick}
    >
      {children}
    </button>
  );
}

/** One image, as large as fits, from where it can be magnified. */
function Stage({ file, zoom }: { file: StoredFile; zoom: ReturnType<typeof useZoom> }) {
  const { t } = useTranslation();
  const { state, src, retry, onReady, onError } = useMedia(fileUrl(file.id));
  const { width, height } = file;
  const ratio = width && height ? width / height : null;
  return (
    <div
      {...zoom.handlers}
      ref={zoom.frame}
      className={cx(
        "absolute inset-0 grid touch-none select-none place-items-center overflow-hidden",
        zoom.scale > 1 ? "cursor-grab active:cursor-grabbing" : "cursor-zoom-in",
      )}
    >
      {state === "failed" || state === "gone" ? (
        <div role="alert" className="flex flex-col items-center gap-3 p-6 text-center">
          {t(state === "gone" ? "files.gone" : "files.failed")}
          {state === "failed" ? <Button onClick={retry}>{t("files.retry")}</Button> : null}
        </div>
      ) : (
        <div
          className="relative max-h-full max-w-full overflow-hidden"
          style={{
            transform: `translate(${zoom.x}px, ${zoom.y}px) scale(${zoom.scale})`,
            // The place is there before the image is: as wide as it is, and as the screen's width and height allow.
            ...(ratio && width ? { aspectRatio: `${ratio}`, width: `min(${width}px, 100cqw, ${ratio * 100}cqh)` } : {}),
          }}
        >
          <Placeholder hash={state === "ready" ? null : file.placeholder} />
          <img
            src={src ?? undefined}
            alt={t("files.image", { name: file.name })}
            draggable={false}
            onLoad={onReady}
            onError={onError}
            className={cx("relative block size-full object-contain", state === "loading" && "opacity-0")}
          />
          {state === "loading" ? (
            <span role="status" aria-busy="true" className="absolute inset-0 grid place-items-center">
              <span className="sr-only">{t("files.lightbox.loading")}</span>
              <Spinner />
            </span>
          ) : null}
        </div>
      )}
    </div>
  );
}
