import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { ScrollText } from "lucide-react";
import { useState } from "react";
import type { AdminUser, Role } from "../../api/admin.ts";
import { nameOf, picturesOf } from "../../chat/people.ts";
import { useEngine, useSelect } from "../../context/engine.tsx";
import { explainAll } from "../../i18n/explain.ts";
import { ago, bytes, fullMoment } from "../../i18n/format.ts";
import { useTranslation } from "../../i18n/index.ts";
import { select } from "../../sync/select.ts";
import { Avatar } from "../../ui/Avatar.tsx";
import { checkAccount } from "../../ui/account.ts";
import { Badge } from "../../ui/Badge.tsx";
import { Button } from "../../ui/Button.tsx";
import { Select } from "../../ui/Select.tsx";
import { ErrorState, Notice } from "../../ui/states.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { notify } from "../../ui/toast.tsx";
import { useSubmit } from "../../ui/useSubmit.ts";
import { type Act, Confirm } from "./Confirm.tsx";
import { Rows, useRefresh } from "./Listing.tsx";
import { Facts, Page, Part } from "./Page.tsx";
import { PersonAccess } from "./PersonAccess.tsx";
import { PersonSessions, PersonTokens } from "./PersonSessions.tsx";
import { mayManage, risesToRun, rolesToGive } from "./roles.ts";

/** Where one person is kept. */
function personKey(id: string): readonly string[] {
  return ["admin", `/admin/users/${id}`];
}

/** One person: who they are, what they may do, where they are signed in. */
export function PersonPage() {
  const { t } = useTranslation();
  const engine = useEngine();
  const { userId = "" } = useParams({ strict: false });
  const person = useQuery({
    queryKey: personKey(userId),
    queryFn: () => engine.api.call<AdminUser>("GET", `/admin/users/${userId}`),
  });
  const back = { to: "/admin/people", label: t("admin.person.back") } as const;
  if (person.data) return <Person user={person.data} key={person.data.id} back={back} />;
  return (
    <Page title={t("admin.person.title")} back={back} narrow>
      {person.isError ? (
        <ErrorState title={t("admin.person.failed")} busy={person.isFetching} onRetry={() => void person.refetch()}>
          {explainAll(person.error)}
        </ErrorState>
      ) : (
        <Rows label={t("admin.person.loading")} rows={4} />
      )}
    </Page>
  );
}

function Person({ user, back }: { user: AdminUser; back: { to: "/admin/people"; label: string } }) {
  const { t } = useTranslation();
  const me = useSelect(select.me);
  const manages = mayManage(me, user);
  return (
    <Page
      title={nameOf(user)}
      back={back}
      narrow
      actions={
        <Button
          icon={<ScrollText aria-hidden="true" className="size-4" />}
          render={<Link to="/admin/audit" search={{ subject: user.id }} />}
        >
          {t("admin.person.audit")}
        </Button>
      }
    >
      <div>
        <div className="mb-5 flex items-center gap-4">
          <Avatar name={nameOf(user)} seed={user.id} pictures={picturesOf(user)} size="xl" ground="canvas" />
          <div className="min-w-0">
            <p className="flex flex-wrap items-center gap-2 font-bold text-l">
              <span className="[overflow-wrap:anywhere]">@{user.username}</span>
              <Badge tone="tag">{t(`admin.role.${user.role}`)}</Badge>
              {user.deactivated_at ? <Badge tone="tag">{t("admin.people.deactivated")}</Badge> : null}
            </p>
            {manages ? null : <p className="text-muted text-s">{t("admin.person.above")}</p>}
          </div>
        </div>
        <Facts
          items={[
            [t("admin.people.email"), user.email ?? "–"],
            [
              t("admin.people.seen"),
              user.last_seen_at ? (
                <span key="seen" title={fullMoment(user.last_seen_at)}>
                  {ago(user.last_seen_at)}
                </span>
              ) : (
                t("admin.people.never")
              ),
            ],
            [
              t("admin.person.since"),
              <span key="since" title={fullMoment(user.created_at)}>
                {ago(user.created_at)}
              </span>,
            ],
            [t("admin.people.storage"), bytes(user.storage_bytes)],
          ]}
        />
      </div>
      {manages ? (
        <Part title={t("admin.person.profile")}>
          <ProfileForm user={user} />
        </Part>
      ) : null}
      <PersonAccess user={user} manages={manages} />
      <PersonSessions user={user} manages={manages} />
      <PersonTokens user={user} manages={manages} />
    </Page>
  );
}

