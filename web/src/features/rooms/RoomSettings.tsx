import { useState } from "react";
import type { Room } from "../../api/types.ts";
import { plainName } from "../../chat/rooms.tsx";
import { useEngine } from "../../context/engine.tsx";
import { useTranslation } from "../../i18n/index.ts";
import { Button } from "../../ui/Button.tsx";
import { Notice } from "../../ui/states.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { notify } from "../../ui/toast.tsx";
import { useSubmit } from "../../ui/useSubmit.ts";

/** A room's name and topic; to be changed by those who may, to be read by all. */
export function RoomSettings({ room, rename, topic: mayTopic }: { room: Room; rename: boolean; topic: boolean }) {
  const { t } = useTranslation();
  const engine = useEngine();
  const [name, setName] = useState(plainName(room));
  const [topic, setTopic] = useState(room.topic);
  const changed = name.trim() !== plainName(room) || topic.trim() !== room.topic;
  const { form, busy, errors, failure } = useSubmit(
    async () => {
      await engine.updateRoom(room.id, {
        ...(rename && name.trim() !== plainName(room) ? { name: name.trim() } : {}),
        ...(mayTopic && topic.trim() !== room.topic ? { topic: topic.trim() } : {}),
      });
      notify({ text: t("rooms.saved"), tone: "ok" });
    },
    {
      fields: ["name", "topic"],
      check: () => (name.trim() === "" ? { name: t("rooms.name_missing") } : {}) as Record<string, string>,
    },
  );

  if (!rename && !mayTopic) {
    return room.topic ? <p className="mb-5 whitespace-pre-wrap [overflow-wrap:anywhere]">{room.topic}</p> : null;
  }
  return (
    <form {...form} className="mb-5 space-y-4">
      {failure ? <Notice>{failure}</Notice> : null}
      {rename ? (
        <TextField
          label={t("rooms.name")}
          value={name}
          maxLength={80}
          autoComplete="off"
          error={errors.name}
          onChange={(event) => setName(event.target.value)}
        />
      ) : null}
      <TextField
        label={t("rooms.topic")}
        value={topic}
        autoComplete="off"
        placeholder={t("rooms.topic_example")}
        error={errors.topic}
        onChange={(event) => setTopic(event.target.value)}
      />
      {changed ? (
        <div className="flex justify-end gap-2">
          <Button
            onClick={() => {
              setName(plainName(room));
              setTopic(room.topic);
            }}
          >
            {t("rooms.cancel")}
          </Button>
          <Button tone="primary" type="submit" busy={busy}>
            {t("rooms.save")}
          </Button>
        </div>
      ) : null}
    </form>
  );
}
