import { Ellipsis } from "lucide-react";
import { useTranslation } from "../../i18n/index.ts";
import { cx } from "../../ui/cx.ts";
import { IconButton } from "../../ui/IconButton.tsx";
import { Menu, MenuItem } from "../../ui/Menu.tsx";
import type { Action } from "./actions.tsx";

/** Stand in the bar itself; the others are under "More". */
const near: readonly Action["key"][] = ["edit", "link", "unread"];

/** The small bar over a message that is pointed at or has the focus. */
export function MessageTools({
  actions,
  onOpenChange,
  first,
}: {
  actions: readonly Action[];
  /** The menu under "More" opened or closed. */
  onOpenChange: (open: boolean) => void;
  /** Nothing stands above: the bar lies inside the message. */
  first: boolean;
}) {
  const { t } = useTranslation();
  const bar = actions.filter(({ key }) => near.includes(key));
  return (
    <div
      role="toolbar"
      aria-label={t("messages.tools")}
      className={cx(
        "absolute right-5 z-10 flex rounded-m border border-line bg-raised p-0.5 shadow-float",
        first ? "top-1" : "-top-4",
      )}
    >
      {bar.map((action) => (
        <IconButton
          key={action.key}
          label={action.label}
          icon={action.icon}
          tooltipSide="top"
          onClick={action.run}
          className="h-7 w-[30px]"
        />
      ))}
      <Menu
        align="end"
        onOpenChange={onOpenChange}
        trigger={
          <IconButton
            label={t("messages.more")}
            tooltipSide="top"
            icon={<Ellipsis aria-hidden="true" />}
            className="h-7 w-[30px]"
          />
        }
      >
        {actions.map((action) => (
          <MenuItem key={action.key} icon={action.icon} danger={action.danger ?? false} onSelect={action.run}>
            {action.label}
          </MenuItem>
        ))}
      </Menu>
    </div>
  );
}
