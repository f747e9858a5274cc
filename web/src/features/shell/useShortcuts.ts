import { useNavigate, useParams } from "@tanstack/react-router";
import { useEffect } from "react";
import { useOverlay } from "../../chat/overlay.tsx";
import { sortedRooms } from "../../chat/rooms.tsx";
import { useEngine } from "../../context/engine.tsx";
import { select } from "../../sync/select.ts";

/** The keys that work everywhere on the main screen. */
export function useShortcuts(): void {
  const engine = useEngine();
  const { overlay, show, close } = useOverlay();
  const navigate = useNavigate();
  const { roomId } = useParams({ strict: false }) as { roomId?: string };
  useEffect(() => {
    function onKeyDown(event: KeyboardEvent) {
      if (event.isComposing || event.defaultPrevented) return;
      const command = event.ctrlKey || event.metaKey;
      if (command && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "k") {
        event.preventDefault();
        if (overlay?.kind === "jump") close();
        else show({ kind: "jump" });
      } else if (overlay) {
        return;
      } else if (event.altKey && !command && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
        event.preventDefault();
        const to = neighbour(event.key === "ArrowDown" ? 1 : -1, event.shiftKey);
        if (to) void navigate({ to: "/rooms/$roomId", params: { roomId: to } });
      } else if (event.key === "?" && !command && !isTyping(event.target)) {
        event.preventDefault();
        show({ kind: "shortcuts" });
      }
    }

    /** The room above or below in the sidebar, going around; only unread ones if so asked. */
    function neighbour(step: 1 | -1, unreadOnly: boolean): string | undefined {
      const state = engine.getState();
      const { rooms, directs } = sortedRooms(select.rooms(state));
      const ids = [...rooms, ...directs].map((room) => room.id);
      const from = roomId ? ids.indexOf(roomId) : step === 1 ? -1 : ids.length;
      for (let walked = 1; walked <= ids.length; walked += 1) {
        const id = ids[(from + step * walked + ids.length * 2) % ids.length];
        if (!id || id === roomId) continue;
        if (!unreadOnly || (state.rooms.get(id)?.mine?.unread ?? 0) > 0) return id;
      }
      return undefined;
    }

    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [engine, overlay, show, close, navigate, roomId]);
}

/** Whether a key pressed here would be text. */
export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(input|textarea|select)$/i.test(target.tagName))
  );
}
