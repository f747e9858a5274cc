import { useEffect } from "react";
import { useWorkspaceSettings } from "../chat/workspace.ts";
import { inTheEnd } from "../ui/late.ts";

/** Known to `public/theme.js` too, which applies what is kept there before the first paint. */
const key = "parley.accent";
let wanted: string | null | undefined;
let code: Promise<typeof import("../ui/accent.ts")> | undefined;

/** Gives the app the workspace's own accent, and takes it back when it is unset. */
export function useAccent(): void {
  const accent = useWorkspaceSettings()?.accent;
  useEffect(() => {
    if (accent !== undefined) void apply(accent);
  }, [accent]);
}

async function apply(accent: string | null): Promise<void> {
  wanted = accent;
  code ??= inTheEnd(() => import("../ui/accent.ts"));
  const { accentTokens, isColour } = await code;
  // Another one was chosen while the code for it came.
  if (wanted !== accent) return;
  const { style } = document.documentElement;
  const own = accent !== null && isColour(accent);
  const tokens = accentTokens(own ? accent : "#000000");
  for (const [name, value] of Object.entries(tokens)) {
    if (own) style.setProperty(name, value);
    else style.removeProperty(name);
  }
  try {
    if (own) localStorage.setItem(key, JSON.stringify(tokens));
    else localStorage.removeItem(key);
  } catch {
    // Storage may be closed to us: then the next page starts with Parley's own colours.
  }
}
