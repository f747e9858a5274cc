/**
 * A workspace's own accent. People choose one colour; what is read on it and beside it must hold its contrast in both themes,
 * so lightness is moved as far as that needs, and no further, and the hue stays.
 */

/** The grounds that an accent is read on, by their luminance: the darkest of the light theme, the lightest of the dark one. */
export const lightGround = 0.83;
export const darkGround = 0.0185;

/** What words need against their ground, with a little to spare for rounding. */
const enough = 4.6;

/** The properties of the theme that an accent changes, each with its light and its dark value. */
export type AccentTokens = Readonly<Record<`--color-${string}`, string>>;

/** One theme's colours made from an accent, as `#rrggbb`. */
export interface Shades {
  readonly accent: string;
  readonly strong: string;
  readonly soft: string;
  readonly on: string;
  readonly selection: string;
  /** The chosen colour couldn't stay as it is. */
  readonly corrected: boolean;
}

/** Whether a text is a colour as the workspace keeps it. */
export function isColour(text: string): boolean {
  return /^#[0-9a-f]{6}$/i.test(text);
}

/** The colours of both themes. */
export function shadesOf(accent: string): { readonly light: Shades; readonly dark: Shades } {
  const chosen = toLch(accent);
  return { light: lightShades(chosen, accent), dark: darkShades(chosen, accent) };
}

/** The same as the theme's properties, to be set on an element. */
export function accentTokens(accent: string): AccentTokens {
  const { light, dark } = shadesOf(accent);
  const pair = (name: keyof Omit<Shades, "corrected">) => `light-dark(${light[name]}, ${dark[name]})`;
  return {
    "--color-accent": pair("accent"),
    "--color-accent-strong": pair("strong"),
    "--color-accent-soft": pair("soft"),
    "--color-on-accent": pair("on"),
    "--color-link": `light-dark(${light.accent}, ${dark.strong})`,
    "--color-selection": pair("selection"),
  };
}

/** The contrast of two colours, from 1 to 21 (WCAG 2). */
export function contrast(a: string, b: string): number {
  return ratio(luminance(a), luminance(b));
}

function lightShades(chosen: Lch, as: string): Shades {
  const soft = toHex({ l: 0.945, c: Math.min(chosen.c, 0.03), h: chosen.h });
  const grounds = Math.min(lightGround, luminance(soft));
  const holds = (hex: string) => ratio(luminance(hex), grounds) >= enough;
  const accent = moved(chosen, as, -1, holds);
  const { l, c, h } = toLch(accent);
  return {
    accent,
    strong: toHex({ l: l - 0.06, c, h }),
    soft,
    on: "#ffffff",
    selection: toHex({ l: 0.89, c: Math.min(c, 0.05), h }),
    corrected: accent !== as.toLowerCase(),
  };
}

function darkShades(chosen: Lch, as: string): Shades {
  const soft = toHex({ l: 0.29, c: Math.min(chosen.c, 0.04), h: chosen.h });
  const grounds = Math.max(darkGround, luminance(soft));
  const holds = (hex: string) => ratio(luminance(hex), grounds) >= enough;
  const accent = moved(chosen, as, 1, holds);
  const { l, c, h } = toLch(accent);
  return {
    accent,
    strong: toHex({ l: Math.min(l + 0.06, 1), c, h }),
    soft,
    on: toHex({ l: 0.2, c: Math.min(c, 0.03), h }),
    selection: toHex({ l: 0.42, c: Math.min(c, 0.07), h }),
    corrected: accent !== as.toLowerCase(),
  };
}

/** The colour itself, or the nearest lightness in a direction that holds. */
function moved({ l, c, h }: Lch, as: string, direction: 1 | -1, holds: (hex: string) => boolean): string {
  if (holds(as)) return as.toLowerCase();
  for (let step = 1; step <= 200; step += 1) {
    const hex = toHex({ l: l + direction * step * 0.005, c, h });
    if (holds(hex)) return hex;
  }
  return direction < 0 ? "#000000" : "#ffffff";
}

function ratio(a: number, b: number): number {
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

/** How light a colour is to the eye, from 0 to 1 (WCAG 2). */
export function luminance(hex: string): number {
  const [r, g, b] = linear(hex);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

type Triple = readonly [number, number, number];

function linear(hex: string): Triple {
  const value = Number.parseInt(hex.slice(1), 16);
  const channel = (shift: number) => {
    const part = ((value >> shift) & 255) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  };
  return [channel(16), channel(8), channel(0)];
}

/** Lightness, chroma and hue as the eye tells them (OKLCH). */
interface Lch {
  readonly l: number;
  readonly c: number;
  readonly h: number;
}

function toLch(hex: string): Lch {
  const [r, g, b] = linear(hex);
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  const a = 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s;
  const bb = 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s;
  return { l: 0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s, c: Math.hypot(a, bb), h: Math.atan2(bb, a) };
}

/** As text; a colour that screens can't show loses chroma until they can. */
function toHex({ l, c, h }: Lch): string {
  const lightness = Math.min(Math.max(l, 0), 1);
  for (let chroma = c; chroma > 0; chroma -= 0.004) {
    const channels = toLinear(lightness, chroma, h);
    if (channels.every((part) => part > -0.0005 && part < 1.0005)) return written(channels);
  }
  return written(toLinear(lightness, 0, h));
}

function toLinear(lightness: number, chroma: number, hue: number): Triple {
  const a = chroma * Math.cos(hue);
  const b = chroma * Math.sin(hue);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
}

function written(channels: Triple): string {
  const parts = channels.map((part) => {
    const clipped = Math.min(Math.max(part, 0), 1);
    const shown = clipped <= 0.0031308 ? clipped * 12.92 : 1.055 * clipped ** (1 / 2.4) - 0.055;
    return Math.round(shown * 255)
      .toString(16)
      .padStart(2, "0");
  });
  return `#${parts.join("")}`;
}
