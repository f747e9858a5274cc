import { useNavigate } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import type { User } from "../../api/types.ts";
import { PeoplePicker } from "../../chat/PeoplePicker.tsx";
import { useEngine } from "../../context/engine.tsx";
import { explainAll } from "../../i18n/explain.ts";
import { useTranslation } from "../../i18n/index.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { Notice } from "../../ui/states.tsx";

/** The most people beside oneself that a direct room holds. */
const most = 9;

/** Chooses people and goes to the room with them. */
export function StartDirectDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const engine = useEngine();
  const navigate = useNavigate();
  const [people, setPeople] = useState<readonly User[]>([]);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const nobody = useMemo(() => new Set<string>(), []);

  function close() {
    setPeople([]);
    setFailure(null);
    onClose();
  }

  async function start() {
    setBusy(true);
    setFailure(null);
    try {
      const room = await engine.startDirect(people.map(({ id }) => id));
      close();
      await navigate({ to: "/rooms/$roomId", params: { roomId: room.id } });
    } catch (error) {
      setFailure(explainAll(error));
    } finally {
      setBusy(false);
    }
  }

  return (
    <Dialog
      open={open}
      onClose={close}
      title={t("people.direct_title")}
      description={t("people.direct_more")}
      width="m"
      footer={
        <>
          <Button onClick={close}>{t("people.cancel")}</Button>
          <Button tone="primary" disabled={people.length === 0} busy={busy} onClick={() => void start()}>
            {t("people.direct_open")}
          </Button>
        </>
      }
    >
      {failure ? <Notice className="mb-4">{failure}</Notice> : null}
      <PeoplePicker
        label={t("people.direct_to")}
        value={people}
        onChange={setPeople}
        exclude={nobody}
        most={most}
        autoFocus
      />
    </Dialog>
  );
}
