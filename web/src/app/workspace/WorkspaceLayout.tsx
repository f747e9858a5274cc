import { Outlet } from "@tanstack/react-router";

/** The main screen's frame: the sidebar, and beside it what is open. */
export function WorkspaceLayout() {
  return (
    <div className="h-dvh overflow-hidden bg-canvas">
      <Outlet />
    </div>
  );
}
