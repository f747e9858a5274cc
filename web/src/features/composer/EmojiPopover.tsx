import { Popover } from "@base-ui/react/popover";
import { Smile } from "lucide-react";
import { useMemo, useState } from "react";
import { emoji, matchEmoji } from "../../chat/completion/emoji.ts";
import { useTranslation } from "../../i18n/index.ts";
import { IconButton } from "../../ui/IconButton.tsx";
import { useLayer } from "../../ui/layers.ts";
import { useWide } from "../../ui/useWide.ts";

/** Chooses an emoji by its picture or its name. */
export function EmojiPopover({ onChoose }: { onChoose: (emoji: string) => void }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const [query, setQuery] = useState("");
  const wide = useWide();
  // As of a menu: on a phone Back closes it.
  useLayer(open && !wide, () => setOpen(false));
  const shown = useMemo(() => (query.trim() === "" ? emoji : matchEmoji(query.trim(), emoji.length)), [query]);
  function choose(one: string) {
    setOpen(false);
    setQuery("");
    onChoose(one);
  }
  return (
    <Popover.Root open={open} onOpenChange={(next) => setOpen(next)}>
      <Popover.Trigger
        render={<IconButton label={t("composer.emoji")} tooltipSide="top" icon={<Smile aria-hidden="true" />} />}
      />
      <Popover.Portal>
        <Popover.Positioner side="top" align="start" sideOffset={8} collisionPadding={8} className="z-50">
          <Popover.Popup
            aria-label={t("composer.emoji")}
            className="transition-tone w-80 max-w-[calc(100vw-1rem)] rounded-m border border-line bg-raised p-2 text-text shadow-float outline-none data-[ending-style]:opacity-0 data-[starting-style]:opacity-0"
          >
            <input
              type="text"
              aria-label={t("composer.emoji_search")}
              placeholder={t("composer.emoji_search")}
              value={query}
              onChange={(event) => setQuery(event.target.value)}
              onKeyDown={(event) => {
                const [first] = shown;
                if (event.key === "Enter" && first && !event.nativeEvent.isComposing) {
                  event.preventDefault();
                  choose(first.emoji);
                }
              }}
              className="mb-2 h-9 w-full rounded-row border border-field bg-canvas px-2.5 text-m outline-none focus:border-accent pointer-coarse:h-11 pointer-coarse:text-touch"
            />
            {shown.length === 0 ? (
              <p role="status" className="px-1 py-4 text-center text-muted text-s">
                {t("composer.emoji_none")}
              </p>
            ) : null}
            <ul className="grid max-h-60 grid-cols-8 overflow-y-auto overscroll-contain pointer-coarse:grid-cols-6">
              {shown.map((one) => (
                <li key={one.emoji}>
                  <button
                    type="button"
                    aria-label={one.names[0]?.replaceAll("_", " ")}
                    title={`:${one.names[0]}:`}
                    onClick={() => choose(one.emoji)}
                    className="transition-tone focus-inset grid h-9 w-full place-items-center rounded-s text-l hover:bg-hover pointer-coarse:h-11"
                  >
                    {one.emoji}
                  </button>
                </li>
              ))}
            </ul>
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
