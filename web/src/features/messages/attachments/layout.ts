/** How large attachments stand in the list: known before any of their bytes are, so that nothing moves when they come. */

/** One image alone is at most so large. */
const mostWidth = 420;
const mostHeight = 320;
/** A strip is cut rather than shown as a line. */
const leastWidth = 96;
const leastHeight = 72;

/** The place of an image that stands alone. */
export function placeOfOne(width: number, height: number): { readonly width: number; readonly height: number } {
  const scale = Math.min(1, mostWidth / width, mostHeight / height);
  return {
    width: Math.max(Math.round(width * scale), leastWidth),
    height: Math.max(Math.round(height * scale), leastHeight),
  };
}

/** In how many columns several images stand. */
export function columnsOf(count: number): 2 | 3 {
  return count === 2 || count === 4 ? 2 : 3;
}
