import { useNavigate } from "@tanstack/react-router";
import { Compass, MessagesSquare, Plus } from "lucide-react";
import { useEffect } from "react";
import { useOverlay } from "../../chat/overlay.tsx";
import { mayGather } from "../../chat/permissions.ts";
import { useSortedRooms } from "../../chat/rooms.tsx";
import { usePageTitle } from "../../chat/usePageTitle.ts";
import { useWorkspaceName } from "../../chat/workspace.ts";
import { useSelect } from "../../context/engine.tsx";
import { ConnectionLine } from "../../features/shell/ConnectionLine.tsx";
import { useTranslation } from "../../i18n/index.ts";
import { select } from "../../sync/select.ts";
import { Button } from "../../ui/Button.tsx";
import { EmptyState } from "../../ui/states.tsx";
import { useWide } from "../../ui/useWide.ts";
import { lastRoom } from "./lastRoom.ts";

/** No room is open: where there is space for one, the last one opens by itself. */
export function HomeScreen() {
  const { t } = useTranslation();
  const { show } = useOverlay();
  const navigate = useNavigate();
  const workspace = useWorkspaceName();
  const me = useSelect(select.me);
  const ready = useSelect(select.ready);
  const wide = useWide();
  const { rooms, directs } = useSortedRooms();
  usePageTitle(workspace);

  const known = [...rooms, ...directs].map(({ id }) => id);
  const last = lastRoom.get();
  const next = last && known.includes(last) ? last : known[0];
  useEffect(() => {
    if (!ready || !next || !wide) return;
    void navigate({ to: "/rooms/$roomId", params: { roomId: next }, replace: true });
  }, [ready, next, wide, navigate]);

  const gathers = mayGather(me);
  // There the sidebar is the page.
  if (!wide) return null;
  return (
    <main className="flex h-full flex-col">
      <h1 className="sr-only">{workspace}</h1>
      <ConnectionLine />
      <div className="grid flex-1 place-items-center">
        {ready && !next ? (
          <EmptyState
            icon={<MessagesSquare aria-hidden="true" />}
            title={t("shell.welcome", { workspace })}
            action={
              gathers ? (
                <div className="flex gap-2">
                  <Button
                    icon={<Compass aria-hidden="true" className="size-4" />}
                    onClick={() => show({ kind: "browse_rooms" })}
                  >
                    {t("sidebar.browse")}
                  </Button>
                  <Button
                    tone="primary"
                    icon={<Plus aria-hidden="true" className="size-4" />}
                    onClick={() => show({ kind: "create_room" })}
                  >
                    {t("sidebar.add_room")}
                  </Button>
                </div>
              ) : null
            }
          >
            {t(gathers ? "shell.welcome_more" : "shell.welcome_guest")}
          </EmptyState>
        ) : null}
      </div>
    </main>
  );
}
