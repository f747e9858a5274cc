import { Link, useRouter } from "@tanstack/react-router";
import { ChevronLeft, Files, Info } from "lucide-react";
import type { Room } from "../../api/types.ts";
import { useOverlay } from "../../chat/overlay.tsx";
import { nameOf, picturesOf, usePresence } from "../../chat/people.ts";
import { othersOf, RoomGlyph, useRoomKind, useRoomTitle } from "../../chat/rooms.tsx";
import { useSelect } from "../../context/engine.tsx";
import { useTranslation } from "../../i18n/index.ts";
import { select } from "../../sync/select.ts";
import { Avatar } from "../../ui/Avatar.tsx";
import { Badge } from "../../ui/Badge.tsx";
import { IconButton } from "../../ui/IconButton.tsx";

/** The way back on a phone, where one pane is shown at a time. */
export function BackLink() {
  const { t } = useTranslation();
  const { history } = useRouter();
  return (
    <Link
      to="/"
      aria-label={t("shell.back")}
      onClick={(event) => {
        // One came from the list: going back keeps the history short.
        const { __TSR_index: places, layers = 0 } = history.location.state;
        if (places - layers > 0) {
          event.preventDefault();
          history.back();
        }
      }}
      className="transition-tone -ml-2.5 grid size-11 shrink-0 place-items-center rounded-row text-muted hover:bg-hover sm:hidden"
    >
      <ChevronLeft aria-hidden="true" className="size-5" />
    </Link>
  );
}

/** A room's name, topic, people, and the way to its details. */
export function RoomHeader({ room }: { room: Room }) {
  const { t } = useTranslation();
  const { show } = useOverlay();
  const title = useRoomTitle(room);
  const kind = useRoomKind(room);
  const details = () => show({ kind: "room_details", room: room.id });
  const direct = room.kind === "direct";
  return (
    <header className="flex h-14 shrink-0 items-center gap-1 border-line border-b pr-3 pl-5 short:h-11 max-sm:h-[58px] max-sm:pr-1.5 max-sm:pl-3.5">
      <BackLink />
      <h1 className="-ml-1.5 min-w-0 max-w-[60%] shrink-0 max-sm:max-w-none max-sm:shrink max-sm:flex-1">
        <button
          type="button"
          onClick={details}
          className="transition-tone flex h-9 max-w-full items-center gap-[7px] rounded-row px-1.5 font-bold text-[1rem] hover:bg-hover pointer-coarse:h-11"
        >
          <span className="grid size-5 shrink-0 place-items-center text-faint [&>svg]:size-[17px]">
            <RoomGlyph room={room} ground="canvas" />
          </span>
          {direct ? null : <span className="sr-only">{kind}: </span>}
          <span className="truncate">{title}</span>
        </button>
      </h1>
      {room.archived_at ? <Badge tone="tag">{t("rooms.archived")}</Badge> : null}
      <p className="ml-1 min-w-0 flex-1 truncate text-muted text-s max-sm:hidden">
        {direct ? <DirectStatus room={room} /> : <Topic topic={room.topic} />}
      </p>
      {direct ? null : <MemberStack room={room} onOpen={details} />}
      <IconButton
        label={t("rooms.files")}
        icon={<Files aria-hidden="true" />}
        onClick={() => show({ kind: "room_files", room: room.id })}
        className="max-sm:hidden"
      />
      <IconButton label={t("rooms.details")} icon={<Info aria-hidden="true" />} onClick={details} />
    </header>
  );
}

function Topic({ topic }: { topic: string }) {
  return topic ? (
    <span title={topic} className="border-line border-l pl-2.5">
      {topic}
    </span>
  ) : null;
}

function DirectStatus({ room }: { room: Room }) {
  const me = useSelect(select.me);
  const [only, more] = othersOf(room, me?.id ?? null);
  return only && !more ? <PresenceWord user={only} /> : null;
}

function PresenceWord({ user }: { user: string }) {
  const { label } = usePresence(user);
  return <span className="border-line border-l pl-2.5">{label}</span>;
}

/** How many faces say that a room has people. */
const faces = 3;

function MemberStack({ room, onOpen }: { room: Room; onOpen: () => void }) {
  const { t } = useTranslation();
  const members = useSelect(select.members(room.id));
  const users = useSelect((state) => state.users);
  const shown = (members ?? []).flatMap(({ user }) => users.get(user)?.user ?? []).slice(0, faces);
  return (
    <button
      type="button"
      onClick={onOpen}
      className="transition-tone mr-1 flex h-[34px] shrink-0 items-center gap-1.5 rounded-[9px] border border-line pr-2.5 pl-1.5 font-semibold text-muted text-s tabular-nums hover:bg-hover max-sm:hidden pointer-coarse:h-11"
    >
      <span className="flex">
        {shown.map((user) => (
          <Avatar
            key={user.id}
            name={nameOf(user)}
            seed={user.id}
            pictures={picturesOf(user)}
            size="s"
            className="-ml-1.5 rounded-row border-2 border-canvas first:ml-0"
          />
        ))}
      </span>
      <span aria-hidden="true">{room.members}</span>
      <span className="sr-only">{t("rooms.member_count", { count: room.members })}</span>
    </button>
  );
}
