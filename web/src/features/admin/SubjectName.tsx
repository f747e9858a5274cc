import { nameOf } from "../../chat/people.ts";
import { plainName } from "../../chat/rooms.tsx";
import { useSelect } from "../../context/engine.tsx";
import { useTranslation } from "../../i18n/index.ts";
import { select } from "../../sync/select.ts";

/** Whom or what an entry of the audit log is about: a name where the id is known, else the id. */
export function SubjectName({ id }: { id: string | null }) {
  const { t } = useTranslation();
  const user = useSelect(select.user(id ?? ""));
  const room = useSelect(select.room(id ?? ""));
  if (id === null) return <span className="text-muted">{t("admin.audit.server")}</span>;
  const name = user ? nameOf(user) : room ? plainName(room) : null;
  if (name) return <span className="[overflow-wrap:anywhere]">{name}</span>;
  return (
    <span title={id} className="inline-block max-w-40 truncate align-bottom font-mono text-xs">
      {id || "–"}
    </span>
  );
}
