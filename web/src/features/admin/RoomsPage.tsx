import { Hash, Lock, Search } from "lucide-react";
import { useState } from "react";
import type { AdminRoom } from "../../api/admin.ts";
import { ago, number } from "../../i18n/format.ts";
import { useTranslation } from "../../i18n/index.ts";
import { Badge } from "../../ui/Badge.tsx";
import { Button } from "../../ui/Button.tsx";
import { EmptyState } from "../../ui/states.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { Listing, useList } from "./Listing.tsx";
import { Narrow } from "./Narrow.tsx";
import { Page } from "./Page.tsx";
import { RoomDialog } from "./RoomDialog.tsx";
import { Table } from "./Table.tsx";
import { useFilters, useTyped } from "./useFilters.ts";

const kinds = ["public", "private"] as const;
const states = ["active", "archived"] as const;

/** Every room that has a name, what goes on in it and for how long it keeps that. */
export function RoomsPage() {
  const { t } = useTranslation();
  const filters = useFilters<"query" | "kind" | "state">();
  const { query, kind, state } = filters.values;
  const [text, setText] = useTyped(filters, "query");
  const [open, setOpen] = useState<AdminRoom | null>(null);
  const { list, items } = useList<AdminRoom>("/admin/rooms", { query, kind, state });
  const clear =
    query || kind || state
      ? () => {
          setText("");
          filters.choose({ query: "", kind: "", state: "" });
        }
      : undefined;
  const kept = ({ retention_days }: AdminRoom) =>
    retention_days === null ? t("admin.rooms.like_workspace") : t("admin.retention.days", { count: retention_days });
  const active = ({ last_ts }: AdminRoom) => (last_ts ? ago(last_ts / 1000) : t("admin.rooms.never"));
  return (
    <Page title={t("admin.rooms.title")} intro={t("admin.rooms.intro")}>
      <div>
        <search className="mb-5 grid grid-cols-2 gap-3 max-sm:*:first:col-span-2 sm:grid-cols-[minmax(0,1fr)_11rem_11rem]">
          <TextField
            label={t("admin.rooms.find")}
            type="search"
            autoComplete="off"
            lead={<Search className="size-4" />}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
          <Narrow
            label={t("admin.rooms.kind")}
            any={t("admin.rooms.any_kind")}
            values={kinds}
            word={(value) => t(`admin.rooms.${value}`)}
            chosen={kind}
            onChoose={(kind) => filters.choose({ kind })}
          />
          <Narrow
            label={t("admin.rooms.state")}
            any={t("admin.rooms.any_state")}
            values={states}
            word={(value) => t(`admin.rooms.${value}`)}
            chosen={state}
            onChoose={(state) => filters.choose({ state })}
          />
        </search>
        <Listing
          list={list}
          count={items.length}
          loading={t("admin.rooms.loading")}
          failed={t("admin.rooms.failed")}
          onClear={clear}
          empty={
            <EmptyState
              icon={<Hash aria-hidden="true" />}
              title={t("admin.rooms.none")}
              action={clear ? <Button onClick={clear}>{t("admin.clear")}</Button> : null}
            >
              {t(clear ? "admin.rooms.none_detail" : "admin.rooms.none_yet")}
            </EmptyState>
          }
        >
          <Table
            label={t("admin.rooms.title")}
            items={items}
            idOf={({ id }) => id}
            columns={[
              { head: t("admin.rooms.name"), cell: (room) => <Name room={room} onOpen={() => setOpen(room)} /> },
              { head: t("admin.rooms.members"), cell: (room) => number(room.members), end: true },
              { head: t("admin.rooms.messages"), cell: (room) => number(room.messages), end: true },
              { head: t("admin.rooms.last"), cell: active },
              { head: t("admin.rooms.kept"), cell: kept },
            ]}
            card={(room) => (
              <div className="py-2.5">
                <Name room={room} onOpen={() => setOpen(room)} />
                <p className="mt-1 pl-12 text-muted text-s">
                  {[
                    t("admin.rooms.member_count", { count: room.members }),
                    t("admin.rooms.message_count", { count: room.messages }),
                    active(room),
                  ].join(" · ")}
                </p>
              </div>
            )}
          />
        </Listing>
      </div>
      <RoomDialog room={open} onClose={() => setOpen(null)} />
    </Page>
  );
}

function Name({ room, onOpen }: { room: AdminRoom; onOpen: () => void }) {
  const { t } = useTranslation();
  const Icon = room.kind === "private" ? Lock : Hash;
  return (
    <div className="relative flex min-h-11 min-w-0 items-center gap-3">
      <span className="grid size-9 shrink-0 place-items-center rounded-m bg-sunken text-muted">
        <Icon aria-hidden="true" className="size-[18px]" />
      </span>
      <div className="min-w-0">
        <p className="flex flex-wrap items-center gap-x-2 font-semibold text-m">
          {/* The button is its name; a finger may hit anything of the line. */}
          <button
            type="button"
            aria-label={t("admin.rooms.open", { name: room.name })}
            onClick={onOpen}
            className="rounded-s text-left [overflow-wrap:anywhere] after:absolute after:inset-0"
          >
            {room.name}
          </button>
          {room.archived_at ? <Badge tone="tag">{t("admin.rooms.archived")}</Badge> : null}
        </p>
        {room.topic ? <p className="max-w-56 truncate text-muted text-s">{room.topic}</p> : null}
      </div>
    </div>
  );
}
