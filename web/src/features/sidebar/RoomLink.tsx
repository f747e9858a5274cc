import { Link } from "@tanstack/react-router";
import { Pencil } from "lucide-react";
import { memo } from "react";
import type { Room } from "../../api/types.ts";
import { RoomGlyph, useRoomTitle } from "../../chat/rooms.tsx";
import { useSelect } from "../../context/engine.tsx";
import { useTranslation } from "../../i18n/index.ts";
import { select } from "../../sync/select.ts";
import { Badge } from "../../ui/Badge.tsx";
import { ListRow } from "../../ui/ListRow.tsx";

/** The row of the room that is shown is in view as soon as it is that; whoever scrolls the list then has it to themselves. */
function bringIntoView(row: HTMLElement | null): void {
  row?.scrollIntoView({ block: "nearest" });
}

/** A room in the sidebar: bold when something is new, a badge when the reader is meant, a pencil when a draft waits. */
export const RoomLink = memo(function RoomLink({ room, active }: { room: Room; active: boolean }) {
  const { t } = useTranslation();
  const title = useRoomTitle(room);
  const membership = useSelect(select.membership(room.id));
  const drafted = useSelect((state) => (state.drafts.get(room.id) ?? "").trim() !== "");
  const unread = membership?.unread ?? 0;
  const meant = room.kind === "direct" ? unread : (membership?.mentions ?? 0);
  return (
    <ListRow
      icon={<RoomGlyph room={room} />}
      active={active}
      strong={unread > 0}
      // Clear of what may lie over the list's ends.
      className="scroll-my-10 pointer-coarse:scroll-my-14"
      render={
        <Link
          ref={active ? bringIntoView : null}
          to="/rooms/$roomId"
          params={{ roomId: room.id }}
          data-meant={meant > 0 ? "" : undefined}
        />
      }
      trailing={
        meant > 0 ? (
          <Badge label={t(room.kind === "direct" ? "chat.unread" : "chat.mentions", { count: meant })}>
            {meant > 99 ? t("chat.many") : meant}
          </Badge>
        ) : unread > 0 ? (
          <Badge tone="plain" label={t("chat.unread", { count: unread })}>
            {unread > 99 ? t("chat.many") : unread}
          </Badge>
        ) : drafted && !active ? (
          <span className="text-faint">
            <Pencil aria-hidden="true" className="size-4" />
            <span className="sr-only">{t("sidebar.draft")}</span>
          </span>
        ) : null
      }
    >
      {title}
    </ListRow>
  );
});
