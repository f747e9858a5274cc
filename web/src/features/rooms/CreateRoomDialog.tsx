import { useNavigate } from "@tanstack/react-router";
import { Hash, Lock } from "lucide-react";
import { useId, useState } from "react";
import type { User } from "../../api/types.ts";
import { PeoplePicker } from "../../chat/PeoplePicker.tsx";
import { useEngine, useSelect } from "../../context/engine.tsx";
import { useTranslation } from "../../i18n/index.ts";
import { select } from "../../sync/select.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { RadioCards } from "../../ui/RadioCards.tsx";
import { Notice } from "../../ui/states.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { useSubmit } from "../../ui/useSubmit.ts";

/** Makes a room and goes there. */
export function CreateRoomDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const formId = useId();
  const [busy, setBusy] = useState(false);
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={t("rooms.create_title")}
      description={t("rooms.create_more")}
      width="m"
      footer={
        <>
          <Button onClick={onClose}>{t("rooms.cancel")}</Button>
          <Button tone="primary" type="submit" form={formId} busy={busy}>
            {t("rooms.create")}
          </Button>
        </>
      }
    >
      <CreateForm id={formId} onBusy={setBusy} onDone={onClose} />
    </Dialog>
  );
}

function CreateForm({ id, onBusy, onDone }: { id: string; onBusy: (busy: boolean) => void; onDone: () => void }) {
  const { t } = useTranslation();
  const engine = useEngine();
  const navigate = useNavigate();
  const me = useSelect(select.me);
  const [kind, setKind] = useState<"public" | "private">("public");
  const [name, setName] = useState("");
  const [topic, setTopic] = useState("");
  const [people, setPeople] = useState<readonly User[]>([]);
  const [self] = useState(() => new Set(me ? [me.id] : []));

  const { form, errors, failure } = useSubmit(
    async () => {
      onBusy(true);
      try {
        const room = await engine.createRoom({
          kind,
          name: name.trim(),
          topic: topic.trim(),
          members: people.map((user) => user.id),
        });
        onDone();
        await navigate({ to: "/rooms/$roomId", params: { roomId: room.id } });
      } finally {
        onBusy(false);
      }
    },
    {
      fields: ["name", "topic", "kind"],
      check: () => (name.trim() === "" ? { name: t("rooms.name_missing") } : {}) as Record<string, string>,
    },
  );

  return (
    <form {...form} id={id} className="space-y-4">
      {failure ? <Notice>{failure}</Notice> : null}
      <TextField
        label={t("rooms.name")}
        value={name}
        maxLength={80}
        autoFocus
        autoComplete="off"
        placeholder={t("rooms.name_example")}
        error={errors.name}
        lead={kind === "private" ? <Lock className="size-4" /> : <Hash className="size-4" />}
        onChange={(event) => setName(event.target.value)}
      />
      <TextField
        label={t("rooms.topic")}
        optional
        value={topic}
        autoComplete="off"
        error={errors.topic}
        onChange={(event) => setTopic(event.target.value)}
      />
      <RadioCards
        legend={t("rooms.who_sees")}
        name="kind"
        value={kind}
        onChange={setKind}
        error={errors.kind}
        choices={[
          {
            value: "public",
            label: t("rooms.public"),
            hint: t("rooms.public_more"),
            icon: <Hash aria-hidden="true" />,
          },
          {
            value: "private",
            label: t("rooms.private"),
            hint: t("rooms.private_more"),
            icon: <Lock aria-hidden="true" />,
          },
        ]}
      />
      <PeoplePicker label={t("rooms.first_people")} value={people} onChange={setPeople} exclude={self} />
    </form>
  );
}
