/** Which square of an image is kept. */

/** A place in an image: where the square's middle is, as shares of width and height, and how much it is magnified. */
export interface Crop {
  readonly x: number;
  readonly y: number;
  /** 1 is the largest square that fits. */
  readonly zoom: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export const middle: Crop = { x: 0.5, y: 0.5, zoom: 1 };
export const zoomMost = 4;

/** The square in pixels of the image. */
export function squareOf({ width, height }: Size, crop: Crop) {
  const side = Math.min(width, height) / crop.zoom;
  return { left: crop.x * width - side / 2, top: crop.y * height - side / 2, side };
}

/** The nearest place at which the square lies inside of the image. */
export function inside(size: Size, { x, y, zoom }: Crop): Crop {
  const kept = Math.min(Math.max(zoom, 1), zoomMost);
  const side = Math.min(size.width, size.height) / kept;
  const clamp = (value: number, length: number) => {
    const half = side / 2 / length;
    return Math.min(Math.max(value, half), 1 - half);
  };
  return { x: clamp(x, size.width), y: clamp(y, size.height), zoom: kept };
}

/** The longest side of what is sent: sharp in every place that shows it. */
const sidePx = 512;

/** Cuts the square out; JPEG where nothing is see-through. */
export async function cut(image: ImageBitmap, crop: Crop): Promise<Blob> {
  const { left, top, side } = squareOf(image, crop);
  const canvas = document.createElement("canvas");
  canvas.width = Math.min(sidePx, Math.max(1, Math.round(side)));
  canvas.height = canvas.width;
  const context = canvas.getContext("2d");
  if (!context) throw new Error("This browser draws nothing.");
  context.imageSmoothingQuality = "high";
  context.drawImage(image, left, top, side, side, 0, 0, canvas.width, canvas.height);
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  const opaque = data.every((value, at) => at % 4 !== 3 || value === 255);
  return new Promise((resolve, reject) => {
    const made = (blob: Blob | null) => (blob ? resolve(blob) : reject(new Error("This browser made no image.")));
    if (opaque) canvas.toBlob(made, "image/jpeg", 0.9);
    else canvas.toBlob(made, "image/png");
  });
}
