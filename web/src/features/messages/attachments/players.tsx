import { fileUrl, thumbnailUrl } from "../../../api/files.ts";
import type { StoredFile } from "../../../api/types.ts";
import { type MediaState, useMedia } from "../../../chat/files/useMedia.ts";
import { useTranslation } from "../../../i18n/index.ts";
import { Button } from "../../../ui/Button.tsx";
import { FileLine } from "./FileCard.tsx";

/** A video in its place; only its beginning is fetched until somebody plays it. */
export function VideoBox({ file }: { file: StoredFile }) {
  const { t } = useTranslation();
  const { state, src, retry, onReady, onError } = useMedia(fileUrl(file.id));
  return (
    <div className="w-full max-w-[420px] overflow-hidden rounded-m border border-line bg-canvas">
      <div className="relative aspect-video bg-sunken">
        {state === "failed" || state === "gone" ? (
          <Unplayable state={state} onRetry={retry} />
        ) : (
          <video
            key={src}
            controls
            playsInline
            preload="metadata"
            src={src ?? undefined}
            aria-label={t("files.video", { name: file.name })}
            onLoadedMetadata={onReady}
            onError={onError}
            className="absolute inset-0 size-full bg-night object-contain"
            {...(file.thumbnail ? { poster: thumbnailUrl(file.id) } : {})}
          />
        )}
      </div>
      <FileLine file={file} className="p-2" />
    </div>
  );
}

/** A sound with its controls. */
export function AudioCard({ file }: { file: StoredFile }) {
  const { t } = useTranslation();
  const { state, src, retry, onReady, onError } = useMedia(fileUrl(file.id));
  return (
    <div className="w-full max-w-[420px] rounded-m border border-line bg-canvas p-2">
      <FileLine file={file} />
      <div className="relative mt-2 h-[54px]">
        {state === "failed" || state === "gone" ? (
          <Unplayable state={state} onRetry={retry} />
        ) : (
          // biome-ignore lint/a11y/useMediaCaption: what people send has no captions
          <audio
            key={src}
            controls
            preload="metadata"
            src={src ?? undefined}
            aria-label={t("files.audio", { name: file.name })}
            onLoadedMetadata={onReady}
            onError={onError}
            className="size-full"
          />
        )}
      </div>
    </div>
  );
}

function Unplayable({ state, onRetry }: { state: MediaState; onRetry: () => void }) {
  const { t } = useTranslation();
  return (
    <div className="absolute inset-0 flex flex-wrap items-center justify-center gap-x-3 gap-y-1 p-2 text-muted text-s">
      {t(state === "gone" ? "files.gone" : "files.unplayable")}
      {state === "failed" ? <Button onClick={onRetry}>{t("files.retry")}</Button> : null}
    </div>
  );
}
