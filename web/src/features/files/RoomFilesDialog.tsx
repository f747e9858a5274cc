import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CloudOff, Download, Files, MessageSquareText } from "lucide-react";
import { useMemo } from "react";
import { downloadUrl } from "../../api/files.ts";
import type { Page, Room, RoomFile, RoomId } from "../../api/types.ts";
import { describe } from "../../chat/files/describe.ts";
import { FileIcon } from "../../chat/files/FileIcon.tsx";
import { kindOf } from "../../chat/files/kind.ts";
import { Picture } from "../../chat/files/Picture.tsx";
import { useOverlay } from "../../chat/overlay.tsx";
import { useName } from "../../chat/people.ts";
import { sigilTitle, useRoomTitle } from "../../chat/rooms.tsx";
import { useEngine, useSelect } from "../../context/engine.tsx";
import { ago } from "../../i18n/format.ts";
import { useTranslation } from "../../i18n/index.ts";
import { select } from "../../sync/select.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { Skeleton } from "../../ui/Skeleton.tsx";
import { EmptyState, ErrorState } from "../../ui/states.tsx";
import "../../chat/files/words.ts";

/** Everything that was sent in a room, the newest first. */
export function RoomFilesDialog({ id, open, onClose }: { id: RoomId; open: boolean; onClose: () => void }) {
  const room = useSelect(select.room(id));
  return room ? <Panel room={room} open={open} onClose={onClose} /> : null;
}

function Panel({ room, open, onClose }: { room: Room; open: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const title = sigilTitle(room, useRoomTitle(room));
  return (
    <Dialog open={open} onClose={onClose} title={t("files.panel.title", { room: title })} width="m">
      {open ? <Listing room={room.id} onClose={onClose} /> : null}
    </Dialog>
  );
}

function Listing({ room, onClose }: { room: RoomId; onClose: () => void }) {
  const { t } = useTranslation();
  const engine = useEngine();
  const live = useSelect((state) => state.connection.state === "live");
  const { data, error, isFetching, isFetchingNextPage, hasNextPage, fetchNextPage, refetch } = useInfiniteQuery({
    queryKey: ["room-files", room],
    queryFn: ({ pageParam }) => engine.api.roomFiles(room, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (last: Page<RoomFile>) => last.next_cursor,
    retry: false,
    // Opened again it shows what it knows, and what has come since.
    staleTime: 0,
  });
  const items = useMemo(() => data?.pages.flatMap((page) => page.items) ?? [], [data]);
  const images = useMemo(
    () => items.map(({ file }) => file).filter(({ type, width }) => kindOf(type) === "image" && width !== null),
    [items],
  );
  const { show } = useOverlay();

  if (!data && error && !isFetching) {
    return live ? (
      <ErrorState title={t("files.panel.failed")} onRetry={() => void refetch()} className="py-6" />
    ) : (
      <EmptyState icon={<CloudOff aria-hidden="true" />} title={t("files.panel.failed")} className="py-6">
        {t("files.panel.offline")}
      </EmptyState>
    );
  }
  if (!data) return <Loading />;
  if (items.length === 0) {
    return (
      <EmptyState icon={<Files aria-hidden="true" />} title={t("files.panel.empty")} className="py-6">
        {t("files.panel.empty_more")}
      </EmptyState>
    );
  }
  return (
    <>
      <ul className="-mx-2">
        {items.map((item) => (
          <Entry
            key={`${item.message} ${item.file.id}`}
            item={item}
            onOpen={
              images.includes(item.file)
                ? () =>
                    show({
                      kind: "images",
                      images,
                      at: images.indexOf(item.file),
                      back: { kind: "room_files", room },
                    })
                : null
            }
            onLeave={onClose}
          />
        ))}
      </ul>
      {error ? (
        <p role="alert" className="pt-3 text-center text-danger text-s">
          {t("files.panel.failed")}
        </p>
      ) : null}
      {hasNextPage ? (
        <Button wide className="mt-3" busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t("files.panel.more")}
        </Button>
      ) : null}
    </>
  );
}

const tool =
  "transition-tone grid size-8 shrink-0 place-items-center rounded-row text-muted no-underline hover:bg-sunken hover:text-text pointer-coarse:size-11 [&>svg]:size-[18px]";

function Entry({ item, onOpen, onLeave }: { item: RoomFile; onOpen: (() => void) | null; onLeave: () => void }) {
  const { t } = useTranslation();
  const { file, author, created_at, room, ts } = item;
  const name = useName(author);
  return (
    <li className="transition-tone flex items-center gap-2.5 rounded-row p-2 hover:bg-hover">
      {onOpen ? (
        <span className="relative block size-10 shrink-0">
          <Picture file={file} className="size-full rounded-m" />
          <button
            type="button"
            aria-label={t("files.open_image", { name: file.name })}
            onClick={onOpen}
            className="focus-inset absolute inset-0 cursor-zoom-in rounded-m"
          />
        </span>
      ) : (
        <FileIcon type={file.type} />
      )}
      <span className="min-w-0 flex-1">
        <span className="block truncate font-semibold text-s" title={file.name}>
          {file.name}
        </span>
        <span className="block truncate text-muted text-xs">
          {describe(file)} · {name} · {ago(created_at)}
        </span>
      </span>
      <Link
        to="/rooms/$roomId/m/$ts"
        params={{ roomId: room, ts: String(ts) }}
        onClick={onLeave}
        aria-label={t("files.panel.show_named", { name: file.name })}
        title={t("files.panel.show")}
        className={tool}
      >
        <MessageSquareText aria-hidden="true" />
      </Link>
      <a
        href={downloadUrl(file.id)}
        download={file.name}
        aria-label={t("files.download", { name: file.name })}
        title={t("files.download", { name: file.name })}
        className={tool}
      >
        <Download aria-hidden="true" />
      </a>
    </li>
  );
}

function Loading() {
  const { t } = useTranslation();
  return (
    <div role="status" aria-busy="true" className="space-y-4 py-2">
      <span className="sr-only">{t("files.panel.loading")}</span>
      {["w-40", "w-56", "w-48", "w-36"].map((width) => (
        <span key={width} className="flex items-center gap-3">
          <Skeleton className="size-10 rounded-m" />
          <span className="space-y-2">
            <Skeleton className={`h-3.5 ${width}`} />
            <Skeleton className="h-3 w-28" />
          </span>
        </span>
      ))}
    </div>
  );
}
