import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { accentTokens, contrast, darkGround, lightGround, luminance, shadesOf } from "./accent.ts";

const theme = await readFile(new URL("../styles/theme.css", import.meta.url), "utf8");

/** A colour of the theme, light and dark. */
function pair(name: string): [string, string] {
  const [, light, dark] = theme.match(new RegExp(`--color-${name}: light-dark\\((#\\w{6}), (#\\w{6})\\)`)) ?? [];
  if (!light || !dark) throw new Error(`the theme has no ${name}`);
  return [light, dark];
}

const hues = ["#ff0000", "#ff8800", "#ffee00", "#88ff00", "#00cc44", "#00cccc", "#0066ff", "#5500ff", "#ff00aa"];
const chosen = [...hues, "#000000", "#ffffff", "#808080", "#0b6e69", "#1a1a2e", "#fff8dc", "#c0ffee", "#7f0000"];

describe("an accent of the workspace", () => {
  it("knows the grounds that it is read on", () => {
    for (const name of ["canvas", "rail", "raised", "sunken", "hover"]) {
      const [light, dark] = pair(name);
      expect(luminance(light), name).toBeGreaterThanOrEqual(lightGround);
      expect(luminance(dark), name).toBeLessThanOrEqual(darkGround);
    }
  });

  it.each(chosen)("%s can be read everywhere, in both themes", (accent) => {
    const { light, dark } = shadesOf(accent);
    for (const name of ["canvas", "rail", "raised", "sunken", "hover"]) {
      const [onLight, onDark] = pair(name);
      expect(contrast(light.accent, onLight), `${name}, light`).toBeGreaterThanOrEqual(4.5);
      expect(contrast(dark.accent, onDark), `${name}, dark`).toBeGreaterThanOrEqual(4.5);
    }
    for (const shades of [light, dark]) {
      for (const ground of [shades.accent, shades.strong]) {
        expect(contrast(shades.on, ground)).toBeGreaterThanOrEqual(4.5);
      }
      expect(contrast(shades.accent, shades.soft)).toBeGreaterThanOrEqual(4.5);
    }
    const [text, darkText] = pair("text");
    const [muted, darkMuted] = pair("muted");
    for (const ground of [light.soft, light.selection]) expect(contrast(text, ground)).toBeGreaterThanOrEqual(7);
    for (const ground of [dark.soft, dark.selection]) expect(contrast(darkText, ground)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(muted, light.soft)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(darkMuted, dark.soft)).toBeGreaterThanOrEqual(4.5);
  });

  it("stays as it was chosen where it holds", () => {
    expect(shadesOf("#0b6e69").light).toMatchObject({ accent: "#0b6e69", corrected: false });
    expect(shadesOf("#ffee00").light.corrected).toBe(true);
    expect(shadesOf("#ffee00").dark).toMatchObject({ accent: "#ffee00", corrected: false });
  });

  it("names properties that the theme has", () => {
    for (const name of Object.keys(accentTokens("#0066ff"))) expect(theme).toContain(`${name}: light-dark(`);
  });
});
