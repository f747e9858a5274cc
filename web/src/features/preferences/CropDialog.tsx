import { type KeyboardEvent, type PointerEvent, useEffect, useId, useRef, useState } from "react";
import { explainAll } from "../../i18n/explain.ts";
import { percent } from "../../i18n/format.ts";
import { useTranslation } from "../../i18n/index.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { Notice } from "../../ui/states.tsx";
import { type Crop, cut, inside, middle, squareOf, zoomMost } from "./crop.ts";

/** How far an arrow key moves the picture, as a share of the frame. */
const step = 0.03;
const ways = new Map<string, readonly [number, number]>([
  ["ArrowLeft", [step, 0]],
  ["ArrowRight", [-step, 0]],
  ["ArrowUp", [0, step]],
  ["ArrowDown", [0, -step]],
]);

/** Chooses the square of an image that becomes one's picture. */
export function CropDialog({
  image,
  onClose,
  onSave,
}: {
  image: File;
  onClose: () => void;
  onSave: (square: Blob) => Promise<void>;
}) {
  const { t } = useTranslation();
  const zoomId = useId();
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [bitmap, setBitmap] = useState<ImageBitmap | null>(null);
  const [crop, setCrop] = useState(middle);
  const [failure, setFailure] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const last = useRef<{ x: number; y: number } | null>(null);

  useEffect(() => {
    let wanted = true;
    createImageBitmap(image).then(
      (made) => (wanted ? setBitmap(made) : made.close()),
      () => wanted && setFailure(t("preferences.account.picture_unreadable")),
    );
    return () => {
      wanted = false;
    };
  }, [image, t]);

  useEffect(() => {
    const area = canvas.current;
    const context = area?.getContext("2d");
    if (!area || !context || !bitmap) return;
    const { left, top, side } = squareOf(bitmap, crop);
    context.clearRect(0, 0, area.width, area.height);
    context.imageSmoothingQuality = "high";
    context.drawImage(bitmap, left, top, side, side, 0, 0, area.width, area.height);
  }, [bitmap, crop]);

  function change(make: (now: Crop) => Crop) {
    if (bitmap) setCrop((now) => inside(bitmap, make(now)));
  }

  /** By shares of the frame. */
  function move(x: number, y: number) {
    if (!bitmap) return;
    const side = Math.min(bitmap.width, bitmap.height);
    change((now) => ({
      ...now,
      x: now.x - (x * side) / now.zoom / bitmap.width,
      y: now.y - (y * side) / now.zoom / bitmap.height,
    }));
  }

  function onKeyDown(event: KeyboardEvent) {
    const way = ways.get(event.key);
    const by = event.key === "+" ? 1.1 : event.key === "-" ? 1 / 1.1 : null;
    if (way) move(way[0], way[1]);
    else if (by !== null) change((now) => ({ ...now, zoom: now.zoom * by }));
    else return;
    event.preventDefault();
  }

  function release() {
    last.current = null;
  }

  function onPointerMove(event: PointerEvent<HTMLElement>) {
    if (!last.current) return;
    const { width } = event.currentTarget.getBoundingClientRect();
    move((event.clientX - last.current.x) / width, (event.clientY - last.current.y) / width);
    last.current = { x: event.clientX, y: event.clientY };
  }

  async function save() {
    if (!bitmap) return;
    setBusy(true);
    setFailure(null);
    try {
      await onSave(await cut(bitmap, crop));
    } catch (error) {
      setFailure(explainAll(error));
    } finally {
      setBusy(false);
    }
  }

  return (
    <Dialog
      open
      onClose={onClose}
      title={t("preferences.account.crop_title")}
      description={t("preferences.account.crop_more")}
      initialFocus={frame}
      footer={
        <>
          <Button onClick={onClose}>{t("preferences.account.crop_cancel")}</Button>
          <Button tone="primary" busy={busy} disabled={!bitmap} onClick={() => void save()}>
            {t("preferences.account.crop_save")}
          </Button>
        </>
      }
    >
      <div
        ref={frame}
        role="application"
        aria-label={t("preferences.account.crop_area")}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys move what is in it
        tabIndex={0}
        onKeyDown={onKeyDown}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          last.current = { x: event.clientX, y: event.clientY };
        }}
        onPointerMove={onPointerMove}
        onPointerUp={release}
        onPointerCancel={release}
        className="mx-auto mt-1 aspect-square w-64 max-w-full cursor-grab touch-none overflow-hidden rounded-avatar bg-sunken active:cursor-grabbing"
      >
        <canvas ref={canvas} width={512} height={512} className="size-full" />
      </div>
      <label htmlFor={zoomId} className="mt-4 flex items-center gap-3 text-s">
        <span className="font-semibold">{t("preferences.account.crop_zoom")}</span>
        <input
          id={zoomId}
          type="range"
          min={1}
          max={zoomMost}
          step={0.05}
          value={crop.zoom}
          aria-valuetext={percent(crop.zoom)}
          onChange={(event) => {
            const zoom = Number(event.target.value);
            change((now) => ({ ...now, zoom }));
          }}
          className="min-w-0 flex-1 pointer-coarse:h-11"
        />
      </label>
      {failure ? <Notice className="mt-4">{failure}</Notice> : null}
    </Dialog>
  );
}
