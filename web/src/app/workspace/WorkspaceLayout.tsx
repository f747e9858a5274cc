import { Outlet, useRouterState } from "@tanstack/react-router";
import { OverlayProvider } from "../../chat/overlay.tsx";
import { ConnectionLine } from "../../features/shell/ConnectionLine.tsx";
import { useActivity } from "../../features/shell/useActivity.ts";
import { useShortcuts } from "../../features/shell/useShortcuts.ts";
import { Sidebar } from "../../features/sidebar/Sidebar.tsx";
import { cx } from "../../ui/cx.ts";
import { Overlays } from "./Overlays.tsx";

/** The main screen's frame: the sidebar, and beside it what is open; on a phone one of the two. */
export function WorkspaceLayout() {
  return (
    <OverlayProvider>
      <Frame />
    </OverlayProvider>
  );
}

function Frame() {
  useShortcuts();
  useActivity();
  const home = useRouterState({ select: (state) => state.location.pathname === "/" });
  return (
    <div className="grid h-dvh grid-cols-[264px_minmax(0,1fr)] overflow-hidden bg-canvas max-lg:grid-cols-[248px_minmax(0,1fr)] max-sm:grid-cols-1">
      <div className={cx("min-w-0", !home && "max-sm:hidden")}>
        <Sidebar connection={<ConnectionLine className="sm:hidden" />} />
      </div>
      <div className={cx("min-h-0 min-w-0", home && "max-sm:hidden")}>
        <Outlet />
      </div>
      <Overlays />
    </div>
  );
}
