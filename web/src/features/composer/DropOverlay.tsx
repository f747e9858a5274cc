import { Paperclip } from "lucide-react";
import { useTranslation } from "../../i18n/index.ts";
import { filesMost } from "./intake.ts";
import "../../chat/files/words.ts";

/** Lies over the room while files are carried over it. */
export function DropOverlay({ title }: { title: string }) {
  const { t } = useTranslation();
  return (
    <div className="pointer-events-none absolute inset-2 z-20 grid place-items-center rounded-l border-2 border-accent border-dashed bg-canvas/95">
      <div className="flex flex-col items-center gap-1 px-6 text-center">
        <span className="mb-2 grid size-12 place-items-center rounded-l bg-accent-soft text-accent">
          <Paperclip aria-hidden="true" className="size-6" />
        </span>
        <p className="font-bold text-l">{t("files.tray.drop", { room: title })}</p>
        <p className="text-muted text-s">{t("files.tray.drop_more", { count: filesMost })}</p>
      </div>
    </div>
  );
}
