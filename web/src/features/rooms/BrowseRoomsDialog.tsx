import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Compass, Hash, Plus, Search } from "lucide-react";
import { useDeferredValue, useState } from "react";
import type { RoomView } from "../../api/types.ts";
import { useOverlay } from "../../chat/overlay.tsx";
import { useEngine, useSelect } from "../../context/engine.tsx";
import { explainAll } from "../../i18n/explain.ts";
import { useTranslation } from "../../i18n/index.ts";
import { select } from "../../sync/select.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { Skeleton } from "../../ui/Skeleton.tsx";
import { EmptyState, ErrorState } from "../../ui/states.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { notify } from "../../ui/toast.tsx";

/** Every public room: look in, or join. */
export function BrowseRoomsDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={t("rooms.browse_title")}
      description={t("rooms.browse_more")}
      width="l"
    >
      <Directory onClose={onClose} />
    </Dialog>
  );
}

function Directory({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const engine = useEngine();
  const { show } = useOverlay();
  const [typed, setTyped] = useState("");
  const query = useDeferredValue(typed.trim());
  const rooms = useInfiniteQuery({
    queryKey: ["directory", query],
    queryFn: ({ pageParam }) => engine.browseRooms(query === "" ? undefined : query, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: (before) => before,
  });
  const items = rooms.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <div className="flex items-end gap-2">
        <div className="flex-1">
          <TextField
            label={t("rooms.find")}
            type="search"
            value={typed}
            autoComplete="off"
            lead={<Search className="size-4" />}
            onChange={(event) => setTyped(event.target.value)}
          />
        </div>
        <Button
          className="h-11"
          icon={<Plus aria-hidden="true" className="size-4" />}
          onClick={() => show({ kind: "create_room" })}
        >
          {t("rooms.new_room")}
        </Button>
      </div>
      <div className="mt-4 min-h-72">
        {rooms.isPending ? <Loading /> : null}
        {rooms.isError ? (
          <ErrorState title={t("rooms.browse_failed")} onRetry={() => void rooms.refetch()} busy={rooms.isFetching}>
            {explainAll(rooms.error)}
          </ErrorState>
        ) : null}
        {rooms.isSuccess && items.length === 0 ? (
          <EmptyState icon={<Compass aria-hidden="true" />} title={t(query ? "rooms.none_found" : "rooms.none_yet")}>
            {t(query ? "rooms.none_found_more" : "rooms.none_yet_more")}
          </EmptyState>
        ) : null}
        <ul className="divide-y divide-line border-line empty:hidden">
          {items.map((room) => (
            <DirectoryRow key={room.id} room={room} onClose={onClose} />
          ))}
        </ul>
        {rooms.hasNextPage ? (
          <div className="mt-3 text-center">
            <Button busy={rooms.isFetchingNextPage} onClick={() => void rooms.fetchNextPage()}>
              {t("rooms.more")}
            </Button>
          </div>
        ) : null}
      </div>
    </>
  );
}

function DirectoryRow({ room, onClose }: { room: RoomView; onClose: () => void }) {
  const { t } = useTranslation();
  const engine = useEngine();
  const navigate = useNavigate();
  const member = useSelect(select.membership(room.id)) !== null;
  const [busy, setBusy] = useState(false);

  function open() {
    onClose();
    void navigate({ to: "/rooms/$roomId", params: { roomId: room.id } });
  }

  async function join() {
    setBusy(true);
    try {
      await engine.join(room.id);
      open();
    } catch (error) {
      notify({ text: t("rooms.join_failed"), detail: explainAll(error), tone: "danger" });
    } finally {
      setBusy(false);
    }
  }

  return (
    <li className="flex items-center gap-3 py-2.5">
      <span className="grid size-9 shrink-0 place-items-center rounded-m bg-sunken text-muted">
        <Hash aria-hidden="true" className="size-[18px]" />
      </span>
      <div className="min-w-0 flex-1">
        <p className="truncate font-semibold">{room.name}</p>
        <p className="truncate text-muted text-s">
          {t("rooms.member_count", { count: room.members })}
          {room.topic ? ` · ${room.topic}` : null}
        </p>
      </div>
      {member ? (
        <Button onClick={open}>{t("rooms.open")}</Button>
      ) : (
        <>
          <Button tone="ghost" onClick={open} className="max-sm:hidden">
            {t("rooms.preview")}
          </Button>
          <Button busy={busy} onClick={() => void join()}>
            {t("rooms.join")}
          </Button>
        </>
      )}
    </li>
  );
}

function Loading() {
  const { t } = useTranslation();
  return (
    <div role="status" aria-busy="true" className="space-y-4 py-2">
      <span className="sr-only">{t("rooms.browse_loading")}</span>
      {["w-32", "w-24", "w-40", "w-28"].map((width) => (
        <div key={width} className="flex items-center gap-3">
          <Skeleton className="size-9 rounded-m" />
          <div className="flex-1 space-y-2">
            <Skeleton className={`h-3.5 ${width}`} />
            <Skeleton className="h-3 w-2/3" />
          </div>
        </div>
      ))}
    </div>
  );
}
