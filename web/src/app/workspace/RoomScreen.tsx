import { useParams } from "@tanstack/react-router";
import { type ReactNode, Suspense, useCallback, useEffect, useRef, useState } from "react";
import { Problem } from "../../api/client.ts";
import type { Message, Room } from "../../api/types.ts";
import { sigilTitle, useRoomTitle } from "../../chat/rooms.tsx";
import { usePageTitle } from "../../chat/usePageTitle.ts";
import { useWorkspaceName } from "../../chat/workspace.ts";
import { useEngine, useSelect } from "../../context/engine.tsx";
import { Composer, type ComposerHandle } from "../../features/composer/Composer.tsx";
import { MessageList, type MessageListHandle } from "../../features/messages/MessageList.tsx";
import { LoadingMessages, RoomFailed } from "../../features/messages/states.tsx";
import { TypingLine } from "../../features/messages/TypingLine.tsx";
import { JoinBar } from "../../features/rooms/JoinBar.tsx";
import { BackLink, RoomHeader } from "../../features/rooms/RoomHeader.tsx";
import { ConnectionLine } from "../../features/shell/ConnectionLine.tsx";
import { useTranslation } from "../../i18n/index.ts";
import { select } from "../../sync/select.ts";
import { late } from "../../ui/late.ts";
import { lastRoom } from "./lastRoom.ts";
import { useLost } from "./useLost.ts";

const { Component: MissingRoom } = late(async () => (await import("./MissingRoom.tsx")).MissingRoom);

/** One room: its header, its messages, its composer. */
export function RoomScreen() {
  const { roomId = "", ts } = useParams({ strict: false });
  return <RoomPane key={roomId} id={roomId} target={placeIn(ts)} />;
}

function placeIn(ts: string | undefined): number | null {
  const place = Number(ts);
  return ts !== undefined && Number.isSafeInteger(place) && place > 0 ? place : null;
}

function RoomPane({ id, target }: { id: string; target: number | null }) {
  const room = useSelect(select.room(id));
  const loaded = useSelect((state) => select.view(id)(state).loaded || select.outbox(id)(state).length > 0);
  const { failure, busy, retry } = useOpenRoom(id, target, room !== null);
  const lost = useLost(id);

  // Whoever has been added again since then is back by that alone.
  if (room === null && failure instanceof Problem && failure.status === 404) {
    return (
      <Bare>
        <Suspense>
          <MissingRoom lost={lost.current} />
        </Suspense>
      </Bare>
    );
  }
  const state = { failed: failure !== null, busy, onRetry: retry };
  if (room) return <KnownRoom room={room} target={target} loaded={loaded} state={state} />;
  return (
    <Bare>
      <Waiting {...state} />
    </Bare>
  );
}

/** How far the history of a room is. */
interface Wait {
  failed: boolean;
  busy: boolean;
  onRetry: () => void;
}

/** Says to the engine which room is on screen, until another one is; a failure is tried again when the link is back. */
function useOpenRoom(id: string, target: number | null, known: boolean) {
  const engine = useEngine();
  const live = useSelect((state) => state.connection.state === "live");
  const [failure, setFailure] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const failed = useRef(false);
  const tries = useRef(0);

  const open = useCallback(async () => {
    tries.current += 1;
    const mine = tries.current;
    setBusy(true);
    const error = await engine.openRoom(id).then(
      () => null,
      (problem: unknown) => problem,
    );
    // Asked again since then: that answer counts.
    if (mine !== tries.current) return;
    failed.current = error !== null;
    setFailure(error);
    setBusy(false);
  }, [engine, id]);

  useEffect(() => {
    void open();
    lastRoom.set(id);
    return () => void engine.openRoom(null);
  }, [engine, id, open]);
  useEffect(() => {
    if (live && failed.current) void open();
  }, [live, open]);
  // One who is removed from a private room finds out what is left of it, and who is added finds it all.
  const before = useRef(known);
  const away = useRef(false);
  useEffect(() => {
    if (before.current === known) return;
    before.current = known;
    const back = known && (away.current || failed.current);
    away.current = !known;
    if (back) setFailure(null);
    if (back || !known) void open();
  }, [known, open]);
  // A window that stands elsewhere in the history comes back to its end when the room is opened anew.
  useEffect(() => {
    if (target === null && select.view(id)(engine.getState()).has_after) engine.jumpToLatest(id).catch(() => {});
  }, [engine, id, target]);

  return { failure, busy, retry: () => void open() };
}

