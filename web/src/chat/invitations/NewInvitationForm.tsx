import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link2 } from "lucide-react";
import { useState } from "react";
import type { RoomId } from "../../api/types.ts";
import { useEngine, useSelect } from "../../context/engine.tsx";
import { explainAll } from "../../i18n/explain.ts";
import { useTranslation } from "../../i18n/index.ts";
import { select } from "../../sync/select.ts";
import { Button } from "../../ui/Button.tsx";
import { Checkbox } from "../../ui/Checkbox.tsx";
import { CopyField } from "../../ui/CopyField.tsx";
import { Select } from "../../ui/Select.tsx";
import { Notice } from "../../ui/states.tsx";
import { plainName } from "../rooms.tsx";
import "./words.ts";
import { createInvitation, invitationsKey } from "./calls.ts";

const days = ["1", "7", "30", "365"] as const;
const uses = ["1", "10", "100", "any"] as const;
const roles = ["member", "guest"] as const;

/** Makes a link that lets people in: as members of the workspace, or as guests of some rooms. */
export function NewInvitationForm() {
  const { t } = useTranslation();
  const engine = useEngine();
  const queries = useQueryClient();
  const [role, setRole] = useState<(typeof roles)[number]>("member");
  const [rooms, setRooms] = useState<ReadonlySet<RoomId>>(new Set());
  const [lasts, setLasts] = useState<(typeof days)[number]>("7");
  const [times, setTimes] = useState<(typeof uses)[number]>("any");
  const [homeless, setHomeless] = useState(false);
  const make = useMutation({
    mutationFn: () =>
      createInvitation(engine.api, {
        ...(times === "any" ? {} : { max_uses: Number(times) }),
        ...(role === "guest" ? { role } : {}),
        ...(rooms.size > 0 ? { rooms: [...rooms] } : {}),
        expires_in_days: Number(lasts),
      }),
    onSuccess: () => queries.invalidateQueries({ queryKey: invitationsKey }),
  });
  const start = () => {
    // A guest of no room would see an empty workspace.
    const nowhere = role === "guest" && rooms.size === 0;
    setHomeless(nowhere);
    if (!nowhere) make.mutate();
  };
  return (
    <div className="space-y-4">
      {make.isError ? <Notice>{explainAll(make.error)}</Notice> : null}
      {make.data ? (
        <CopyField label={t("invitation.link")} title={t("invitation.ready")} value={make.data.url} />
      ) : null}
      <div className="grid grid-cols-2 gap-3 max-sm:grid-cols-1">
        <Select
          label={t("invitation.lasts")}
          value={lasts}
          onChange={(event) => setLasts(event.target.value as typeof lasts)}
        >
          {days.map((value) => (
            <option key={value} value={value}>
              {t("invitation.days", { count: Number(value) })}
            </option>
          ))}
        </Select>
        <Select
          label={t("invitation.uses")}
          value={times}
          onChange={(event) => setTimes(event.target.value as typeof times)}
        >
          {uses.map((value) => (
            <option key={value} value={value}>
              {value === "any" ? t("invitation.any_number") : t("invitation.people", { count: Number(value) })}
            </option>
          ))}
        </Select>
      </div>
      <Select
        label={t("invitation.role")}
        value={role}
        hint={t(`invitation.${role}_hint`)}
        onChange={(event) => {
          setRole(event.target.value as typeof role);
          setHomeless(false);
        }}
      >
        {roles.map((value) => (
          <option key={value} value={value}>
            {t(`invitation.roles.${value}`)}
          </option>
        ))}
      </Select>
      <RoomChoice chosen={rooms} onChange={setRooms} error={homeless ? t("invitation.rooms_missing") : undefined} />
      <Button
        tone={make.data ? "secondary" : "primary"}
        wide
        busy={make.isPending}
        icon={<Link2 aria-hidden="true" className="size-4" />}
        onClick={start}
      >
        {t(make.data ? "invitation.make_another" : "invitation.make")}
      </Button>
    </div>
  );
}

/** The rooms that somebody finds themselves in. Only rooms of one's own can be given. */
function RoomChoice({
  chosen,
  onChange,
  error,
}: {
  chosen: ReadonlySet<RoomId>;
  onChange: (rooms: ReadonlySet<RoomId>) => void;
  error: string | undefined;
}) {
  const { t } = useTranslation();
  const mine = useSelect(select.rooms);
  const rooms = mine.map(({ room }) => room).filter((room) => room.kind !== "direct" && !room.archived_at);
  if (rooms.length === 0) return null;
  const toggle = (id: RoomId, on: boolean) => {
    const next = new Set(chosen);
    if (on) next.add(id);
    else next.delete(id);
    onChange(next);
  };
  return (
    <fieldset>
      <legend className="mb-1.5 font-semibold text-s">{t("invitation.rooms")}</legend>
      <div className="max-h-44 overflow-y-auto overscroll-contain rounded-m border border-field px-3 py-1.5">
        {rooms.map((room) => (
          <Checkbox
            key={room.id}
            label={<span className="[overflow-wrap:anywhere]">{plainName(room)}</span>}
            checked={chosen.has(room.id)}
            onChange={(event) => toggle(room.id, event.target.checked)}
          />
        ))}
      </div>
      {error ? (
        <p role="alert" className="mt-1.5 font-medium text-danger text-s">
          {error}
        </p>
      ) : null}
    </fieldset>
  );
}
