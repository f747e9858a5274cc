import { Link } from "@tanstack/react-router";
import { CheckCheck, Inbox } from "lucide-react";
import { useMemo } from "react";
import { RoomGlyph, useRoomTitle } from "../../chat/rooms.tsx";
import { useEngine, useSelect } from "../../context/engine.tsx";
import { ago } from "../../i18n/format.ts";
import { useTranslation } from "../../i18n/index.ts";
import { select } from "../../sync/select.ts";
import type { Membership, RoomEntry } from "../../sync/state.ts";
import { Badge } from "../../ui/Badge.tsx";
import { Button } from "../../ui/Button.tsx";
import { Skeleton } from "../../ui/Skeleton.tsx";
import { EmptyState } from "../../ui/states.tsx";

/** Every room with something unread, the newest first. */
export function UnreadsPage() {
  const { t } = useTranslation();
  const engine = useEngine();
  const ready = useSelect(select.ready);
  const entries = useSelect(select.rooms);
  const unread = useMemo(() => entries.filter(({ mine }) => (mine?.unread ?? 0) > 0), [entries]);

  function readAll() {
    for (const { room, mine } of unread) if (mine) void engine.markRead(room.id, mine.last_ts);
  }

  if (!ready) return <Loading />;
  if (unread.length === 0) {
    return (
      <EmptyState icon={<Inbox aria-hidden="true" />} title={t("sidebar.all_read")}>
        {t("sidebar.all_read_more")}
      </EmptyState>
    );
  }
  return (
    <div className="mx-auto w-full max-w-3xl px-5 py-4 max-sm:px-3">
      <div className="mb-3 flex items-center justify-between gap-3">
        <p className="text-muted text-s">{t("sidebar.unread_rooms", { count: unread.length })}</p>
        <Button tone="ghost" icon={<CheckCheck aria-hidden="true" className="size-4" />} onClick={readAll}>
          {t("sidebar.read_all")}
        </Button>
      </div>
      <ul className="divide-y divide-line border-line border-y">
        {unread.map((entry) =>
          entry.mine ? <UnreadRoom key={entry.room.id} entry={entry} membership={entry.mine} /> : null,
        )}
      </ul>
    </div>
  );
}

/** Nothing is known yet: to say "all read" would be a guess. */
function Loading() {
  const { t } = useTranslation();
  return (
    <div role="status" aria-busy="true" className="mx-auto w-full max-w-3xl space-y-6 px-5 py-6 max-sm:px-3">
      <span className="sr-only">{t("sidebar.loading")}</span>
      {["w-40", "w-56", "w-48"].map((width) => (
        <span key={width} className="flex items-center gap-3">
          <Skeleton className="size-5" />
          <Skeleton className={`h-4 ${width}`} />
        </span>
      ))}
    </div>
  );
}

function UnreadRoom({ entry: { room }, membership }: { entry: RoomEntry; membership: Membership }) {
  const { t } = useTranslation();
  const title = useRoomTitle(room);
  const meant = room.kind === "direct" ? membership.unread : membership.mentions;
  return (
    <li>
      <Link
        to="/rooms/$roomId"
        params={{ roomId: room.id }}
        className="transition-tone focus-inset flex min-h-14 items-center gap-3 rounded-row px-3 text-text no-underline hover:bg-hover"
      >
        <span className="grid size-5 shrink-0 place-items-center text-faint [&>svg]:size-4">
          <RoomGlyph room={room} ground="canvas" />
        </span>
        <span className="min-w-0 flex-1">
          <span className="block truncate font-semibold">{title}</span>
          <span className="block truncate text-muted text-s">
            {t("chat.unread", { count: membership.unread })} · {ago(membership.last_ts / 1000)}
          </span>
        </span>
        {meant > 0 ? (
          <Badge label={t(room.kind === "direct" ? "chat.unread" : "chat.mentions", { count: meant })}>
            {meant > 99 ? t("chat.many") : meant}
          </Badge>
        ) : null}
      </Link>
    </li>
  );
}
