import type { SystemNote } from "../../api/types.ts";
import { nameOf } from "../../chat/people.ts";
import { useSelect } from "../../context/engine.tsx";
import { joined } from "../../i18n/format.ts";
import { useTranslation } from "../../i18n/index.ts";
import type { State } from "../../sync/state.ts";

const known = ["room_created", "joined", "added", "left", "removed", "renamed", "topic_changed", "archived"] as const;

/** What happened, in the words of the catalogue and under the names that people have now. */
export function SystemText({ note }: { note: SystemNote }) {
  const { t } = useTranslation();
  const actor = useSelect((state) => namesOf(state, note.actor ? [note.actor] : [], t("chat.somebody")));
  const users = useSelect((state) => namesOf(state, note.users, t("chat.somebody")));
  const value = note.values[0] ?? "";
  const type = known.find((name) => name === note.type);
  if (!type) return t("messages.system.unknown");
  const cleared = type === "topic_changed" && value === "";
  const names: Record<string, string> = { actor, users, room: value };
  const text = t(`messages.system.${cleared ? "topic_cleared" : type}`, { skipInterpolation: true });
  // What people wrote is put in as it is: nothing in it is taken for a placeholder or for markup.
  return text.split(/\{\{(\w+)\}\}/).map((part, at) => {
    if (at % 2 === 0) return part;
    if (part === "topic") return value;
    return (
      <strong key={part} className="font-semibold text-text">
        {names[part]}
      </strong>
    );
  });
}

function namesOf(state: State, ids: readonly string[], somebody: string): string {
  const names = ids.map((id) => {
    const user = state.users.get(id)?.user;
    return user ? nameOf(user) : somebody;
  });
  return names.length > 0 ? joined(names) : somebody;
}
