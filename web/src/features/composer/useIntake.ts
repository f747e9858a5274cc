import { useEffect, useEffectEvent, useState } from "react";
import type { RoomId } from "../../api/types.ts";
import { cleanName } from "../../chat/files/cleanName.ts";
import { useWorkspaceSettings } from "../../chat/workspace.ts";
import { useEngine } from "../../context/engine.tsx";
import { joined, locale } from "../../i18n/format.ts";
import { useTranslation } from "../../i18n/index.ts";
import { select } from "../../sync/select.ts";
import { notify } from "../../ui/toast.tsx";
import { asNewFile, filesIn, filesMost, longPaste, pastedFiles } from "./intake.ts";

/** How many files are named of those that were left out. */
const namedMost = 3;

/** The ways of files into a room's tray. */
export function useIntake(room: RoomId, { open }: { open: boolean }) {
  const { t } = useTranslation();
  const engine = useEngine();
  const limits = useWorkspaceSettings();
  /** A long text that was pasted and may be meant as a file. */
  const [pasted, setPasted] = useState<string | null>(null);
  const [used, setUsed] = useState(false);

  function attach(files: readonly File[]) {
    if (!open || files.length === 0) return;
    setUsed(true);
    const free = filesMost - select.tray(room)(engine.getState()).length;
    engine.attach(
      room,
      files.slice(0, free).map((file) => asNewFile(file, limits)),
    );
    const left = files.slice(free).map(({ name }) => cleanName(name));
    if (left.length === 0) return;
    const named = left.length > namedMost ? left.slice(0, namedMost - 1) : left;
    const others = left.length - named.length;
    notify({
      text: t("composer.tray_full", { count: filesMost }),
      detail: t("composer.tray_left", {
        names: joined(others > 0 ? [...named, t("chat.others", { count: others })] : named),
      }),
      tone: "danger",
    });
  }

  function drop(data: DataTransfer) {
    const { files, folders } = filesIn(data);
    if (folders) notify({ text: t("composer.folders"), detail: t("composer.folders_more"), tone: "danger" });
    attach(files);
  }

  /** Answers whether what was pasted became files. */
  function paste(data: DataTransfer): boolean {
    const at = new Intl.DateTimeFormat(locale(), { dateStyle: "medium", timeStyle: "medium" }).format();
    const files = pastedFiles(data, t("composer.pasted_image", { at }).replaceAll(/[/\\:]/g, "."));
    if (files.length > 0) {
      attach(files);
      return true;
    }
    const text = data.getData("text/plain").replaceAll("\r\n", "\n");
    setPasted(text.length > longPaste ? text : null);
    return false;
  }

  // Pasted where nothing takes text it is meant for the message.
  const onWindowPaste = useEffectEvent((event: globalThis.ClipboardEvent) => {
    const { target, clipboardData } = event;
    const typing = target instanceof Element && target.closest('input, textarea, [contenteditable], [role="dialog"]');
    if (typing || !clipboardData || document.querySelector('[role="dialog"][data-open]')) return;
    if (clipboardData.files.length > 0 && paste(clipboardData)) event.preventDefault();
  });
  useEffect(() => {
    window.addEventListener("paste", onWindowPaste);
    return () => window.removeEventListener("paste", onWindowPaste);
  }, []);

  return {
    /** Something was attached while this was on screen. */
    used,
    attach,
    drop,
    paste,
    /** Whether what was pasted still stands in the text. */
    offers: (text: string) => open && pasted !== null && text.includes(pasted),
    /** Makes it a file; answers with what is left of the text. */
    pasteAsFile(text: string): string | null {
      if (pasted === null || !text.includes(pasted)) return null;
      attach([new File([pasted], `${t("composer.pasted_text")}.txt`, { type: "text/plain" })]);
      setPasted(null);
      return text.replace(pasted, () => "").trim();
    },
    forgetPaste: () => setPasted(null),
  };
}
