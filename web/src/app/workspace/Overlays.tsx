import { Suspense, useEffect, useState } from "react";
import { late } from "../../ui/late.ts";

const { Component: OverlayDialogs } = late(async () => (await import("./OverlayDialogs.tsx")).OverlayDialogs);

/** What lies over the main screen; its code comes once the screen itself is there. */
export function Overlays() {
  const [there, setThere] = useState(false);
  useEffect(() => setThere(true), []);
  return there ? (
    <Suspense>
      <OverlayDialogs />
    </Suspense>
  ) : null;
}
