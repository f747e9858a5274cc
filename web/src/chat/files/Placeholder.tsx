import { useEffect, useRef } from "react";
import { readThumbhash } from "./thumbhash.ts";

/** What an image looks like from afar, until it is there. */
export function Placeholder({ hash }: { hash: string | null }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const pixels = hash === null ? null : readThumbhash(hash);
    const context = pixels ? canvas.current?.getContext("2d") : null;
    if (!canvas.current || !pixels || !context) return;
    canvas.current.width = pixels.width;
    canvas.current.height = pixels.height;
    context.putImageData(new ImageData(pixels.data, pixels.width, pixels.height), 0, 0);
  }, [hash]);
  return hash === null ? null : (
    <span aria-hidden="true" className="absolute inset-0">
      <canvas ref={canvas} width={1} height={1} className="size-full object-cover" />
    </span>
  );
}
