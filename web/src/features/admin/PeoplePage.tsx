import { Link } from "@tanstack/react-router";
import { Search, UserPlus, UsersRound } from "lucide-react";
import { useState } from "react";
import type { AdminUser } from "../../api/admin.ts";
import { nameOf, picturesOf } from "../../chat/people.ts";
import { ago, bytes, number } from "../../i18n/format.ts";
import { useTranslation } from "../../i18n/index.ts";
import { Avatar } from "../../ui/Avatar.tsx";
import { Badge } from "../../ui/Badge.tsx";
import { Button } from "../../ui/Button.tsx";
import { EmptyState } from "../../ui/states.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { CreatePersonDialog } from "./CreatePersonDialog.tsx";
import { InviteButton } from "./InviteButton.tsx";
import { Listing, useList } from "./Listing.tsx";
import { Narrow } from "./Narrow.tsx";
import { Page } from "./Page.tsx";
import { roles } from "./roles.ts";
import { Table } from "./Table.tsx";
import { useFilters, useTyped } from "./useFilters.ts";

const states = ["active", "deactivated"] as const;

/** Everybody who has an account: found by name, role and state. */
export function PeoplePage() {
  const { t } = useTranslation();
  const filters = useFilters<"query" | "role" | "state">();
  const { query, role, state } = filters.values;
  const [text, setText] = useTyped(filters, "query");
  const [creating, setCreating] = useState(false);
  const { list, items } = useList<AdminUser>("/admin/users", { query, role, state });
  const clear =
    query || role || state
      ? () => {
          setText("");
          filters.choose({ query: "", role: "", state: "" });
        }
      : undefined;
  return (
    <Page
      title={t("admin.people.title")}
      actions={
        <>
          <InviteButton />
          <Button
            tone="primary"
            icon={<UserPlus aria-hidden="true" className="size-4" />}
            onClick={() => setCreating(true)}
          >
            {t("admin.people.create")}
          </Button>
        </>
      }
    >
      <div>
        <search className="mb-5 grid grid-cols-2 gap-3 max-sm:*:first:col-span-2 sm:grid-cols-[minmax(0,1fr)_11rem_11rem]">
          <TextField
            label={t("admin.people.find")}
            type="search"
            autoComplete="off"
            lead={<Search className="size-4" />}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
          <Narrow
            label={t("admin.people.role")}
            any={t("admin.people.any_role")}
            values={roles}
            word={(value) => t(`admin.role.${value}`)}
            chosen={role}
            onChoose={(role) => filters.choose({ role })}
          />
          <Narrow
            label={t("admin.people.state")}
            any={t("admin.people.any_state")}
            values={states}
            word={(value) => t(`admin.people.${value}`)}
            chosen={state}
            onChoose={(state) => filters.choose({ state })}
          />
        </search>
        <Listing
          list={list}
          count={items.length}
          loading={t("admin.people.loading")}
          failed={t("admin.people.failed")}
          onClear={clear}
          empty={
            <EmptyState
              icon={<UsersRound aria-hidden="true" />}
              title={t("admin.people.none")}
              action={clear ? <Button onClick={clear}>{t("admin.clear")}</Button> : null}
            >
              {t("admin.people.none_detail")}
            </EmptyState>
          }
        >
          <Table
            label={t("admin.people.title")}
            items={items}
            idOf={({ id }) => id}
            columns={[
              { head: t("admin.people.name"), cell: (user) => <Who user={user} /> },
              { head: t("admin.people.role"), cell: (user) => t(`admin.role.${user.role}`) },
              { head: t("admin.people.email"), cell: (user) => user.email ?? "–" },
              { head: t("admin.people.seen"), cell: (user) => seen(user) ?? t("admin.people.never") },
              { head: t("admin.people.sessions"), cell: (user) => number(user.sessions), end: true },
              { head: t("admin.people.storage"), cell: (user) => bytes(user.storage_bytes), end: true },
            ]}
            card={(user) => (
              <div className="py-2.5">
                <Who user={user} />
                <p className="mt-1 pl-12 text-muted text-s">
                  {[
                    t(`admin.role.${user.role}`),
                    seen(user) ?? t("admin.people.never"),
                    bytes(user.storage_bytes),
                  ].join(" · ")}
                </p>
              </div>
            )}
          />
        </Listing>
      </div>
      <CreatePersonDialog open={creating} onClose={() => setCreating(false)} />
    </Page>
  );
}

function seen({ last_seen_at }: AdminUser): string | null {
  return last_seen_at ? ago(last_seen_at) : null;
}

function Who({ user }: { user: AdminUser }) {
  const { t } = useTranslation();
  return (
    <Link
      to="/admin/people/$userId"
      params={{ userId: user.id }}
      className="flex min-h-11 min-w-0 items-center gap-3 rounded-row text-text no-underline"
    >
      <Avatar name={nameOf(user)} seed={user.id} pictures={picturesOf(user)} ground="canvas" />
      <span className="min-w-0">
        <span className="flex flex-wrap items-center gap-x-2 font-semibold text-m">
          <span className="[overflow-wrap:anywhere]">{nameOf(user)}</span>
          {user.deactivated_at ? <Badge tone="tag">{t("admin.people.deactivated")}</Badge> : null}
          {user.kind === "bot" ? <Badge tone="tag">{t("chat.bot")}</Badge> : null}
        </span>
        <span className="block truncate text-muted text-s">@{user.username}</span>
      </span>
    </Link>
  );
}
