import { type ReactNode, useState } from "react";
import { explainAll } from "../../i18n/explain.ts";
import { useTranslation } from "../../i18n/index.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { Notice } from "../../ui/states.tsx";

/** An act that should not happen by a slip, and what it will do. */
export interface Act {
  readonly title: string;
  readonly detail: ReactNode;
  /** The word on the button. */
  readonly does: string;
  /** It takes something away. */
  readonly danger?: boolean;
  run(): Promise<void>;
}

/** Asks before an act; stays open with the reason when it fails. */
export function Confirm({ act, onClose }: { act: Act | null; onClose: () => void }) {
  const { t } = useTranslation();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  // While the dialog goes it goes on saying what it said.
  const [last, setLast] = useState<Act | null>(act);
  if (act && act !== last) {
    setLast(act);
    setFailure(null);
  }

  async function go() {
    if (!act) return;
    setBusy(true);
    setFailure(null);
    try {
      await act.run();
      onClose();
    } catch (error) {
      setFailure(explainAll(error));
    } finally {
      setBusy(false);
    }
  }

  return (
    <Dialog
      open={act !== null}
      onClose={onClose}
      title={last?.title ?? ""}
      description={last?.detail}
      footer={
        <>
          <Button onClick={onClose}>{t("admin.cancel")}</Button>
          <Button tone={last?.danger ? "danger" : "primary"} busy={busy} onClick={() => void go()}>
            {last?.does}
          </Button>
        </>
      }
    >
      {failure ? <Notice>{failure}</Notice> : null}
    </Dialog>
  );
}
