import { Link } from "@tanstack/react-router";
import { useName } from "../../../chat/people.ts";
import { plainName } from "../../../chat/rooms.tsx";
import { useSelect } from "../../../context/engine.tsx";
import { select } from "../../../sync/select.ts";
import type { State } from "../../../sync/state.ts";
import { cx } from "../../../ui/cx.ts";

/** A person who is meant, under the name that they have now. */
export function PersonMention({ user }: { user: string }) {
  const name = useName(user);
  const me = useSelect(select.me);
  return (
    <span
      data-mention={user}
      className={cx(
        "rounded-[5px] px-1 py-px font-semibold",
        user === me?.id ? "bg-mention-line text-on-mention" : "bg-accent-soft text-accent",
      )}
    >
      @{name}
    </span>
  );
}

/** A room that is named: a way there, if the reader knows such a room. */
export function RoomReference({ name }: { name: string }) {
  const id = useSelect((state) => roomNamed(state, name));
  if (!id) return `#${name}`;
  return (
    <Link
      to="/rooms/$roomId"
      params={{ roomId: id }}
      className="rounded-[5px] bg-accent-soft px-1 py-px font-semibold text-accent no-underline hover:underline"
    >
      #{name}
    </Link>
  );
}

function roomNamed(state: State, name: string): string | null {
  const wanted = name.toLocaleLowerCase();
  for (const { room } of state.rooms.values()) {
    if (room.kind !== "direct" && plainName(room).toLocaleLowerCase() === wanted) return room.id;
  }
  return null;
}
