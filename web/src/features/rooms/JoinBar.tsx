import { useState } from "react";
import type { Room } from "../../api/types.ts";
import { useEngine, useSelect } from "../../context/engine.tsx";
import { explainAll } from "../../i18n/explain.ts";
import { useTranslation } from "../../i18n/index.ts";
import { select } from "../../sync/select.ts";
import { Button } from "../../ui/Button.tsx";
import { notify } from "../../ui/toast.tsx";

/** In the composer's place for somebody who only looks in. */
export function JoinBar({ room }: { room: Room }) {
  const { t } = useTranslation();
  const engine = useEngine();
  const me = useSelect(select.me);
  const [busy, setBusy] = useState(false);

  async function join() {
    setBusy(true);
    try {
      await engine.join(room.id);
    } catch (error) {
      notify({ text: t("rooms.join_failed"), detail: explainAll(error), tone: "danger" });
    } finally {
      setBusy(false);
    }
  }

  return (
    <div className="mx-4 mb-4 flex shrink-0 items-center gap-3 rounded-l border border-line bg-rail px-4 py-3 max-sm:mx-2.5 max-sm:mb-[max(0.625rem,env(safe-area-inset-bottom))]">
      <p className="min-w-0 flex-1 text-muted text-s">
        {room.archived_at ? t("rooms.archived_more") : t("rooms.looking_in", { room: room.name })}
      </p>
      {room.archived_at || me?.role === "guest" ? null : (
        <Button tone="primary" busy={busy} onClick={() => void join()}>
          {t("rooms.join_room")}
        </Button>
      )}
    </div>
  );
}
