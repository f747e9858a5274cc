import { Link } from "@tanstack/react-router";
import { Settings } from "lucide-react";
import { nameOf, picturesOf, usePresence } from "../../chat/people.ts";
import { useEngine, useSelect } from "../../context/engine.tsx";
import { useTranslation } from "../../i18n/index.ts";
import { select } from "../../sync/select.ts";
import { Avatar } from "../../ui/Avatar.tsx";
import { Menu, MenuChoices } from "../../ui/Menu.tsx";
import { PresenceDot } from "../../ui/PresenceDot.tsx";
import { Tooltip } from "../../ui/Tooltip.tsx";

const choices = ["active", "away", "dnd"] as const;

/** Oneself: name, how reachable, preferences. */
export function OwnCard() {
  const { t } = useTranslation();
  const me = useSelect(select.me);
  if (!me) return null;
  return (
    <div className="flex items-center gap-1 border-line border-t py-2 pr-3 pl-2 pb-[max(0.5rem,env(safe-area-inset-bottom))]">
      <PresenceMenu id={me.id} name={nameOf(me)} pictures={picturesOf(me)} />
      <Tooltip text={t("sidebar.preferences")}>
        <Link
          to="/preferences"
          aria-label={t("sidebar.preferences")}
          className="transition-tone grid size-8 shrink-0 place-items-center rounded-row text-muted hover:bg-hover hover:text-text pointer-coarse:size-11"
        >
          <Settings aria-hidden="true" className="size-[18px]" />
        </Link>
      </Tooltip>
    </div>
  );
}

function PresenceMenu({ id, name, pictures }: { id: string; name: string; pictures: readonly string[] }) {
  const { t } = useTranslation();
  const engine = useEngine();
  const { presence, label } = usePresence(id);
  return (
    <Menu
      side="top"
      trigger={
        <button
          type="button"
          className="transition-tone flex min-w-0 flex-1 items-center gap-2.5 rounded-row px-2 py-1.5 text-left hover:bg-hover data-[popup-open]:bg-hover"
        >
          <Avatar name={name} seed={id} pictures={pictures} size="self" presence={presence} />
          <span className="min-w-0">
            <span className="block truncate font-semibold text-s">{name}</span>
            <span className="block truncate text-muted text-xs">{label}</span>
          </span>
          <span className="sr-only">{t("sidebar.own_presence")}</span>
        </button>
      }
    >
      <MenuChoices
        label={t("sidebar.presence")}
        value={presence === "offline" ? "active" : presence}
        onChange={(status) => engine.setPresence(status)}
        choices={choices.map((value) => ({
          value,
          label: t(`chat.presence.${value}`),
          icon: <PresenceDot presence={value} ground="raised" />,
        }))}
      />
    </Menu>
  );
}
