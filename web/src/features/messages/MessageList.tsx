import { useVirtualizer, type VirtualItem, type Virtualizer } from "@tanstack/react-virtual";
import { ArrowDown } from "lucide-react";
import {
  type Ref,
  Suspense,
  useCallback,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import type { Message, MessageId, Room, Ts } from "../../api/types.ts";
import { useMyPlace, useRoomTitle } from "../../chat/rooms.tsx";
import { useEngine, useSelect } from "../../context/engine.tsx";
import { explainAll } from "../../i18n/explain.ts";
import { useTranslation } from "../../i18n/index.ts";
import { firstUnread, select } from "../../sync/select.ts";
import { Button } from "../../ui/Button.tsx";
import { Spinner } from "../../ui/Spinner.tsx";
import { notify } from "../../ui/toast.tsx";
import { deleteDialog, preload } from "./late.ts";
import { MessageRow } from "./MessageRow.tsx";
import { Beginning, LoadingMessages } from "./states.tsx";
import { placeOf, timeline } from "./timeline.ts";
import { useAnnouncement } from "./useAnnouncement.ts";
import { useAttending } from "./useAttending.ts";
import { useEdge } from "./useEdges.ts";
import { useHeight } from "./useHeight.ts";
import { useLineInView } from "./useLineInView.ts";
import { useOpening } from "./useOpening.ts";
import { useReading } from "./useReading.ts";
import { useRowFocus } from "./useRowFocus.ts";
import { endPx, useStayingAtEnd } from "./useStayingAtEnd.ts";

/** The room above the oldest message: what says that more is coming, or how it all began. Always as high, so nothing moves. */
const topPx = 176;
/** Nearer to an end than this, more is loaded. */
const nearPx = 1_500;

/** What others may ask of the list. */
export interface MessageListHandle {
  toLatest(): void;
  readAll(): void;
  focus(): void;
}

/** A room's messages: the newest at the bottom, older ones above as one scrolls. Remount it for another room. */
export function MessageList({
  room,
  target,
  editing,
  onEdit,
  onEdited,
  ref,
}: {
  room: Room;
  /** Where a link leads. */
  target: Ts | null;
  /** The message whose words are being changed. */
  editing: MessageId | null;
  onEdit: (message: Message) => void;
  /** The box of an edit is gone. */
  onEdited: () => void;
  ref?: Ref<MessageListHandle>;
}) {
  const { t } = useTranslation();
  const engine = useEngine();
  const title = useRoomTitle(room);
  const { me, membership } = useMyPlace(room.id);
  const role = membership?.role ?? null;
  const place = useMemo(() => ({ me, room, role }), [me, room, role]);
  const view = useSelect(select.view(room.id));
  const attending = useAttending();
  /** The list has settled at its end. */
  const [atEnd, setAtEnd] = useState(false);
  const reading = useReading(room.id, attending && atEnd && !view.has_after);
  const lineAwaited = useLineInView(room.id, target === null ? reading.lineTs : null, view);
  const [removing, setRemoving] = useState<Message | null>(null);
  const before = useEdge(room.id, "before");
  const after = useEdge(room.id, "after");
  const announcement = useAnnouncement(view.rows, view.loaded && !view.has_after);

  const firstNew = useMemo(
    () => (reading.lineTs === null ? null : firstUnread(view, reading.lineTs, me?.id ?? "")),
    [view, reading.lineTs, me],
  );
  const lines = useMemo(() => timeline(view.rows, me?.id ?? null, firstNew), [view.rows, me, firstNew]);

  useEffect(preload, []);
  const scroller = useRef<HTMLDivElement>(null);
  const height = useHeight(scroller);
  // What comes after the window comes into it: nobody is taken along to its end.
  const whole = !useLast(view.has_after, true) && !view.has_after;
  const virtualizer = useVirtualizer<HTMLDivElement, Element>({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (lines[index]?.head ? 54 : 28),
    getItemKey: useCallback((index: number) => lines[index]?.key ?? index, [lines]),
    overscan: 8,
    anchorTo: "end",
    followOnAppend: whole,
    scrollEndThreshold: endPx,
    paddingStart: topPx,
    paddingEnd: 8,
    scrollPaddingStart: Math.round(height / 3),
  });
  virtualizer.shouldAdjustScrollPositionOnItemSizeChange = growsUpwards;

  const focus = useRowFocus(lines, scroller, virtualizer);
  const standsAtEnd = useRef(false);
  const { settled, marked } = useOpening({
    room: room.id,
    target,
    lines,
    ready: target === null ? !lineAwaited : view.loaded,
    height,
    virtualizer,
    onStand: useCallback(
      (atEnd: boolean, key?: string) => {
        standsAtEnd.current = atEnd;
        if (key !== undefined) focus.reach(key);
      },
      [focus.reach],
    ),
  });
  useStayingAtEnd({ scroller, virtualizer, standsAtEnd, height, keeps: settled && whole });

  /** The newest message is asked for, and not drawn yet: whatever else comes meanwhile. */
  const [latestWanted, setLatestWanted] = useState(false);
  /** The button that asked for it: it goes, and the focus with it. */
  const jumper = useRef<Element | null>(null);
  const last = lines.at(-1)?.key ?? null;
  const toLatest = useCallback(() => {
    setLatestWanted(true);
    if (!view.has_after) return;
    engine.jumpToLatest(room.id).catch((error: unknown) => {
      setLatestWanted(false);
      jumper.current = null;
      notify({ text: explainAll(error), tone: "danger" });
    });
  }, [engine, room.id, view.has_after]);
  useLayoutEffect(() => {
    if (!latestWanted || view.has_after) return;
    setLatestWanted(false);
    virtualizer.scrollToEnd();
    const focused = document.activeElement;
    if (last !== null && jumper.current && (focused === jumper.current || focused === document.body)) focus.take(last);
    jumper.current = null;
  }, [latestWanted, view.has_after, virtualizer, focus.take, last]);

  useImperativeHandle(
    ref,
    () => ({
      toLatest,
      readAll: () => {
        reading.readAll();
        toLatest();
      },
      focus: () => focus.row()?.focus(),
    }),
    [toLatest, reading.readAll, focus.row],
  );

  const items = virtualizer.getVirtualItems();
  const range = virtualizer.range;
  const offset = virtualizer.scrollOffset ?? 0;
  const distance = virtualizer.getDistanceFromEnd();

  useEffect(() => {
    setAtEnd(settled && height > 0 && distance <= endPx);
    if (!settled || height === 0) return;
    // Where it opened may be the end already, and then nothing is scrolled.
    if (distance <= endPx) standsAtEnd.current = true;
    if (view.has_before && offset - topPx < nearPx) before.load();
    if (view.has_after && distance < nearPx) after.load();
  }, [settled, distance, offset, height, view.has_before, view.has_after, before.load, after.load]);

  // What stood on screen in front of somebody is read.
  useEffect(() => {
    if (!attending || !settled) return;
    const seen = distance <= endPx ? lines.length : (range?.endIndex ?? -1) + 1;
    const line = lines.slice(0, seen).findLast(({ row }) => row.message !== null);
    const ts = line ? placeOf(line.row) : null;
    if (ts !== null) reading.seen(ts);
  }, [attending, settled, lines, range?.endIndex, distance, reading.seen]);

  const deeds = useMemo(
    () => ({ edit: onEdit, remove: setRemoving, unreadFrom: reading.unreadFrom }),
    [onEdit, reading.unreadFrom],
  );
  const onSave = useCallback(
    (message: Message, body: string) => {
      onEdited();
      if (body.trim() === "" && message.attachments.length === 0) setRemoving(message);
      // What goes wrong stays with the message, with a way to try again.
      else engine.edit(message, body).catch(() => {});
    },
    [engine, onEdited],
  );

  const away = settled && lines.length > 0 && (distance > endPx || view.has_after);
  const unread = membership?.unread ?? 0;

  return (
    <div className="relative min-h-0 flex-1">
      <div
        ref={scroller}
        role="log"
        aria-live="off"
        aria-label={t("messages.log", { room: title })}
        onKeyDown={focus.onKeyDown}
        className="flex h-full flex-col overflow-y-auto overflow-x-hidden [overflow-anchor:none] [overscroll-behavior:none]"
      >
        <div className="flex-1" />
        <div className="relative w-full shrink-0" style={{ height: virtualizer.getTotalSize() }}>
          <div className="absolute inset-x-0 top-0 flex flex-col justify-end overflow-hidden" style={{ height: topPx }}>
            {before.failed ? (
              <EdgeFailed text={t("messages.older_failed")} onRetry={() => before.load(true)} />
            ) : view.has_before || !view.loaded ? (
              <LoadingMessages label={t("messages.loading_older")} />
            ) : (
              <Beginning room={room} />
            )}
          </div>
          {items.map((item) => {
            const line = lines[item.index];
            if (!line) return null;
            return (
              <div
                key={item.key}
                ref={virtualizer.measureElement}
                data-index={item.index}
                className="absolute inset-x-0 top-0"
                style={{ transform: `translateY(${item.start}px)` }}
              >
                <MessageRow
                  line={line}
                  place={place}
                  deeds={deeds}
                  editing={line.row.message !== null && line.row.message.id === editing}
                  onSave={onSave}
                  onCancel={onEdited}
                  reachable={line.key === focus.reachable}
                  onReach={focus.reach}
                  marked={marked !== null && placeOf(line.row) === marked}
                  first={item.index === 0}
                />
              </div>
            );
          })}
        </div>
        {after.failed ? <EdgeFailed text={t("messages.newer_failed")} onRetry={() => after.load(true)} /> : null}
      </div>
      {away ? (
        <div className="pointer-events-none absolute inset-x-0 bottom-2 flex justify-center">
          <button
            type="button"
            onClick={(event) => {
              jumper.current = event.currentTarget;
              toLatest();
            }}
            aria-busy={latestWanted}
            className="transition-tone pointer-events-auto flex h-9 items-center gap-2 rounded-full border border-line bg-raised px-3.5 font-semibold text-s shadow-float hover:bg-hover pointer-coarse:h-11"
          >
            {latestWanted ? (
              <Spinner className="size-4 text-accent" />
            ) : (
              <ArrowDown aria-hidden="true" className="size-4 text-accent" />
            )}
            {unread > 0 ? t("messages.jump_count", { count: unread }) : t("messages.jump")}
          </button>
        </div>
      ) : null}
      <div role="status" className="sr-only">
        {announcement}
      </div>
      <Suspense>
        <deleteDialog.Component
          message={removing}
          onClose={() => setRemoving(null)}
          // The button that asked is gone with the message's tools.
          finalFocus={focus.row}
          // What goes wrong stays with the message, with a way to try again.
          onDelete={(message) => void engine.remove(message).catch(() => {})}
        />
      </Suspense>
    </div>
  );
}

/**
 * Whether a row that turns out higher or lower than it was taken for does so at its top, so that nothing moves that is
 * read. One that comes into sight from above always does: its height may be a guess, or that of another width.
 */
function growsUpwards({ key, start, end }: VirtualItem, _by: number, list: Virtualizer<HTMLDivElement, Element>) {
  const top = list.scrollOffset ?? 0;
  const comes = list.scrollDirection === "backward" || !list.itemSizeCache.has(key);
  return (comes ? start : end) < top;
}

/** What something was when the page was drawn the last time. */
function useLast<T>(value: T, first: T): T {
  const last = useRef(first);
  useLayoutEffect(() => {
    last.current = value;
  });
  return last.current;
}

function EdgeFailed({ text, onRetry }: { text: string; onRetry: () => void }) {
  const { t } = useTranslation();
  return (
    <div role="alert" className="flex items-center justify-center gap-3 px-5 py-3 text-muted text-s">
      {text}
      <Button className="h-8" onClick={onRetry}>
        {t("messages.retry")}
      </Button>
    </div>
  );
}
