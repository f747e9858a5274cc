import { useEffect, useRef, useState } from "react";
import { nameOf } from "../../chat/people.ts";
import { useEngine } from "../../context/engine.tsx";
import { joined } from "../../i18n/format.ts";
import { useTranslation } from "../../i18n/index.ts";
import type { Row } from "../../sync/select.ts";

/** A long message is announced by its beginning. */
const mostCharacters = 240;

/** What to say politely of the newest message of somebody else, when it comes in while the room is open. */
export function useAnnouncement(rows: readonly Row[], loaded: boolean): string {
  const { t } = useTranslation();
  const engine = useEngine();
  const [text, setText] = useState("");
  const heard = useRef<number | null>(null);
  useEffect(() => {
    if (!loaded) return;
    const last = rows.findLast((row) => row.message !== null)?.message;
    const ts = last?.ts ?? 0;
    const before = heard.current;
    heard.current = Math.max(before ?? 0, ts);
    if (before === null || !last || ts <= before || last.kind === "system" || last.deleted_at) return;
    const state = engine.getState();
    if (last.author === state.me?.id) return;
    const author = state.users.get(last.author)?.user;
    const name = author ? nameOf(author) : t("chat.somebody");
    const files = joined(last.attachments.map((file) => file.name));
    setText(
      last.body === "" && files !== ""
        ? t("messages.announce_files", { name, files })
        : t("messages.announce", { name, text: last.body.slice(0, mostCharacters) }),
    );
  }, [rows, loaded, engine, t]);
  return text;
}
