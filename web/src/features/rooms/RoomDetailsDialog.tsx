import { useNavigate } from "@tanstack/react-router";
import { Archive, Files, LogOut } from "lucide-react";
import { useState } from "react";
import type { Room, RoomId } from "../../api/types.ts";
import { useOverlay } from "../../chat/overlay.tsx";
import { roomActs } from "../../chat/permissions.ts";
import { sigilTitle, useMyPlace, useRoomKind, useRoomTitle } from "../../chat/rooms.tsx";
import { useWorkspaceSettings } from "../../chat/workspace.ts";
import { useEngine, useSelect } from "../../context/engine.tsx";
import { explainAll } from "../../i18n/explain.ts";
import { useTranslation } from "../../i18n/index.ts";
import { select } from "../../sync/select.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { notify } from "../../ui/toast.tsx";
import { RoomMembers } from "./RoomMembers.tsx";
import { RoomPolicies } from "./RoomPolicies.tsx";
import { RoomSettings } from "./RoomSettings.tsx";

/** What a room is, who is in it, and how to change that. */
export function RoomDetailsDialog({ id, open, onClose }: { id: RoomId; open: boolean; onClose: () => void }) {
  const room = useSelect(select.room(id));
  return room ? <Details room={room} open={open} onClose={onClose} /> : null;
}

function Details({ room, open, onClose }: { room: Room; open: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const { show } = useOverlay();
  const { me, membership } = useMyPlace(room.id);
  const title = useRoomTitle(room);
  const kind = useRoomKind(room);
  const acts = roomActs({ me, room, role: membership?.role ?? null });
  const [asking, setAsking] = useState<"leave" | "archive" | null>(null);
  return (
    <>
      <Dialog
        open={open}
        onClose={onClose}
        title={sigilTitle(room, title)}
        description={room.archived_at ? t("rooms.archived_more") : kind}
        width="m"
      >
        {room.kind === "direct" ? null : (
          <RoomSettings key={`${room.name} ${room.topic}`} room={room} rename={acts.manage} topic={acts.topic} />
        )}
        {acts.manage ? <RoomPolicies room={room} /> : null}
        <Retention room={room} />
        <Button
          className="mb-4 sm:hidden"
          icon={<Files aria-hidden="true" className="size-4" />}
          onClick={() => show({ kind: "room_files", room: room.id })}
        >
          {t("rooms.files")}
        </Button>
        <RoomMembers room={room} add={acts.add} manage={acts.manage} />
        {acts.leave || acts.manage ? (
          <div className="mt-5 flex flex-wrap gap-2 border-line border-t pt-4">
            {acts.leave ? (
              <Button icon={<LogOut aria-hidden="true" className="size-4" />} onClick={() => setAsking("leave")}>
                {t("rooms.leave")}
              </Button>
            ) : null}
            {acts.manage ? (
              <Button
                tone="ghost"
                icon={<Archive aria-hidden="true" className="size-4" />}
                onClick={() => setAsking("archive")}
              >
                {t("rooms.archive")}
              </Button>
            ) : null}
          </div>
        ) : null}
      </Dialog>
      <Farewell room={room} title={title} asking={asking} onClose={() => setAsking(null)} onGone={onClose} />
    </>
  );
}

/** For how long messages stay, where that isn't for ever. */
function Retention({ room }: { room: Room }) {
  const { t } = useTranslation();
  const settings = useWorkspaceSettings();
  const days = room.retention_days ?? settings?.retention_days;
  return days ? <p className="mb-4 text-muted text-s">{t("rooms.kept", { count: days })}</p> : null;
}

/** Asks before one leaves a room or closes it for everybody. */
function Farewell({
  room,
  title,
  asking,
  onClose,
  onGone,
}: {
  room: Room;
  title: string;
  asking: "leave" | "archive" | null;
  onClose: () => void;
  onGone: () => void;
}) {
  const { t } = useTranslation();
  const engine = useEngine();
  const navigate = useNavigate();
  const [busy, setBusy] = useState(false);

  async function go() {
    setBusy(true);
    try {
      if (asking === "archive") await engine.archiveRoom(room.id);
      else await engine.leave(room.id);
      onClose();
      onGone();
      if (asking === "leave") await navigate({ to: "/" });
    } catch (error) {
      notify({ text: t(`rooms.${asking ?? "leave"}_failed`), detail: explainAll(error), tone: "danger" });
    } finally {
      setBusy(false);
    }
  }

  const act = asking ?? "leave";
  const more = act === "leave" && room.kind === "private" ? "leave_private_more" : `${act}_more`;
  return (
    <Dialog
      open={asking !== null}
      onClose={onClose}
      title={t(`rooms.${act}_title`, { room: title })}
      description={t(`rooms.${more as "leave_more"}`)}
      footer={
        <>
          <Button onClick={onClose}>{t("rooms.cancel")}</Button>
          <Button tone="danger" busy={busy} onClick={() => void go()}>
            {t(`rooms.${act}`)}
          </Button>
        </>
      }
    />
  );
}
