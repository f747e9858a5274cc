import { Outlet } from "@tanstack/react-router";
import { Suspense } from "react";
import { TooltipProvider } from "../ui/Tooltip.tsx";
import { Toasts } from "../ui/toast.tsx";
import { useAccent } from "./accent.ts";

export { HomeScreen } from "./workspace/HomeScreen.tsx";
export { RoomScreen } from "./workspace/RoomScreen.tsx";
export { UnreadsScreen } from "./workspace/UnreadsScreen.tsx";
export { WorkspaceLayout } from "./workspace/WorkspaceLayout.tsx";

/** What surrounds every page of somebody who is signed in. */
export function Desk() {
  useAccent();
  return (
    <TooltipProvider>
      <Outlet />
      <Suspense>
        <Toasts />
      </Suspense>
    </TooltipProvider>
  );
}