function KnownRoom({
  room,
  target,
  loaded,
  state,
}: {
  room: Room;
  target: number | null;
  loaded: boolean;
  state: Wait;
}) {
  const engine = useEngine();
  const list = useRef<MessageListHandle>(null);
  const composer = useRef<ComposerHandle>(null);
  const [editing, setEditing] = useState<string | null>(null);
  const member = useSelect(select.membership(room.id)) !== null;
  const listed = useSelect((all) => all.members.has(room.id));
  useRoomBadge(room);

  // The header shows faces and the composer completes them.
  useEffect(() => {
    // Without them the list is shorter; the details show the failure with a way to try again.
    if (!listed) engine.loadMembers(room.id).catch(() => {});
  }, [engine, room.id, listed]);

  const onEdit = useCallback((message: Message) => setEditing(message.id), []);
  const onEdited = useCallback(() => {
    setEditing(null);
    composer.current?.focus();
  }, []);
  const deleted = useSelect((all) => editing !== null && !!select.message(room.id, editing)(all)?.deleted_at);
  useEffect(() => {
    if (deleted) onEdited();
  }, [deleted, onEdited]);
  const readAll = useCallback(() => list.current?.readAll(), []);
  useEscape(readAll);

  return (
    <main className="relative flex h-full min-h-0 flex-col pt-[env(safe-area-inset-top)]">
      <RoomHeader room={room} />
      <ConnectionLine />
      {loaded ? (
        <MessageList ref={list} room={room} target={target} editing={editing} onEdit={onEdit} onEdited={onEdited} />
      ) : (
        <Waiting {...state} />
      )}
      <TypingLine room={room.id} />
      {member ? (
        <Composer
          ref={composer}
          room={room}
          onSent={() => list.current?.toLatest()}
          onEscape={readAll}
          onEditLast={() => {
            const last = select.lastOwn(room.id)(engine.getState());
            if (last) setEditing(last.id);
            return last !== null;
          }}
        />
      ) : (
        <JoinBar room={room} />
      )}
    </main>
  );
}

/** Esc, where nothing else takes it, marks the room as read. */
function useEscape(act: () => void): void {
  useEffect(() => {
    function onKeyDown(event: KeyboardEvent) {
      if (event.key !== "Escape" || event.defaultPrevented || event.isComposing) return;
      if (document.querySelector('[role="dialog"], [role="menu"]')) return;
      act();
    }
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [act]);
}

function useRoomBadge(room: Room): void {
  const { t } = useTranslation();
  const title = sigilTitle(room, useRoomTitle(room));
  usePageTitle(t("shell.title", { room: title, workspace: useWorkspaceName() }));
}

/** The page of a room that isn't known: not yet, or not any more. */
function Bare({ children }: { children: ReactNode }) {
  const workspace = useWorkspaceName();
  usePageTitle(workspace);
  return (
    <main className="flex h-full min-h-0 flex-col pt-[env(safe-area-inset-top)]">
      <header className="flex h-14 shrink-0 items-center border-line border-b px-5 max-sm:h-[58px] max-sm:px-3.5">
        <BackLink />
        <h1 className="sr-only">{workspace}</h1>
      </header>
      <ConnectionLine />
      {children}
    </main>
  );
}

function Waiting({ failed, busy, onRetry }: Wait) {
  const { t } = useTranslation();
  return failed ? (
    <div className="grid flex-1 place-items-center">
      <RoomFailed onRetry={onRetry} busy={busy} />
    </div>
  ) : (
    <div className="flex min-h-0 flex-1 flex-col justify-end">
      <LoadingMessages label={t("messages.loading")} />
    </div>
  );
}
