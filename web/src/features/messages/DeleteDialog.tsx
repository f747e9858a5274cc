import type { Message } from "../../api/types.ts";
import changes from "../../i18n/en/late/changes.json" with { type: "json" };
import { useTranslation } from "../../i18n/index.ts";
import { addWords } from "../../i18n/late.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { Markdown } from "./markdown/Markdown.tsx";

addWords({ changes });

/** Asks before a message goes for good. */
export function DeleteDialog({
  message,
  onClose,
  onDelete,
  finalFocus,
}: {
  message: Message | null;
  onClose: () => void;
  onDelete: (message: Message) => void;
  /** What has the focus when the dialog is gone. */
  finalFocus: () => HTMLElement | null;
}) {
  const { t } = useTranslation();
  return (
    <Dialog
      open={message !== null}
      onClose={onClose}
      finalFocus={finalFocus}
      title={t("changes.delete_title")}
      description={t("changes.delete_more")}
      footer={
        <>
          <Button onClick={onClose}>{t("changes.cancel")}</Button>
          <Button
            tone="danger"
            onClick={() => {
              if (message) onDelete(message);
              onClose();
            }}
          >
            {t("messages.delete")}
          </Button>
        </>
      }
    >
      {message ? (
        <div className="max-h-40 overflow-y-auto rounded-m border border-line bg-rail px-3 py-2">
          {message.body === "" ? null : <Markdown body={message.body} mentions={message.mentions} />}
          {message.attachments.map(({ id, name }) => (
            <p key={id} className="truncate text-muted text-s">
              {name}
            </p>
          ))}
        </div>
      ) : null}
    </Dialog>
  );
}
