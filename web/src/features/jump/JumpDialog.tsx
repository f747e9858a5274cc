import { Dialog as Base } from "@base-ui/react/dialog";
import { useNavigate, useParams } from "@tanstack/react-router";
import { Compass, Plus, Search } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useEffect, useId, useMemo, useRef, useState } from "react";
import type { RoomId } from "../../api/types.ts";
import { useOverlay } from "../../chat/overlay.tsx";
import { nameOf } from "../../chat/people.ts";
import { mayGather } from "../../chat/permissions.ts";
import { PersonGlyph, RoomGlyph, useRoomKind } from "../../chat/rooms.tsx";
import { useEngine, useSelect } from "../../context/engine.tsx";
import { useTranslation } from "../../i18n/index.ts";
import { select } from "../../sync/select.ts";
import { Badge } from "../../ui/Badge.tsx";
import { cx } from "../../ui/cx.ts";
import { useLayer } from "../../ui/layers.ts";
import { notify } from "../../ui/toast.tsx";
import { findGoals, type Goal, type Whereabouts } from "./find.ts";

/** Type two letters, press Enter, be there. */
export function JumpDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const whereabouts = useWhereabouts();
  useLayer(open, onClose);
  return (
    <Base.Root open={open} onOpenChange={(next) => (next ? undefined : onClose())}>
      <Base.Portal>
        <Base.Backdrop className="transition-tone fixed inset-0 z-40 bg-scrim data-[ending-style]:opacity-0 data-[starting-style]:opacity-0" />
        <Base.Popup className="transition-tone fixed inset-x-3 top-[max(0.75rem,env(safe-area-inset-top))] z-40 mx-auto flex max-h-[min(30rem,70dvh)] max-w-xl flex-col overflow-hidden rounded-xl border border-line bg-raised text-text shadow-float outline-none data-[ending-style]:opacity-0 data-[starting-style]:opacity-0 sm:top-[14dvh]">
          <Base.Title className="sr-only">{t("jump.title")}</Base.Title>
          <Palette open={open} whereabouts={whereabouts} onClose={onClose} />
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

/** Where one is, and in which other room one was last. */
function useWhereabouts(): Whereabouts {
  const { roomId: here } = useParams({ strict: false }) as { roomId?: string };
  const [visited, setVisited] = useState<readonly RoomId[]>([]);
  useEffect(() => {
    if (here) setVisited((rooms) => [here, ...rooms.filter((id) => id !== here)].slice(0, 2));
  }, [here]);
  return useMemo(() => ({ here, before: visited.find((id) => id !== here) }), [here, visited]);
}

function Palette({ open, whereabouts, onClose }: { open: boolean; whereabouts: Whereabouts; onClose: () => void }) {
  const { t } = useTranslation();
  const { show } = useOverlay();
  const engine = useEngine();
  const navigate = useNavigate();
  const listId = useId();
  const [query, setQuery] = useState("");
  const [chosen, setChosen] = useState(0);
  const [wasOpen, setWasOpen] = useState(open);
  // Called again while it still fades away, it begins anew.
  if (open !== wasOpen) {
    setWasOpen(open);
    if (open) {
      setQuery("");
      setChosen(0);
    }
  }
  const goals = useGoals(query, whereabouts);
  const current = Math.min(chosen, goals.length - 1);

  async function go(goal: Goal) {
    if (goal.kind === "action") {
      show({ kind: goal.key === "browse" ? "browse_rooms" : "create_room" });
      return;
    }
    onClose();
    try {
      const room = goal.kind === "room" ? goal.room : await engine.startDirect([goal.user.id]);
      await navigate({ to: "/rooms/$roomId", params: { roomId: room.id } });
    } catch {
      notify({ text: t("jump.failed"), tone: "danger" });
    }
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      if (goals.length > 0) setChosen((current + step + goals.length) % goals.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      const goal = goals[current];
      if (goal) void go(goal);
    }
  }

  const optionId = (index: number) => `${listId}-${index}`;
  return (
    <>
      <div className="flex items-center gap-3 border-line border-b px-4">
        <Search aria-hidden="true" className="size-[18px] shrink-0 text-faint" />
        <input
          type="text"
          role="combobox"
          aria-label={t("jump.label")}
          aria-expanded="true"
          aria-controls={listId}
          aria-autocomplete="list"
          aria-activedescendant={goals.length > 0 ? optionId(current) : undefined}
          autoComplete="off"
          spellCheck={false}
          placeholder={t("jump.placeholder")}
          value={query}
          onChange={(event) => {
            setQuery(event.target.value);
            setChosen(0);
          }}
          onKeyDown={onKeyDown}
          className="h-13 min-w-0 flex-1 bg-transparent text-l outline-none"
        />
      </div>
      <div
        id={listId}
        role="listbox"
        aria-label={t("jump.title")}
        className="min-h-0 overflow-y-auto overscroll-contain p-1.5"
      >
        {goals.map((goal, index) => (
          <Option
            key={`${goal.kind} ${goal.key}`}
            id={optionId(index)}
            goal={goal}
            chosen={index === current}
            onPoint={() => setChosen(index)}
            onChoose={() => void go(goal)}
          />
        ))}
      </div>
      {goals.every(({ kind }) => kind === "action") && query.trim() !== "" ? (
        <p role="status" className="order-first px-4 pt-3 text-muted text-s">
          {t("jump.nothing", { query: query.trim() })}
        </p>
      ) : null}
    </>
  );
}

/** The goals of a query; kept until state or query change. */
function useGoals(query: string, whereabouts: Whereabouts): readonly Goal[] {
  const engine = useEngine();
  const rooms = useSelect(select.rooms);
  const users = useSelect(select.users);
  const me = useSelect(select.me);
  return useMemo(() => {
    // Read again whenever one of these is another.
    void [rooms, users];
    const found = findGoals(engine.getState(), query, whereabouts);
    const actions: Goal[] = mayGather(me)
      ? [
          { kind: "action", key: "browse" },
          { kind: "action", key: "create" },
        ]
      : [];
    return [...found, ...actions];
  }, [engine, rooms, users, me, query, whereabouts]);
}

function Option({
  id,
  goal,
  chosen,
  onPoint,
  onChoose,
}: {
  id: string;
  goal: Goal;
  chosen: boolean;
  onPoint: () => void;
  onChoose: () => void;
}) {
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (chosen) ref.current?.scrollIntoView({ block: "nearest" });
  }, [chosen]);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the field above holds the focus and takes the keys
    <div
      ref={ref}
      id={id}
      role="option"
      tabIndex={-1}
      aria-selected={chosen}
      onPointerMove={onPoint}
      onClick={onChoose}
      className={cx(
        "flex h-10 cursor-pointer select-none items-center gap-3 rounded-row px-2.5 pointer-coarse:h-12",
        chosen && "bg-hover",
      )}
    >
      {goal.kind === "room" ? <RoomOption goal={goal} /> : null}
      {goal.kind === "person" ? (
        <Line picture={<PersonGlyph user={goal.user.id} ground="raised" />} note={`@${goal.user.username}`}>
          {nameOf(goal.user)}
        </Line>
      ) : null}
      {goal.kind === "action" ? <ActionOption action={goal.key} /> : null}
    </div>
  );
}

