import { lazy, Suspense, useEffect, useState } from "react";
import { useOverlay } from "../../chat/overlay.tsx";

const load = () => import("./OverlayDialogs.tsx");
const OverlayDialogs = lazy(async () => ({ default: (await load()).OverlayDialogs }));

/** What lies over the main screen; its code comes once the screen itself is there. */
export function Overlays() {
  const { overlay } = useOverlay();
  const [loaded, setLoaded] = useState(false);
  useEffect(() => {
    let wanted = true;
    // Where this fails, the first dialog that is asked for tries again.
    load().then(
      () => wanted && setLoaded(true),
      () => {},
    );
    return () => {
      wanted = false;
    };
  }, []);
  return loaded || overlay ? (
    <Suspense>
      <OverlayDialogs />
    </Suspense>
  ) : null;
}
