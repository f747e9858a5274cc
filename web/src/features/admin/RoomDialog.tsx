import { Archive, ArchiveRestore } from "lucide-react";
import { useId, useState } from "react";
import type { AdminRoom, AdminRoomChange } from "../../api/admin.ts";
import { useWorkspaceSettings } from "../../chat/workspace.ts";
import { useEngine } from "../../context/engine.tsx";
import { ago, number } from "../../i18n/format.ts";
import { useTranslation } from "../../i18n/index.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { Notice } from "../../ui/states.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { notify } from "../../ui/toast.tsx";
import { useSubmit } from "../../ui/useSubmit.ts";
import { type Act, Confirm } from "./Confirm.tsx";
import { useRefresh } from "./Listing.tsx";
import { Facts } from "./Page.tsx";
import { isRetention, RetentionField } from "./RetentionField.tsx";

/** One room: what it is called, for how long it keeps messages, and whether it is in use. */
export function RoomDialog({ room, onClose }: { room: AdminRoom | null; onClose: () => void }) {
  const { t } = useTranslation();
  const id = useId();
  const [busy, setBusy] = useState(false);
  const [last, setLast] = useState(room);
  if (room && room !== last) setLast(room);
  return (
    <Dialog
      open={room !== null}
      onClose={onClose}
      title={last?.name ?? ""}
      description={last ? t(`chat.kind.${last.kind}`) : undefined}
      width="m"
      footer={
        <>
          <Button onClick={onClose}>{t("admin.cancel")}</Button>
          <Button tone="primary" type="submit" form={id} busy={busy}>
            {t("admin.save")}
          </Button>
        </>
      }
    >
      {last ? <RoomForm key={last.id} id={id} room={last} onBusy={setBusy} onDone={onClose} /> : null}
    </Dialog>
  );
}

function RoomForm({
  id,
  room,
  onBusy,
  onDone,
}: {
  id: string;
  room: AdminRoom;
  onBusy: (busy: boolean) => void;
  onDone: () => void;
}) {
  const { t } = useTranslation();
  const engine = useEngine();
  const reread = useRefresh();
  const settings = useWorkspaceSettings();
  const called = room.name ?? "";
  const [name, setName] = useState(called);
  const [topic, setTopic] = useState(room.topic);
  const [days, setDays] = useState(room.retention_days);
  const [act, setAct] = useState<Act | null>(null);
  const path = `/admin/rooms/${room.id}`;
  const refresh = () => reread("/admin/rooms");
  const change: AdminRoomChange = {
    ...(name.trim() === called ? {} : { name: name.trim() }),
    ...(topic.trim() === room.topic ? {} : { topic: topic.trim() }),
    ...(days === room.retention_days ? {} : { retention_days: days }),
  };

  async function save(): Promise<void> {
    if (Object.keys(change).length > 0) {
      await engine.api.call("PATCH", path, change);
      await refresh();
      notify({ text: t("admin.saved"), tone: "ok" });
    }
    onDone();
  }

  const { form, errors, failure } = useSubmit(
    async () => {
      onBusy(true);
      try {
        // A shorter time deletes at the next hour what is older: nobody should do that by a slip.
        const before = room.retention_days ?? settings?.retention_days ?? Number.POSITIVE_INFINITY;
        const after = days ?? settings?.retention_days ?? Number.POSITIVE_INFINITY;
        if (after < before) setAct(shorten(after));
        else await save();
      } finally {
        onBusy(false);
      }
    },
    {
      fields: ["name", "topic", "retention_days"],
      check: () => ({
        ...(name.trim() === "" ? { name: t("problem.empty") } : {}),
        ...(isRetention(days) ? {} : { retention_days: t("admin.retention.range") }),
      }),
    },
  );
  const shorten = (after: number): Act => ({
    title: t("admin.retention.shorten_title", { name: called }),
    detail: t("admin.retention.shorten_detail", { count: after }),
    does: t("admin.retention.shorten"),
    danger: true,
    run: save,
  });
  const archive: Act = {
    title: t("admin.rooms.archive_title", { name: called }),
    detail: t("admin.rooms.archive_detail"),
    does: t("admin.rooms.archive"),
    danger: true,
    async run() {
      await engine.api.call("DELETE", path);
      await refresh();
      notify({ text: t("admin.rooms.archived_now", { name: called }), tone: "ok" });
      onDone();
    },
  };
  const unarchive: Act = {
    title: t("admin.rooms.unarchive_title", { name: called }),
    detail: t("admin.rooms.unarchive_detail"),
    does: t("admin.rooms.unarchive"),
    async run() {
      await engine.api.call("POST", `${path}/unarchive`, {});
      await refresh();
      notify({ text: t("admin.rooms.unarchived_now", { name: called }), tone: "ok" });
      onDone();
    },
  };
  const workspaceDays = settings?.retention_days ?? null;
  return (
    <>
      <form {...form} id={id} className="grid gap-4">
        {failure ? <Notice>{failure}</Notice> : null}
        <Facts
          items={[
            [t("admin.rooms.members"), number(room.members)],
            [t("admin.rooms.messages"), number(room.messages)],
            [t("admin.rooms.last"), room.last_ts ? ago(room.last_ts / 1000) : t("admin.rooms.never")],
            [t("admin.rooms.made"), ago(room.created_at)],
          ]}
        />
        {room.archived_at ? null : (
          <>
            <TextField
              label={t("admin.rooms.name")}
              name="name"
              maxLength={80}
              autoComplete="off"
              value={name}
              onChange={(event) => setName(event.target.value)}
              error={errors.name}
            />
            <TextField
              label={t("admin.rooms.topic")}
              name="topic"
              autoComplete="off"
              value={topic}
              onChange={(event) => setTopic(event.target.value)}
              error={errors.topic}
            />
          </>
        )}
        <RetentionField
          label={t("admin.rooms.kept")}
          none={
            workspaceDays === null
              ? t("admin.rooms.workspace_ever")
              : t("admin.rooms.workspace_days", { count: workspaceDays })
          }
          days={days}
          onChange={setDays}
          error={errors.retention_days}
        />
      </form>
      <div className="mt-5 flex items-center justify-between gap-4 border-line border-t pt-4 max-sm:flex-col max-sm:items-stretch">
        <p className="text-muted text-s">
          {t(room.archived_at ? "admin.rooms.unarchive_hint" : "admin.rooms.archive_hint")}
        </p>
        <Button
          icon={
            room.archived_at ? (
              <ArchiveRestore aria-hidden="true" className="size-4" />
            ) : (
              <Archive aria-hidden="true" className="size-4" />
            )
          }
          onClick={() => setAct(room.archived_at ? unarchive : archive)}
        >
          {room.archived_at ? unarchive.does : archive.does}
        </Button>
      </div>
      <Confirm act={act} onClose={() => setAct(null)} />
    </>
  );
}
