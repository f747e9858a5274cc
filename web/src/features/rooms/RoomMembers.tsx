import { ShieldMinus, ShieldPlus, UserMinus, UserPlus } from "lucide-react";
import { useEffect, useMemo, useState } from "react";
import type { Member, Room, User, UserId } from "../../api/types.ts";
import { PeoplePicker } from "../../chat/PeoplePicker.tsx";
import { nameOf, picturesOf, useName, usePresence, useUser } from "../../chat/people.ts";
import { useEngine, useSelect } from "../../context/engine.tsx";
import { explainAll } from "../../i18n/explain.ts";
import { useTranslation } from "../../i18n/index.ts";
import { select } from "../../sync/select.ts";
import { Avatar } from "../../ui/Avatar.tsx";
import { Badge } from "../../ui/Badge.tsx";
import { Button } from "../../ui/Button.tsx";
import { IconButton } from "../../ui/IconButton.tsx";
import { Skeleton } from "../../ui/Skeleton.tsx";
import { ErrorState } from "../../ui/states.tsx";
import { notify } from "../../ui/toast.tsx";

/** Who is in the room, and by whom that can be changed. */
export function RoomMembers({ room, add, manage }: { room: Room; add: boolean; manage: boolean }) {
  const { t } = useTranslation();
  const engine = useEngine();
  const members = useSelect(select.members(room.id));
  const users = useSelect((state) => state.users);
  const [failed, setFailed] = useState(false);
  const [attempt, setAttempt] = useState(0);
  const [adding, setAdding] = useState(false);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt loads again
  useEffect(() => {
    setFailed(false);
    engine.loadMembers(room.id).catch(() => setFailed(true));
  }, [engine, room.id, attempt]);

  const sorted = useMemo(() => {
    const name = (id: UserId) => {
      const user = users.get(id)?.user;
      return user ? nameOf(user) : "";
    };
    return [...(members ?? [])].sort(
      (a, b) => Number(b.role === "owner") - Number(a.role === "owner") || name(a.user).localeCompare(name(b.user)),
    );
  }, [members, users]);

  return (
    <section aria-labelledby="room-members">
      <div className="mb-1 flex min-h-9 items-center justify-between gap-2">
        <h3 id="room-members" className="font-semibold text-s">
          {t("rooms.member_count", { count: members?.length ?? room.members })}
        </h3>
        {add && !adding ? (
          <Button icon={<UserPlus aria-hidden="true" className="size-4" />} onClick={() => setAdding(true)}>
            {t("rooms.add_people")}
          </Button>
        ) : null}
      </div>
      {adding ? <AddPeople room={room} members={sorted} onClose={() => setAdding(false)} /> : null}
      {members === null && failed ? (
        <ErrorState title={t("rooms.members_failed")} onRetry={() => setAttempt(attempt + 1)} className="py-4" />
      ) : null}
      {members === null && !failed ? <Loading /> : null}
      <ul className="-mx-2">
        {sorted.map((member) => (
          <MemberRow key={member.user} room={room} member={member} manage={manage} />
        ))}
      </ul>
    </section>
  );
}

function MemberRow({ room, member, manage }: { room: Room; member: Member; manage: boolean }) {
  const { t } = useTranslation();
  const engine = useEngine();
  const me = useSelect(select.me);
  const user = useUser(member.user);
  const name = useName(member.user);
  const { presence, label } = usePresence(member.user);
  const owner = member.role === "owner";

  function remove() {
    engine.removeMember(room.id, member.user).then(
      () => notify({ text: t("rooms.removed", { name }) }),
      (error: unknown) => notify({ text: t("rooms.remove_failed"), detail: explainAll(error), tone: "danger" }),
    );
  }

  function changeRole() {
    engine.setRole(room.id, member.user, owner ? "member" : "owner").then(
      () => notify({ text: t(owner ? "rooms.made_member" : "rooms.made_owner", { name }), tone: "ok" }),
      (error: unknown) => notify({ text: t("rooms.not_saved"), detail: explainAll(error), tone: "danger" }),
    );
  }

  return (
    <li className="flex min-h-12 items-center gap-3 rounded-row px-2 hover:bg-hover">
      <Avatar
        name={name}
        seed={member.user}
        pictures={picturesOf(user)}
        size="self"
        presence={presence}
        presenceLabel={label}
        ground="raised"
      />
      <span className="min-w-0 flex-1">
        <span className="block truncate font-medium">
          {member.user === me?.id ? t("chat.yourself", { name }) : name}
        </span>
        {user ? <span className="block truncate text-muted text-xs">@{user.username}</span> : null}
      </span>
      {member.role === "owner" && room.kind !== "direct" ? <Badge tone="tag">{t("rooms.owner")}</Badge> : null}
      {manage && member.user !== me?.id ? (
        <IconButton
          label={t(owner ? "rooms.make_member" : "rooms.make_owner", { name })}
          tooltipSide="left"
          icon={owner ? <ShieldMinus aria-hidden="true" /> : <ShieldPlus aria-hidden="true" />}
          onClick={changeRole}
        />
      ) : null}
      {manage && member.user !== me?.id ? (
        <IconButton
          label={t("rooms.remove", { name })}
          tooltipSide="left"
          icon={<UserMinus aria-hidden="true" />}
          onClick={remove}
        />
      ) : null}
    </li>
  );
}

function AddPeople({ room, members, onClose }: { room: Room; members: readonly Member[]; onClose: () => void }) {
  const { t } = useTranslation();
  const engine = useEngine();
  const [people, setPeople] = useState<readonly User[]>([]);
  const [busy, setBusy] = useState(false);
  const there = useMemo(() => new Set(members.map(({ user }) => user)), [members]);

  async function addAll() {
    setBusy(true);
    try {
      // One after the other, so that those who could be added are there when one fails.
      for (const user of people) {
        await engine.addMember(room.id, user.id);
        setPeople((rest) => rest.filter(({ id }) => id !== user.id));
      }
      onClose();
    } catch (error) {
      notify({ text: t("rooms.add_failed"), detail: explainAll(error), tone: "danger" });
    } finally {
      setBusy(false);
    }
  }

  return (
    <div className="mb-3 rounded-m border border-line bg-rail p-3">
      <PeoplePicker label={t("rooms.add_people")} value={people} onChange={setPeople} exclude={there} autoFocus />
      <div className="mt-3 flex justify-end gap-2">
        <Button onClick={onClose}>{t("rooms.cancel")}</Button>
        <Button tone="primary" busy={busy} disabled={people.length === 0} onClick={() => void addAll()}>
          {t("rooms.add")}
        </Button>
      </div>
    </div>
  );
}

function Loading() {
  const { t } = useTranslation();
  return (
    <div role="status" aria-busy="true" className="space-y-3 py-2">
      <span className="sr-only">{t("rooms.members_loading")}</span>
      {["w-32", "w-24", "w-40"].map((width) => (
        <div key={width} className="flex items-center gap-3">
          <Skeleton className="size-8 rounded-avatar" />
          <Skeleton className={`h-3.5 ${width}`} />
        </div>
      ))}
    </div>
  );
}
