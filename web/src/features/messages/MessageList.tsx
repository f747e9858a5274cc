import { useVirtualizer, type VirtualItem, type Virtualizer } from "@tanstack/react-virtual";
import { ArrowDown } from "lucide-react";
import {
  type KeyboardEvent,
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
import { notify } from "../../ui/toast.tsx";
import { deleteDialog, preload } from "./late.ts";
import { MessageRow } from "./MessageRow.tsx";
import { Beginning, LoadingMessages } from "./states.tsx";
import { placeOf, timeline } from "./timeline.ts";
import { useAnnouncement } from "./useAnnouncement.ts";
import { useAttending } from "./useAttending.ts";
import { useEdge } from "./useEdges.ts";
import { useLineInView } from "./useLineInView.ts";
import { useReading } from "./useReading.ts";

/** The room above the oldest message: what says that more is coming, or how it all began. Always as high, so nothing moves. */
const topPx = 176;
/** Nearer to an end than this, more is loaded. */
const nearPx = 1_500;
/** How many frames the list takes to come to rest where it opens. */
const settleFrames = 3;
/** Nearer to the newest message than this counts as being there. */
const endPx = 60;

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
  /** The list stands where it was opened at: from here on its position means something. */
  const [settled, setSettled] = useState(false);
  const [atEnd, setAtEnd] = useState(false);
  const caughtUp = attending && settled && atEnd && !view.has_after;
  const reading = useReading(room.id, caughtUp);
  const lineAwaited = useLineInView(room.id, target === null ? reading.lineTs : null, view);
  const [removing, setRemoving] = useState<Message | null>(null);
  const [reached, setReached] = useState<string | null>(null);
  const [marked, setMarked] = useState<Ts | null>(null);
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
  const opened = useRef(false);
  const standsAtEnd = useRef(false);
  /** How the list stood when it was last scrolled or shaped anew. */
  const stood = useRef({ top: 0, whole: 0, height: 0 });
  /** How far from the end the reader chose to stand. */
  const gap = useRef(0);
  /** What came after the window comes into it: nobody is taken along to its end. */
  const hadAfter = useRef(true);
  const [height, setHeight] = useState(0);
  const virtualizer = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (lines[index]?.head ? 54 : 28),
    getItemKey: useCallback((index: number) => lines[index]?.key ?? index, [lines]),
    overscan: 8,
    anchorTo: "end",
    followOnAppend: !hadAfter.current && !view.has_after,
    scrollEndThreshold: endPx,
    paddingStart: topPx,
    paddingEnd: 8,
    scrollPaddingStart: Math.round(height / 3),
  });
  virtualizer.shouldAdjustScrollPositionOnItemSizeChange = growsUpwards;

  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    setHeight(element.clientHeight);
    const observer = new ResizeObserver(() => {
      setHeight(element.clientHeight);
      // A keyboard that opens or a window that shrinks leaves the newest message in sight.
      if (standsAtEnd.current && opened.current) virtualizer.scrollToEnd();
    });
    observer.observe(element);
    const onScroll = () => {
      const before = stood.current;
      const now = standing(element);
      stood.current = now;
      const rest = restOf(now);
      if (rest <= endPx) standsAtEnd.current = true;
      // Only who scrolls leaves the end: what grows, shrinks or is turned moves by itself.
      if (now.whole !== before.whole || now.height !== before.height) return;
      if (now.top < before.top || rest < gap.current) gap.current = rest;
      if (rest > endPx && now.top < before.top) standsAtEnd.current = false;
    };
    // Before the virtualizer hears of it, and makes and measures other rows.
    const early = { capture: true, passive: true };
    element.addEventListener("scroll", onScroll, early);
    return () => {
      observer.disconnect();
      element.removeEventListener("scroll", onScroll, early);
    };
  }, [virtualizer]);

  const indexOf = useCallback((ts: Ts) => lines.findIndex(({ row }) => (placeOf(row) ?? 0) >= ts), [lines]);

  // Where a room opens: at a link's message, at the "New" line, or at its end.
  useLayoutEffect(() => {
    if (opened.current || lines.length === 0 || height === 0) return;
    if (target !== null && !view.loaded) return;
    if (target === null && lineAwaited) {
      virtualizer.scrollToEnd();
      return;
    }
    opened.current = true;
    setFrames(settleFrames);
    const newAt = firstNew ? lines.findIndex(({ firstNew: is }) => is) : -1;
    if (target !== null) return;
    standsAtEnd.current = newAt < 0;
    if (newAt >= 0) virtualizer.scrollToIndex(newAt, { align: "start" });
    else virtualizer.scrollToEnd();
  }, [lines, height, firstNew, target, lineAwaited, view.loaded, virtualizer]);

  // Rows that are measured for the first time move the place that was opened at; what comes before them must not come meanwhile.
  const [frames, setFrames] = useState(0);
  useEffect(() => {
    if (frames === 0) return;
    const frame = requestAnimationFrame(() => {
      if (frames === 1) setSettled(true);
      setFrames(frames - 1);
    });
    return () => cancelAnimationFrame(frame);
  }, [frames]);

  // A link: first the history around it, then the place itself.
  const [sought, setSought] = useState<Ts | null>(target);
  useEffect(() => setSought(target), [target]);
  useEffect(() => {
    if (target === null) return;
    let wanted = true;
    engine.jumpTo(room.id, target).catch((error: unknown) => {
      if (!wanted) return;
      setSought(null);
      notify({ text: t("messages.link_failed"), detail: explainAll(error), tone: "danger" });
    });
    return () => {
      wanted = false;
    };
  }, [engine, room.id, target, t]);
  useLayoutEffect(() => {
    if (sought === null || height === 0) return;
    const index = indexOf(sought);
    const line = lines[index];
    if (!line || (placeOf(line.row) ?? 0) !== sought) return;
    standsAtEnd.current = false;
    virtualizer.scrollToIndex(index, { align: "start" });
    setSettled(false);
    setFrames(settleFrames);
    setSought(null);
    setMarked(sought);
    setReached(line.key);
  }, [sought, height, indexOf, lines, virtualizer]);
  useEffect(() => {
    if (marked === null) return;
    const timer = setTimeout(() => setMarked(null), 3_000);
    return () => clearTimeout(timer);
  }, [marked]);

  const toLatest = useCallback(() => {
    const end = () => virtualizer.scrollToEnd();
    if (!select.view(room.id)(engine.getState()).has_after) end();
    else
      engine.jumpToLatest(room.id).then(
        () => requestAnimationFrame(end),
        (error: unknown) => notify({ text: explainAll(error), tone: "danger" }),
      );
  }, [engine, room.id, virtualizer]);

  /** The row that the keys stand on, if it is on the page. */
  const rowReached = useCallback(() => {
    const key = reached ?? lines.at(-1)?.key;
    return scroller.current?.querySelector<HTMLElement>(`[data-message="${CSS.escape(key ?? "")}"]`) ?? null;
  }, [reached, lines]);
  useImperativeHandle(
    ref,
    () => ({
      toLatest,
      readAll: () => {
        reading.readAll();
        toLatest();
      },
      focus: () => rowReached()?.focus(),
    }),
    [toLatest, reading.readAll, rowReached],
  );

  const total = virtualizer.getTotalSize();
  // Rows that wrap anew grow after the list was resized: who stood at the end goes on standing there.
  const shape = useRef("");
  useLayoutEffect(() => {
    const now = `${height} ${total}`;
    if (shape.current === now) return;
    shape.current = now;
    const element = scroller.current;
    if (!element) return;
    const stands = settled && sought === null && standsAtEnd.current && !hadAfter.current && !view.has_after;
    // Rows that are measured above move nothing below them.
    if (stands && restOf(standing(element)) > gap.current + 1) {
      gap.current = 0;
      virtualizer.scrollToEnd();
    }
    stood.current = standing(element);
  });
  useLayoutEffect(() => {
    hadAfter.current = view.has_after;
  });

  const items = virtualizer.getVirtualItems();
  const range = virtualizer.range;
  const offset = virtualizer.scrollOffset ?? 0;
  const distance = virtualizer.getDistanceFromEnd();

  useEffect(() => {
    if (!settled || sought !== null || height === 0) return;
    setAtEnd(distance <= endPx);
    // Where it opened may be the end already, and then nothing is scrolled.
    if (distance <= endPx) standsAtEnd.current = true;
    if (view.has_before && offset - topPx < nearPx) before.load();
    if (view.has_after && distance < nearPx) after.load();
  }, [settled, sought, distance, offset, height, view.has_before, view.has_after, before.load, after.load]);

  // What stood on screen in front of somebody is read.
  useEffect(() => {
    if (!attending || !settled || sought !== null) return;
    const last = distance <= endPx ? lines.length - 1 : (range?.endIndex ?? -1);
    const line = lines.slice(0, last + 1).findLast(({ row }) => row.message !== null);
    const ts = line ? placeOf(line.row) : null;
    if (ts !== null) reading.seen(ts);
  }, [attending, settled, lines, range?.endIndex, distance, sought, reading.seen]);

  const wanted = useRef<string | null>(null);
  function onKeyDown(event: KeyboardEvent) {
    if (event.key !== "ArrowUp" && event.key !== "ArrowDown" && event.key !== "Home" && event.key !== "End") return;
    if (!(event.target instanceof HTMLElement) || event.target.dataset.message === undefined || event.altKey) return;
    event.preventDefault();
    const from = lines.findIndex(({ key }) => key === (event.target as HTMLElement).dataset.message);
    const to =
      event.key === "Home" ? 0 : event.key === "End" ? lines.length - 1 : from + (event.key === "ArrowUp" ? -1 : 1);
    const line = lines[Math.max(0, Math.min(to, lines.length - 1))];
    if (!line) return;
    setReached(line.key);
    wanted.current = line.key;
    const shown = scroller.current?.querySelector<HTMLElement>(`[data-message="${CSS.escape(line.key)}"]`);
    if (shown) {
      wanted.current = null;
      shown.focus({ preventScroll: true });
      shown.scrollIntoView({ block: "nearest" });
    } else {
      virtualizer.scrollToIndex(lines.indexOf(line), { align: event.key === "ArrowDown" ? "end" : "auto" });
    }
  }
  // A row that was out of sight takes the focus once it is there.
  useEffect(() => {
    if (wanted.current === null) return;
    const shown = scroller.current?.querySelector<HTMLElement>(`[data-message="${CSS.escape(wanted.current)}"]`);
    if (shown) {
      wanted.current = null;
      shown.focus({ preventScroll: true });
    }
  });

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

  const reachable = lines.some(({ key }) => key === reached) ? reached : (lines.at(-1)?.key ?? null);
  const away = settled && lines.length > 0 && (distance > endPx || view.has_after);
  const unread = membership?.unread ?? 0;

  return (
    <div className="relative min-h-0 flex-1">
      <div
        ref={scroller}
        role="log"
        aria-live="off"
        aria-label={t("messages.log", { room: title })}
        onKeyDown={onKeyDown}
        className="flex h-full flex-col overflow-y-auto overflow-x-hidden [overflow-anchor:none] [overscroll-behavior:none]"
      >
        <div className="flex-1" />
        <div className="relative w-full shrink-0" style={{ height: total }}>
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
                  reachable={line.key === reachable}
                  onReach={setReached}
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
            onClick={toLatest}
            className="transition-tone pointer-events-auto flex h-9 items-center gap-2 rounded-full border border-line bg-raised px-3.5 font-semibold text-s shadow-float hover:bg-hover pointer-coarse:h-11"
          >
            <ArrowDown aria-hidden="true" className="size-4 text-accent" />
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
          finalFocus={rowReached}
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

/** Where an element is scrolled to, and how high it and what it shows are. */
function standing({ scrollTop, scrollHeight, clientHeight }: HTMLElement) {
  return { top: scrollTop, whole: scrollHeight, height: clientHeight };
}

/** How much of it is below what is seen. */
function restOf({ top, whole, height }: ReturnType<typeof standing>): number {
  return whole - top - height;
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
