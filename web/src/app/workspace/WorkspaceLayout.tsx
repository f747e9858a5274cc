import { Outlet, useRouterState } from "@tanstack/react-router";
import { OverlayProvider } from "../../chat/overlay.tsx";
import { ConnectionLine } from "../../features/shell/ConnectionLine.tsx";
import { useActivity } from "../../features/shell/useActivity.ts";
import { useShortcuts } from "../../features/shell/useShortcuts.ts";
import { Sidebar } from "../../features/sidebar/Sidebar.tsx";
import { useTranslation } from "../../i18n/index.ts";
import { cx } from "../../ui/cx.ts";
import { useWide } from "../../ui/useWide.ts";
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
  const { t } = useTranslation();
  const wide = useWide();
  const home = useRouterState({ select: (state) => state.location.pathname === "/" });
  // On a phone the sidebar is the page one comes home to.
  const HomePane = home && !wide ? "main" : "div";
  return (
    <div className="grid h-dvh grid-cols-[264px_minmax(0,1fr)] overflow-hidden bg-canvas max-lg:grid-cols-[248px_minmax(0,1fr)] max-sm:grid-cols-1">
      <HomePane className={cx("min-w-0", !home && "max-sm:hidden")}>
        {home && !wide ? <h1 className="sr-only">{t("sidebar.name")}</h1> : null}
        <Sidebar connection={wide ? null : <ConnectionLine className="mb-2" />} />
      </HomePane>
      <div className={cx("min-h-0 min-w-0", home && "max-sm:hidden")}>
        <Outlet />
      </div>
      <Overlays />
    </div>
  );
}
