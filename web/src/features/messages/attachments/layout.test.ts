import { expect, it } from "vitest";
import { columnsOf, placeOfOne } from "./layout.ts";

it("one image keeps its shape within bounds", () => {
  expect(placeOfOne(1600, 1200)).toEqual({ width: 420, height: 315 });
  expect(placeOfOne(1000, 2000)).toEqual({ width: 160, height: 320 });
  expect(placeOfOne(100, 90)).toEqual({ width: 100, height: 90 });
});

it("a strip is cut rather than shown as a line", () => {
  expect(placeOfOne(20, 4000)).toEqual({ width: 96, height: 320 });
  expect(placeOfOne(4000, 10)).toEqual({ width: 420, height: 72 });
});

it("several stand two or three beside each other", () => {
  expect([2, 3, 4, 5, 10].map(columnsOf)).toEqual([2, 3, 2, 3, 3]);
});
