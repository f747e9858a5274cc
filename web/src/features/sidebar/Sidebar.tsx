import { Link, useParams, useRouterState } from "@tanstack/react-router";
import { Compass, Inbox, Plus, Search, SquarePen, UserPlus } from "lucide-react";
import { type ReactNode, useEffect, useMemo } from "react";
import type { Room } from "../../api/types.ts";
import { useOverlay } from "../../chat/overlay.tsx";
import { mayGather } from "../../chat/permissions.ts";
import { othersOf, useSortedRooms } from "../../chat/rooms.tsx";
import { useEngine, useSelect } from "../../context/engine.tsx";
import { useTranslation } from "../../i18n/index.ts";
import { select } from "../../sync/select.ts";
import { Badge } from "../../ui/Badge.tsx";
import { IconButton } from "../../ui/IconButton.tsx";
import { Kbd } from "../../ui/Kbd.tsx";
import { ListRow } from "../../ui/ListRow.tsx";
import { Skeleton } from "../../ui/Skeleton.tsx";
import { ListFrame } from "./ListFrame.tsx";
import { OwnCard } from "./OwnCard.tsx";
import { RoomLink } from "./RoomLink.tsx";
import { WorkspaceMenu } from "./WorkspaceMenu.tsx";

/** Whose presence is watched at once; the gateway takes no more. */
const mostWatched = 200;

/** The rooms, who is there, and oneself: the left column, and a phone's home screen. */
export function Sidebar({ connection }: { connection?: ReactNode }) {
  const { t } = useTranslation();
  const { show } = useOverlay();
  const ready = useSelect(select.ready);
  const mac = typeof navigator !== "undefined" && /Mac|iPhone|iPad/.test(navigator.userAgent);
  return (
    <section
      aria-label={t("sidebar.name")}
      className="flex h-dvh min-h-0 flex-col border-line border-r bg-rail pt-[env(safe-area-inset-top)] pl-[env(safe-area-inset-left)] max-sm:border-r-0"
    >
      <div className="flex items-center gap-1 py-2 pr-3 pl-2">
        <WorkspaceMenu />
        <IconButton
          label={t("sidebar.new_message")}
          icon={<SquarePen aria-hidden="true" />}
          onClick={() => show({ kind: "start_direct" })}
        />
      </div>
      <button
        type="button"
        onClick={() => show({ kind: "jump" })}
        className="transition-tone mx-3 mb-2.5 flex h-[34px] shrink-0 items-center gap-2 rounded-[9px] border border-line bg-canvas pr-2 pl-2.5 text-faint text-s hover:border-line-strong max-sm:h-11 max-sm:text-m"
      >
        <Search aria-hidden="true" className="size-4" />
        {t("sidebar.jump")}
        <span className="ml-auto max-sm:hidden">
          <Kbd>{mac ? "⌘ K" : "Ctrl K"}</Kbd>
        </span>
      </button>
      {connection}
      <ListFrame label={t("sidebar.name")}>{ready ? <Lists /> : <Loading />}</ListFrame>
      <OwnCard />
    </section>
  );
}

function Lists() {
  const { t } = useTranslation();
  const { show } = useOverlay();
  const { rooms, directs } = useSortedRooms();
  const me = useSelect(select.me);
  const { roomId } = useParams({ strict: false }) as { roomId?: string };
  useWatchedPresence(directs, roomId);
  const gathers = mayGather(me);
  return (
    <>
      <UnreadsLink />
      <Heading
        action={
          gathers ? (
            <IconButton
              size="s"
              label={t("sidebar.add_room")}
              icon={<Plus aria-hidden="true" />}
              onClick={() => show({ kind: "create_room" })}
            />
          ) : null
        }
      >
        {t("sidebar.rooms")}
      </Heading>
      <ul>
        {rooms.map((room) => (
          <li key={room.id}>
            <RoomLink room={room} active={room.id === roomId} />
          </li>
        ))}
        {gathers ? (
          <li>
            <ListRow quiet icon={<Compass aria-hidden="true" />} onClick={() => show({ kind: "browse_rooms" })}>
              {t("sidebar.browse")}
            </ListRow>
          </li>
        ) : null}
      </ul>
      {rooms.length === 0 ? <Hint>{t(gathers ? "sidebar.no_rooms" : "sidebar.no_rooms_guest")}</Hint> : null}
      <Heading
        action={
          <IconButton
            size="s"
            label={t("sidebar.new_direct")}
            icon={<Plus aria-hidden="true" />}
            onClick={() => show({ kind: "start_direct" })}
          />
        }
      >
        {t("sidebar.directs")}
      </Heading>
      <ul>
        {directs.map((room) => (
          <li key={room.id}>
            <RoomLink room={room} active={room.id === roomId} />
          </li>
        ))}
        {gathers ? (
          <li>
            <ListRow quiet icon={<UserPlus aria-hidden="true" />} onClick={() => show({ kind: "invite" })}>
              {t("sidebar.invite")}
            </ListRow>
          </li>
        ) : null}
      </ul>
      {directs.length === 0 ? <Hint>{t("sidebar.no_directs")}</Hint> : null}
    </>
  );
}

/** The way to everything unread; a number for how much there is. */
function UnreadsLink() {
  const { t } = useTranslation();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const entries = useSelect(select.rooms);
  const unread = entries.reduce((sum, { mine }) => sum + (mine?.unread ?? 0), 0);
  return (
    <ListRow
      icon={<Inbox aria-hidden="true" />}
      active={path === "/unreads"}
      strong={unread > 0}
      render={<Link to="/unreads" />}
      trailing={
        unread > 0 ? (
          <Badge tone="plain" label={t("chat.unread", { count: unread })}>
            {unread > 99 ? t("chat.many") : unread}
          </Badge>
        ) : null
      }
    >
      {t("sidebar.unreads")}
    </ListRow>
  );
}

function Heading({ children, action }: { children: ReactNode; action?: ReactNode }) {
  return (
    <div className="flex h-7 items-center justify-between pt-3.5 pr-0.5 pl-2 pb-1 box-content">
      <h2 className="font-semibold text-faint text-xs tracking-[0.01em]">{children}</h2>
      {action}
    </div>
  );
}

function Hint({ children }: { children: ReactNode }) {
  return <p className="px-2 py-1 text-muted text-s">{children}</p>;
}

function Loading() {
  const { t } = useTranslation();
  return (
    <div aria-busy="true" role="status" className="space-y-4 px-2 pt-3">
      <span className="sr-only">{t("sidebar.loading")}</span>
      {["w-24", "w-32", "w-20", "w-36", "w-28", "w-16"].map((width) => (
        <span key={width} className="flex items-center gap-2.5">
          <Skeleton className="size-4" />
          <Skeleton className={`h-3.5 ${width}`} />
        </span>
      ))}
    </div>
  );
}

/** Watches the people whose dots are on screen: of the direct rooms, and of the room that is shown. */
function useWatchedPresence(directs: readonly Room[], shown: string | undefined): void {
  const engine = useEngine();
  const me = useSelect(select.me);
  const members = useSelect((state) => (shown ? (state.members.get(shown)?.items ?? null) : null));
  const users = useMemo(() => {
    const ids = new Set(directs.flatMap((room) => othersOf(room, me?.id ?? null)));
    if (members) for (const id of members.keys()) ids.add(id);
    if (me) ids.add(me.id);
    return [...ids].slice(0, mostWatched);
  }, [directs, members, me]);
  useEffect(() => engine.watchPresence(users), [engine, users]);
}
