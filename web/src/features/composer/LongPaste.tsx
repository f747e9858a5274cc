import { FileText } from "lucide-react";
import { useTranslation } from "../../i18n/index.ts";
import { Button } from "../../ui/Button.tsx";
import "../../chat/files/words.ts";

/** Offers to send a long text that was pasted as a file. */
export function LongPaste({ onFile, onKeep }: { onFile: () => void; onKeep: () => void }) {
  const { t } = useTranslation();
  return (
    <div role="status" className="flex flex-wrap items-center gap-x-2 gap-y-1 px-3.5 pt-2.5 text-muted text-s">
      <FileText aria-hidden="true" className="size-4 shrink-0" />
      <span className="mr-auto">{t("files.tray.long_paste")}</span>
      <Button className="h-8" onClick={onFile}>
        {t("files.tray.long_paste_file")}
      </Button>
      <Button tone="ghost" className="h-8" onClick={onKeep}>
        {t("files.tray.long_paste_keep")}
      </Button>
    </div>
  );
}
