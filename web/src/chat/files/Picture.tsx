import { ImageOff, RotateCw } from "lucide-react";
import { useEffect, useState } from "react";
import type { StoredFile } from "../../api/types.ts";
import { useEngine } from "../../context/engine.tsx";
import { useTranslation } from "../../i18n/index.ts";
import { cx } from "../../ui/cx.ts";
import { Placeholder } from "./Placeholder.tsx";
import { smallAddress } from "./smallAddress.ts";
import { useMedia } from "./useMedia.ts";
import { useObjectUrl } from "./useObjectUrl.ts";
import "./words.ts";

/** A file's image in little, filling the place that is reserved for it; blurred until it is there. */
export function Picture({ file, className }: { file: StoredFile; className?: string }) {
  const engine = useEngine();
  const { t } = useTranslation();
  // What was just sent is shown from this page's memory.
  const [own, setOwn] = useState(() => engine.bytesOf(file.id));
  const ownUrl = useObjectUrl(own);
  const [small, setSmall] = useState(() => smallAddress(file));
  // What is shown goes on being shown when its small picture is made later.
  useEffect(() => setSmall((before) => before ?? smallAddress(file)), [file]);
  const { state, src, retry, onReady, onError } = useMedia(own ? ownUrl : small);
  return (
    <span className={cx("relative block overflow-hidden bg-sunken", className)}>
      {/* Nothing shines through what is transparent. */}
      <Placeholder hash={state === "ready" ? null : file.placeholder} />
      {src && (state === "loading" || state === "ready") ? (
        <img
          src={src}
          alt=""
          decoding="async"
          draggable={false}
          onLoad={onReady}
          // What this page holds may be of a kind that only the server can read.
          onError={own ? () => setOwn(null) : onError}
          className={cx("absolute inset-0 size-full object-cover", state === "loading" && "opacity-0")}
        />
      ) : null}
      {state === "failed" || state === "gone" ? (
        <Trouble text={t(state === "gone" ? "files.gone" : "files.failed")} name={file.name} />
      ) : null}
      {state === "failed" ? <RetryImage name={file.name} onRetry={retry} /> : null}
    </span>
  );
}

function Trouble({ text, name }: { text: string; name: string }) {
  return (
    <span className="absolute inset-0 flex flex-col items-center justify-center gap-1 bg-sunken p-2 text-center text-muted text-xs">
      <ImageOff aria-hidden="true" className="size-5 text-faint" />
      <span className="max-w-full truncate">{name}</span>
      <span>{text}</span>
    </span>
  );
}

/** Lies over the button that opens the picture, which has nothing to open now. */
function RetryImage({ name, onRetry }: { name: string; onRetry: () => void }) {
  const { t } = useTranslation();
  return (
    <button
      type="button"
      aria-label={t("files.retry_named", { name })}
      onClick={onRetry}
      className="transition-tone absolute top-1.5 right-1.5 z-10 grid size-8 place-items-center rounded-row border border-line bg-raised text-text hover:bg-hover pointer-coarse:size-11"
    >
      <RotateCw aria-hidden="true" className="size-4" />
    </button>
  );
}
