import { Mark } from "../ui/Mark.tsx";
import { useWorkspaceSettings } from "./workspace.ts";

/** The workspace's own icon, or Parley's mark. Decoration: the name stands beside it. */
export function WorkspaceMark({ size = "m" }: { size?: "m" | "l" }) {
  const icon = useWorkspaceSettings()?.icon;
  if (!icon) return <Mark size={size} />;
  const look = size === "m" ? "size-7 rounded-[9px]" : "size-11 rounded-l";
  return <img src={iconAddress(icon)} alt="" className={`${look} shrink-0 object-cover`} />;
}

/** Where the icon is; another icon has another address, so that no cache shows the old one. */
export function iconAddress(icon: string): string {
  return `/api/v1/workspace/icon?v=${encodeURIComponent(icon)}`;
}
