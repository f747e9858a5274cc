import { useTranslation } from "../../i18n/index.ts";
import { cx } from "../../ui/cx.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import type { Action } from "./actions.tsx";

/** What can be done with a message, under a finger: a sheet from below, after a long press. */
export function MessageSheet({
  actions,
  open,
  onClose,
}: {
  actions: readonly Action[];
  open: boolean;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  return (
    <Dialog open={open} onClose={onClose} title={t("messages.tools")}>
      <ul className="-mx-2">
        {actions.map((action) => (
          <li key={action.key}>
            <button
              type="button"
              onClick={() => {
                onClose();
                action.run();
              }}
              className={cx(
                "transition-tone flex h-12 w-full items-center gap-3 rounded-row px-3 text-left text-touch hover:bg-hover [&>svg]:size-5",
                action.danger ? "text-danger" : "[&>svg]:text-muted",
              )}
            >
              {action.icon}
              {action.label}
            </button>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
