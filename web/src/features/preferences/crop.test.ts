import { expect, it } from "vitest";
import { inside, middle, squareOf } from "./crop.ts";

const wide = { width: 400, height: 200 };

it("the square begins in the middle, as large as fits", () => {
  expect(squareOf(wide, middle)).toEqual({ left: 100, top: 0, side: 200 });
});

it("the square never leaves the image", () => {
  const { left, top, side } = squareOf(wide, inside(wide, { x: 2, y: -1, zoom: 2 }));
  expect({ left, top, side }).toEqual({ left: 300, top: 0, side: 100 });
  expect(inside(wide, { x: 0.5, y: 0.5, zoom: 99 }).zoom).toBe(4);
});
