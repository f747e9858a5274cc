import { useTranslation } from "../../i18n/index.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import { Kbd } from "../../ui/Kbd.tsx";

/** Every shortcut there is: groups of what it does and its keys, alternatives apart. */
const groups = [
  {
    name: "general",
    lines: [
      { does: "jump", keys: [["Mod", "K"]] },
      {
        does: "next",
        keys: [
          ["Alt", "↑"],
          ["Alt", "↓"],
        ],
      },
      {
        does: "next_unread",
        keys: [
          ["Shift", "Alt", "↑"],
          ["Shift", "Alt", "↓"],
        ],
      },
      { does: "help", keys: [["?"]] },
    ],
  },
  {
    name: "messages",
    lines: [
      { does: "read", keys: [["Esc"]] },
      { does: "move", keys: [["↑"], ["↓"]] },
      { does: "menu", keys: [["Tab"]] },
    ],
  },
  {
    name: "compose",
    lines: [
      { does: "send", keys: [["Enter"]] },
      { does: "break", keys: [["Shift", "Enter"]] },
      { does: "edit", keys: [["↑"]] },
      { does: "bold", keys: [["Mod", "B"]] },
      { does: "italic", keys: [["Mod", "I"]] },
      { does: "code", keys: [["Mod", "E"]] },
      { does: "complete", keys: [["@"], ["#"], [":"]] },
    ],
  },
] as const;

/** The list of all keys. */
export function ShortcutsDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const mod = typeof navigator !== "undefined" && /Mac|iPhone|iPad/.test(navigator.userAgent) ? "⌘" : "Ctrl";
  return (
    <Dialog open={open} onClose={onClose} title={t("shell.shortcuts.title")} width="m">
      {groups.map(({ name, lines }) => (
        <section key={name} aria-labelledby={`shortcuts-${name}`} className="mb-4 last:mb-0">
          <h3 id={`shortcuts-${name}`} className="mb-1 font-semibold text-faint text-xs">
            {t(`shell.shortcuts.${name}`)}
          </h3>
          <dl className="divide-y divide-line border-line border-y">
            {lines.map(({ does, keys }) => (
              <div
                key={does}
                className="flex min-h-10 items-center justify-between gap-x-4 gap-y-1.5 py-1.5 max-sm:flex-wrap"
              >
                <dt>{t(`shell.shortcuts.${does}`)}</dt>
                <dd className="ml-auto flex shrink-0 items-center gap-2 text-muted text-xs">
                  {keys.map((chord, index) => (
                    <span key={chord.join("+")} className="flex items-center gap-1">
                      {index > 0 && name !== "compose" ? <span className="mr-1">{t("shell.shortcuts.or")}</span> : null}
                      {chord.map((key) => (
                        <Kbd key={key}>{key === "Mod" ? mod : key}</Kbd>
                      ))}
                    </span>
                  ))}
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </Dialog>
  );
}
