import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const css = readFileSync(new URL("../styles/theme.css", import.meta.url), "utf8");

/** The value of a colour of the theme in one scheme. */
function colour(name: string, scheme: "light" | "dark"): string {
  const [, value = ""] = new RegExp(`--color-${name}:\\s*([^;]+);`).exec(css) ?? [];
  const [, light, dark] = /^light-dark\(\s*(#\w+),\s*(#\w+)\s*\)$/.exec(value) ?? [];
  return (scheme === "light" ? light : dark) ?? value;
}

function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(a: string, b: string): number {
  const [dim = 0, bright = 0] = [luminance(a), luminance(b)].toSorted((one, other) => one - other);
  return (bright + 0.05) / (dim + 0.05);
}

const grounds = ["canvas", "rail", "raised", "hover", "code", "accent-soft", "mention"];

describe.each(["light", "dark"] as const)("the %s theme", (scheme) => {
  it.each(grounds)("keeps text readable on %s: 7:1", (ground) => {
    expect(contrast(colour("text", scheme), colour(ground, scheme))).toBeGreaterThanOrEqual(7);
  });

  it.each(["muted", "faint", "link", "accent", "danger"])("keeps %s words readable where they stand: 4.5:1", (word) => {
    for (const ground of ["canvas", "rail", "raised"]) {
      expect(contrast(colour(word, scheme), colour(ground, scheme))).toBeGreaterThanOrEqual(4.5);
    }
  });

  it.each([
    ["on-accent", "accent"],
    ["on-accent", "accent-strong"],
    ["on-danger", "danger"],
    ["on-danger", "danger-strong"],
    ["danger", "danger-soft"],
    ["accent", "accent-soft"],
    ["on-mention", "mention-line"],
  ])("keeps %s on %s readable: 4.5:1", (word, ground) => {
    expect(contrast(colour(word, scheme), colour(ground, scheme))).toBeGreaterThanOrEqual(4.5);
  });

  it("draws the edge of fields so that they are found: 3:1", () => {
    for (const ground of ["canvas", "raised"]) {
      expect(contrast(colour("field", scheme), colour(ground, scheme))).toBeGreaterThanOrEqual(3);
    }
  });
});

describe("people", () => {
  it.each(Array.from({ length: 12 }, (_, index) => index + 1))("have white initials readable on ground %i", (index) => {
    expect(contrast(colour(`person-${index}`, "light"), "#ffffff")).toBeGreaterThanOrEqual(4.5);
  });
});
