import { useState } from "react";
import type { Room, RoomChange } from "../../api/types.ts";
import { useEngine } from "../../context/engine.tsx";
import { explainAll } from "../../i18n/explain.ts";
import { useTranslation } from "../../i18n/index.ts";
import { Select } from "../../ui/Select.tsx";
import { notify } from "../../ui/toast.tsx";

const policies = ["members", "owners"] as const;
const histories = ["all", "since_join"] as const;

/** Who may do what in a room; a choice holds at once. */
export function RoomPolicies({ room }: { room: Room }) {
  const { t } = useTranslation();
  const engine = useEngine();
  const [busy, setBusy] = useState(false);

  async function change(wanted: RoomChange) {
    setBusy(true);
    try {
      await engine.updateRoom(room.id, wanted);
      notify({ text: t("rooms.saved"), tone: "ok" });
    } catch (error) {
      notify({ text: t("rooms.not_saved"), detail: explainAll(error), tone: "danger" });
    } finally {
      setBusy(false);
    }
  }

  return (
    <div className="mb-5 grid gap-4 sm:grid-cols-2">
      <Select
        label={t("rooms.who_posts")}
        value={room.who_posts}
        disabled={busy}
        onChange={(event) => void change({ who_posts: event.target.value as Room["who_posts"] })}
      >
        {policies.map((policy) => (
          <option key={policy} value={policy}>
            {t(`rooms.policy_${policy}`)}
          </option>
        ))}
      </Select>
      <Select
        label={t("rooms.who_invites")}
        value={room.who_invites}
        disabled={busy}
        onChange={(event) => void change({ who_invites: event.target.value as Room["who_invites"] })}
      >
        {policies.map((policy) => (
          <option key={policy} value={policy}>
            {t(`rooms.policy_${policy}`)}
          </option>
        ))}
      </Select>
      {room.kind === "private" ? (
        <Select
          label={t("rooms.history")}
          value={room.history}
          disabled={busy}
          onChange={(event) => void change({ history: event.target.value as Room["history"] })}
        >
          {histories.map((history) => (
            <option key={history} value={history}>
              {t(`rooms.history_${history}`)}
            </option>
          ))}
        </Select>
      ) : null}
    </div>
  );
}
