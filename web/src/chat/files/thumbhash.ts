/** Reads a thumbhash: an image's colours as a few cosine waves in about 25 bytes. */

/** A small picture, four bytes a pixel. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray<ArrayBuffer>;
}

/** The longer side of the picture that is made. */
const SIDE = 32;

interface Waves {
  readonly columns: number;
  readonly rows: number;
  readonly mean: number;
  readonly strengths: readonly number[];
}

/** The picture that base64 text stands for; `null` for what is no thumbhash. */
export function readThumbhash(text: string): Pixels | null {
  const hash = bytesOf(text);
  if (!hash || hash.length < 5) return null;
  const at = (index: number): number => hash[index] ?? 0;
  const head = at(0) | (at(1) << 8) | (at(2) << 16);
  const tail = at(3) | (at(4) << 8);
  const translucent = head >> 23 === 1;
  const landscape = tail >> 15 === 1;
  const long = translucent ? 5 : 7;
  const short = Math.max(tail & 7, 3);
  const [columns, rows] = landscape ? [long, short] : [short, long];

  let nibble = (translucent ? 6 : 5) * 2;
  const waves = (across: number, down: number, mean: number, scale: number): Waves => {
    const strengths: number[] = [];
    eachWave(across, down, () => {
      const value = (at(nibble >> 1) >> ((nibble & 1) * 4)) & 15;
      strengths.push((value / 7.5 - 1) * scale);
      nibble += 1;
    });
    return { columns: across, rows: down, mean, strengths };
  };
  const light = waves(columns, rows, (head & 63) / 63, ((head >> 18) & 31) / 31);
  // What was left out of these when they were rounded is made up for.
  const yellow = waves(3, 3, ((head >> 6) & 63) / 31.5 - 1, (((tail >> 3) & 63) / 63) * 1.25);
  const red = waves(3, 3, ((head >> 12) & 63) / 31.5 - 1, (((tail >> 9) & 63) / 63) * 1.25);
  const alpha = translucent ? waves(5, 5, (at(5) & 15) / 15, (at(5) >> 4) / 15) : null;

  const ratio = (landscape ? long : tail & 7) / (landscape ? tail & 7 : long) || 1;
  const width = Math.max(1, Math.round(ratio > 1 ? SIDE : SIDE * ratio));
  const height = Math.max(1, Math.round(ratio > 1 ? SIDE / ratio : SIDE));
  const data = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const value = (of: Waves): number => valueAt(of, (x + 0.5) / width, (y + 0.5) / height);
      const l = value(light);
      const q = value(red);
      const b = l - (2 / 3) * value(yellow);
      const r = (3 * l - b + q) / 2;
      data.set([r * 255, (r - q) * 255, b * 255, (alpha ? value(alpha) : 1) * 255], (y * width + x) * 4);
    }
  }
  return { width, height, data };
}

/** Walks a triangle of waves: the coarse ones, row by row, without the mean. */
function eachWave(columns: number, rows: number, visit: (column: number, row: number) => void): void {
  for (let row = 0; row < rows; row += 1) {
    for (let column = row === 0 ? 1 : 0; column * rows < columns * (rows - row); column += 1) visit(column, row);
  }
}

function valueAt({ columns, rows, mean, strengths }: Waves, x: number, y: number): number {
  let value = mean;
  let index = 0;
  eachWave(columns, rows, (column, row) => {
    const strength = strengths[index] ?? 0;
    // Strengths are kept halved.
    value += strength * Math.cos(Math.PI * x * column) * Math.cos(Math.PI * y * row) * 2;
    index += 1;
  });
  return value;
}

function bytesOf(text: string): Uint8Array | null {
  try {
    return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  } catch {
    return null;
  }
}
