import { createContext, type ReactNode, useContext, useMemo, useState } from "react";
import type { RoomId, StoredFile } from "../api/types.ts";

/** What lies over the main screen. */
export type Overlay =
  | { readonly kind: "jump" }
  | { readonly kind: "create_room" }
  | { readonly kind: "browse_rooms" }
  | { readonly kind: "start_direct" }
  | { readonly kind: "invite" }
  | { readonly kind: "shortcuts" }
  | { readonly kind: "room_details"; readonly room: RoomId }
  | { readonly kind: "room_files"; readonly room: RoomId }
  | {
      readonly kind: "images";
      readonly images: readonly StoredFile[];
      /** Which of them is shown first. */
      readonly at: number;
      /** What lies there again afterwards. */
      readonly back?: Overlay;
    };

interface Overlays {
  readonly overlay: Overlay | null;
  show(overlay: Overlay): void;
  close(): void;
}

const OverlayContext = createContext<Overlays>({ overlay: null, show: () => {}, close: () => {} });

/** Keeps the one thing that lies over the main screen, so that any feature can ask for any dialog. */
export function OverlayProvider({ children }: { children: ReactNode }) {
  const [overlay, setOverlay] = useState<Overlay | null>(null);
  const value = useMemo(() => ({ overlay, show: setOverlay, close: () => setOverlay(null) }), [overlay]);
  return <OverlayContext value={value}>{children}</OverlayContext>;
}

/** What lies over the main screen, and how to change it. */
export function useOverlay(): Overlays {
  return useContext(OverlayContext);
}
