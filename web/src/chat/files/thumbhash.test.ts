import { describe, expect, it } from "vitest";
import { readThumbhash } from "./thumbhash.ts";

/** A thumbhash without waves: one colour. */
function plain(light: number, yellow: number, red: number, landscape: boolean, other: number): string {
  const head = light | (yellow << 6) | (red << 12);
  const tail = other | (landscape ? 1 << 15 : 0);
  const bytes = [head & 255, (head >> 8) & 255, (head >> 16) & 255, tail & 255, (tail >> 8) & 255];
  return btoa(String.fromCharCode(...bytes, ...new Array<number>(20).fill(0x77)));
}

describe("a thumbhash", () => {
  it("becomes a picture of its image's shape", () => {
    expect(readThumbhash(plain(40, 32, 32, true, 4))).toMatchObject({ width: 32, height: 18 });
    expect(readThumbhash(plain(40, 32, 32, false, 4))).toMatchObject({ width: 18, height: 32 });
    expect(readThumbhash(plain(40, 32, 32, true, 7))).toMatchObject({ width: 32, height: 32 });
  });

  it("has its image's colours", () => {
    const pixel = (text: string) => [...(readThumbhash(text)?.data.slice(0, 4) ?? [])];
    const [r = 0, g = 0, b = 0, a] = pixel(plain(63, 32, 32, true, 5));
    expect(Math.min(r, g, b)).toBeGreaterThan(240);
    expect(a).toBe(255);
    const warm = pixel(plain(40, 50, 50, true, 5));
    expect(warm[0]).toBeGreaterThan(warm[2] ?? 255);
  });

  it("that is none is nothing", () => {
    expect(readThumbhash("")).toBeNull();
    expect(readThumbhash("AA==")).toBeNull();
    expect(readThumbhash("no base64!")).toBeNull();
  });
});