function ProfileForm({ user }: { user: AdminUser }) {
  const { t } = useTranslation();
  const engine = useEngine();
  const queries = useQueryClient();
  const refresh = useRefresh();
  const me = useSelect(select.me);
  const [name, setName] = useState(user.display_name);
  const [email, setEmail] = useState(user.email ?? "");
  const [role, setRole] = useState<Role>(user.role);
  const own = me?.id === user.id;
  const changed = name.trim() !== user.display_name || email.trim() !== (user.email ?? "") || role !== user.role;
  const choices = rolesToGive(me);
  const [rise, setRise] = useState<Act | null>(null);

  async function save() {
    const change = {
      ...(name.trim() === user.display_name ? {} : { display_name: name.trim() }),
      ...(email.trim() === (user.email ?? "") ? {} : { email: email.trim() }),
      ...(role === user.role ? {} : { role }),
    };
    const now = await engine.api.call<AdminUser>("PATCH", `/admin/users/${user.id}`, change);
    queries.setQueryData(personKey(user.id), now);
    await refresh("/admin/users");
    if (own) await engine.refreshMe();
    notify({ text: t("admin.saved"), tone: "ok" });
  }

  const { form, busy, errors, failure } = useSubmit(
    async () => {
      if (!risesToRun(user.role, role)) return save();
      setRise({
        title: t(`admin.rise.${role}_title`, { name: name.trim() }),
        detail: <RiseDetail name={name.trim()} email={email.trim()} />,
        does: t(`admin.rise.${role}`),
        run: save,
      });
    },
    { fields: ["display_name", "email", "role"], check: () => checkAccount({ display_name: name, email }) },
  );
  return (
    <form {...form} className="grid grid-cols-1 gap-4">
      {failure ? <Notice>{failure}</Notice> : null}
      <div className="grid items-start gap-4 sm:grid-cols-2">
        <TextField
          label={t("admin.create.name")}
          name="display_name"
          autoComplete="off"
          maxLength={80}
          value={name}
          onChange={(event) => setName(event.target.value)}
          error={errors.display_name}
        />
        <TextField
          label={t("admin.people.email")}
          name="email"
          type="email"
          autoComplete="off"
          maxLength={254}
          value={email}
          disabled={own}
          hint={own ? t("admin.person.own_email") : undefined}
          onChange={(event) => setEmail(event.target.value)}
          error={errors.email}
        />
      </div>
      <Select
        label={t("admin.people.role")}
        value={role}
        disabled={!choices.includes(user.role)}
        hint={t(`admin.role_hint.${role}`)}
        onChange={(event) => setRole(event.target.value as Role)}
        error={errors.role}
      >
        {(choices.includes(user.role) ? choices : [user.role]).map((value) => (
          <option key={value} value={value}>
            {t(`admin.role.${value}`)}
          </option>
        ))}
      </Select>
      <div>
        <Button tone="primary" type="submit" disabled={!changed} busy={busy}>
          {t("admin.save")}
        </Button>
      </div>
      <Confirm act={rise} onClose={() => setRise(null)} />
    </form>
  );
}

/** Whose mailbox is behind an account that gets a say, and what ends with the change. */
function RiseDetail({ name, email }: { name: string; email: string }) {
  const { t } = useTranslation();
  return (
    <span className="[overflow-wrap:anywhere]">
      {email ? t("admin.rise.mailbox", { email }) : t("admin.rise.no_mailbox")} {t("admin.rise.ends", { name })}
    </span>
  );
}
