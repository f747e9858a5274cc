import { useTranslation } from "../../i18n/index.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";

/** Asks before one leaves what hasn't been sent behind. */
export function SignOutDialog({
  open,
  onClose,
  waiting,
  leaving,
  onLeave,
}: {
  open: boolean;
  onClose: () => void;
  /** How many messages would be lost. */
  waiting: number;
  leaving: boolean;
  onLeave: () => void;
}) {
  const { t } = useTranslation();
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={t("sidebar.sign_out_title")}
      description={t("sidebar.sign_out_waiting", { count: waiting })}
      footer={
        <>
          <Button onClick={onClose}>{t("sidebar.stay")}</Button>
          <Button tone="danger" busy={leaving} onClick={onLeave}>
            {t("sidebar.sign_out")}
          </Button>
        </>
      }
    />
  );
}
