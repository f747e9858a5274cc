import { Copy, Link2, MailOpen, Pencil, Trash2 } from "lucide-react";
import type { ReactNode } from "react";
import type { Message } from "../../api/types.ts";
import { messageActs, type Place } from "../../chat/permissions.ts";
import { i18n } from "../../i18n/index.ts";
import { notify } from "../../ui/toast.tsx";

/** Something that can be done with a message. */
export interface Action {
  readonly key: "edit" | "link" | "text" | "unread" | "delete";
  readonly label: string;
  readonly icon: ReactNode;
  readonly danger?: boolean;
  run(): void;
}

/** What the list does for a message. */
export interface Deeds {
  edit(message: Message): void;
  remove(message: Message): void;
  unreadFrom(message: Message): void;
}

/** What can be done with this message by this person. */
export function actionsFor(message: Message, place: Place, deeds: Deeds): readonly Action[] {
  const { t } = i18n;
  const may = messageActs(place, message);
  const spoken = message.kind === "message" && !message.deleted_at;
  const actions: (Action | false)[] = [
    may.edit && {
      key: "edit",
      label: t("messages.edit"),
      icon: <Pencil aria-hidden="true" />,
      run: () => deeds.edit(message),
    },
    spoken && {
      key: "link",
      label: t("messages.copy_link"),
      icon: <Link2 aria-hidden="true" />,
      run: () => copy(permalink(message), t("messages.link_copied")),
    },
    spoken &&
      message.body !== "" && {
        key: "text",
        label: t("messages.copy_text"),
        icon: <Copy aria-hidden="true" />,
        run: () => copy(message.body, t("messages.text_copied")),
      },
    place.role !== null && {
      key: "unread",
      label: t("messages.mark_unread"),
      icon: <MailOpen aria-hidden="true" />,
      run: () => deeds.unreadFrom(message),
    },
    may.remove && {
      key: "delete",
      label: t("messages.delete"),
      icon: <Trash2 aria-hidden="true" />,
      danger: true,
      run: () => deeds.remove(message),
    },
  ];
  return actions.filter((action) => action !== false);
}

/** A message's own address. */
export function permalink(message: Message): string {
  return `${location.origin}/rooms/${message.room}/m/${message.ts}`;
}

function copy(text: string, done: string): void {
  navigator.clipboard.writeText(text).then(
    () => notify({ text: done, tone: "ok" }),
    () => notify({ text: i18n.t("messages.copy_failed"), tone: "danger" }),
  );
}