function RoomOption({ goal }: { goal: Extract<Goal, { kind: "room" }> }) {
  const { t } = useTranslation();
  const kind = useRoomKind(goal.room);
  const membership = useSelect(select.membership(goal.room.id));
  const unread = membership?.unread ?? 0;
  return (
    <Line
      picture={<RoomGlyph room={goal.room} ground="raised" />}
      note={goal.room.topic || kind}
      strong={unread > 0}
      trailing={
        unread > 0 ? (
          <Badge tone="plain" label={t("chat.unread", { count: unread })}>
            {unread > 99 ? t("chat.many") : unread}
          </Badge>
        ) : null
      }
    >
      {goal.title}
    </Line>
  );
}

function ActionOption({ action }: { action: "browse" | "create" }) {
  const { t } = useTranslation();
  const Icon = action === "browse" ? Compass : Plus;
  return <Line picture={<Icon aria-hidden="true" />}>{t(`jump.${action}`)}</Line>;
}

function Line({
  picture,
  children,
  note,
  trailing,
  strong,
}: {
  picture: ReactNode;
  children: ReactNode;
  note?: string;
  trailing?: ReactNode;
  strong?: boolean;
}) {
  return (
    <>
      <span className="grid size-5 shrink-0 place-items-center text-faint [&>svg]:size-4">{picture}</span>
      <span className={cx("shrink-0 truncate max-w-[60%]", strong && "font-semibold")}>{children}</span>
      <span className="min-w-0 flex-1 truncate text-muted text-s">{note}</span>
      {trailing}
    </>
  );
}
