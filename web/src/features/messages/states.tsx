import { CloudOff, MessageCircle, NotebookPen } from "lucide-react";
import type { Room } from "../../api/types.ts";
import { othersOf, useRoomTitle } from "../../chat/rooms.tsx";
import { useSelect } from "../../context/engine.tsx";
import { locale } from "../../i18n/format.ts";
import { useTranslation } from "../../i18n/index.ts";
import { select } from "../../sync/select.ts";
import { Skeleton } from "../../ui/Skeleton.tsx";
import { EmptyState, ErrorState } from "../../ui/states.tsx";

/** Messages that are about to be there. */
export function LoadingMessages({ label }: { label: string }) {
  const widths = ["w-3/5", "w-2/5", "w-4/5", "w-1/2", "w-2/3"];
  return (
    <div
      role="status"
      aria-busy="true"
      className="flex flex-col justify-end gap-5 overflow-hidden px-5 pb-4 max-sm:px-3.5"
    >
      <span className="sr-only">{label}</span>
      {widths.map((width) => (
        <div key={width} className="grid grid-cols-[36px_minmax(0,1fr)] gap-x-3">
          <Skeleton className="size-9 rounded-avatar" />
          <div className="space-y-2 pt-1">
            <Skeleton className="h-3.5 w-32" />
            <Skeleton className={`h-3.5 ${width}`} />
          </div>
        </div>
      ))}
    </div>
  );
}

function longDate(at: string): string {
  return new Intl.DateTimeFormat(locale(), { dateStyle: "long" }).format(new Date(at));
}

/** The first thing in a room: what it is and since when. */
export function Beginning({ room }: { room: Room }) {
  const { t } = useTranslation();
  const title = useRoomTitle(room);
  const me = useSelect(select.me);
  const self = room.kind === "direct" && othersOf(room, me?.id ?? null)[0] === me?.id;
  const kind = self ? "beginning_self" : room.kind === "direct" ? "beginning_direct" : "beginning_room";
  const Icon = self ? NotebookPen : MessageCircle;
  return (
    <div className="px-5 pt-8 pb-2 max-sm:px-3.5">
      <span className="mb-3 grid size-11 place-items-center rounded-l bg-accent-soft text-accent">
        <Icon aria-hidden="true" className="size-[22px]" />
      </span>
      <p className="line-clamp-2 font-bold text-l">{t(`messages.${kind}`, { room: title })}</p>
      <p className="line-clamp-2 text-muted text-s">
        {t("messages.beginning_created", { day: longDate(room.created_at) })}{" "}
        {room.topic || t(`messages.${kind === "beginning_room" ? "beginning" : kind}_more`)}
      </p>
    </div>
  );
}

/** The room couldn't be read. */
export function RoomFailed({ onRetry, busy }: { onRetry: () => void; busy: boolean }) {
  const { t } = useTranslation();
  const connection = useSelect(select.connection);
  if (connection.state !== "live" && connection.state !== "syncing") {
    return (
      <EmptyState icon={<CloudOff aria-hidden="true" />} title={t("messages.room_offline")}>
        {t("messages.room_offline_more")}
      </EmptyState>
    );
  }
  return (
    <ErrorState title={t("messages.room_failed")} onRetry={onRetry} busy={busy}>
      {t("messages.room_failed_more")}
    </ErrorState>
  );
}
