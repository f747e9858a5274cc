import type { RoomId } from "../../api/types.ts";
import { nameOf } from "../../chat/people.ts";
import { useSelect } from "../../context/engine.tsx";
import { joined } from "../../i18n/format.ts";
import { useTranslation } from "../../i18n/index.ts";
import { select } from "../../sync/select.ts";

/** More names than this are too many to read. */
const mostNames = 3;

/** Who is writing right now. Its place is always kept, so nothing moves when somebody starts. */
export function TypingLine({ room }: { room: RoomId }) {
  const { t } = useTranslation();
  const me = useSelect(select.me);
  const users = useSelect(select.typing(room)).filter((id) => id !== me?.id);
  const names = useSelect((state) =>
    users
      .slice(0, mostNames)
      .map((id) => {
        const user = state.users.get(id)?.user;
        return user ? (nameOf(user).split(" ")[0] ?? nameOf(user)) : t("chat.somebody");
      })
      .join("\n"),
  ).split("\n");
  const text =
    users.length === 0
      ? ""
      : users.length > mostNames
        ? t("messages.typing_many")
        : t("messages.typing", { count: users.length, names: joined(names) });
  return (
    <div
      aria-live="polite"
      className="flex short:hidden h-[22px] shrink-0 items-center gap-2 px-5 text-[0.78125rem] text-muted max-sm:px-3.5"
    >
      {users.length > 0 ? (
        <>
          <span aria-hidden="true" className="inline-flex animate-breathe items-center gap-[3px]">
            <span className="size-[5px] rounded-full bg-muted" />
            <span className="size-[5px] rounded-full bg-faint" />
            <span className="size-[5px] rounded-full bg-line-strong" />
          </span>
          <span className="truncate">{text}</span>
        </>
      ) : null}
    </div>
  );
}
