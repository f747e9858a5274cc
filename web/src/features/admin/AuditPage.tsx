import { useMutation } from "@tanstack/react-query";
import { CircleAlert, CircleCheck, FileDown, ScrollText, ShieldCheck } from "lucide-react";
import { useState } from "react";
import type { AuditCheck, AuditEntry } from "../../api/admin.ts";
import { type Query, search } from "../../api/client.ts";
import type { User } from "../../api/types.ts";
import { PeoplePicker } from "../../chat/PeoplePicker.tsx";
import { useEngine, useSelect } from "../../context/engine.tsx";
import { explainAll } from "../../i18n/explain.ts";
import { ago, fullMoment, number } from "../../i18n/format.ts";
import { useTranslation } from "../../i18n/index.ts";
import { select } from "../../sync/select.ts";
import { Button } from "../../ui/Button.tsx";
import { Select } from "../../ui/Select.tsx";
import { EmptyState, Notice } from "../../ui/states.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { useWide } from "../../ui/useWide.ts";
import { AuditEntryDialog } from "./AuditEntryDialog.tsx";
import { type AuditFilter, actions, auditQuery, wordAction } from "./audit.ts";
import { Listing, useList } from "./Listing.tsx";
import { Page } from "./Page.tsx";
import { SubjectName } from "./SubjectName.tsx";
import { Table } from "./Table.tsx";
import { type Filters as FiltersOf, useFilters, useTyped } from "./useFilters.ts";

const formats = ["jsonl", "csv"] as const;

/** Every act that concerns security or administration, the newest first. */
export function AuditPage() {
  const { t } = useTranslation();
  const filters = useFilters<AuditFilter>();
  const query = auditQuery(filters.values);
  const clear = () => filters.choose({ actor: "", action: "", subject: "", after: "", before: "" });
  const { list, items } = useList<AuditEntry>("/admin/audit", query);
  const [open, setOpen] = useState<AuditEntry | null>(null);
  const wide = useWide();
  return (
    <Page
      title={t("admin.audit.title")}
      intro={t("admin.audit.intro")}
      actions={wide ? <Exports query={query} /> : null}
    >
      <Verify />
      <div>
        <Filters filters={filters} />
        {wide ? null : (
          <div className="mb-4 flex gap-2">
            <Exports query={query} />
          </div>
        )}
        <Listing
          list={list}
          count={items.length}
          loading={t("admin.audit.loading")}
          failed={t("admin.audit.failed")}
          onClear={Object.keys(filters.values).length > 0 ? clear : undefined}
          empty={
            <EmptyState
              icon={<ScrollText aria-hidden="true" />}
              title={t("admin.audit.none")}
              action={<Button onClick={clear}>{t("admin.clear")}</Button>}
            >
              {t("admin.audit.none_detail")}
            </EmptyState>
          }
        >
          <Table
            label={t("admin.audit.title")}
            items={items}
            idOf={({ id }) => id}
            columns={[
              { head: t("admin.audit.when"), cell: (entry) => <When at={entry.at} /> },
              { head: t("admin.audit.who"), cell: (entry) => <SubjectName id={entry.actor} /> },
              { head: t("admin.audit.what"), cell: (entry) => <What entry={entry} onOpen={() => setOpen(entry)} /> },
              { head: t("admin.audit.whom"), cell: (entry) => <SubjectName id={entry.subject} /> },
              { head: t("admin.audit.address"), cell: (entry) => entry.address || "–" },
            ]}
            card={(entry) => (
              <div className="py-1.5">
                <What entry={entry} onOpen={() => setOpen(entry)} />
                <p className="text-muted text-s">
                  <SubjectName id={entry.actor} /> · <When at={entry.at} />
                </p>
              </div>
            )}
          />
        </Listing>
      </div>
      <AuditEntryDialog entry={open} onClose={() => setOpen(null)} />
    </Page>
  );
}

/** Everything that answers the filters, as a file. */
function Exports({ query }: { query: Query }) {
  const { t } = useTranslation();
  return formats.map((format) => (
    <Button
      key={format}
      icon={<FileDown aria-hidden="true" className="size-4" />}
      render={<a href={`/api/v1/admin/audit/export${search({ format, ...query })}`} download={`audit.${format}`} />}
    >
      {t(`admin.audit.${format}`)}
    </Button>
  ));
}

function When({ at }: { at: string }) {
  return (
    <time dateTime={at} title={fullMoment(at)} className="whitespace-nowrap">
      {ago(at)}
    </time>
  );
}

function What({ entry, onOpen }: { entry: AuditEntry; onOpen: () => void }) {
  return (
    <button
      type="button"
      onClick={onOpen}
      className="flex min-h-9 items-center rounded-s text-left font-semibold text-link hover:underline pointer-coarse:min-h-11"
    >
      {wordAction(entry.action)}
    </button>
  );
}

function Filters({ filters }: { filters: FiltersOf<AuditFilter> }) {
  const { t } = useTranslation();
  const { values, choose, type } = filters;
  const actor = useSelect(select.user(values.actor ?? ""));
  const [subject, setSubject] = useTyped(filters, "subject");
  const known = actions as readonly string[];
  const { action = "" } = values;
  return (
    <search className="mb-5 grid grid-cols-2 items-start gap-3 max-lg:*:first:col-span-2 lg:grid-cols-[minmax(0,1.2fr)_minmax(0,1fr)_minmax(0,1fr)_10rem_10rem]">
      <div className="min-w-0">
        <PeoplePicker
          label={t("admin.audit.who")}
          value={actor ? [actor] : []}
          former
          onChange={(people: readonly User[]) => choose({ actor: people.at(-1)?.id ?? "" })}
        />
      </div>
      <Select label={t("admin.audit.what")} value={action} onChange={(event) => choose({ action: event.target.value })}>
        <option value="">{t("admin.audit.any_action")}</option>
        {(action === "" || known.includes(action) ? known : [action, ...known]).map((value) => (
          <option key={value} value={value}>
            {wordAction(value)}
          </option>
        ))}
      </Select>
      <TextField
        label={t("admin.audit.subject")}
        autoComplete="off"
        spellCheck={false}
        placeholder={t("admin.audit.subject_example")}
        value={subject}
        onChange={(event) => setSubject(event.target.value)}
      />
      <TextField
        label={t("admin.audit.after")}
        type="date"
        value={values.after ?? ""}
        onChange={(event) => type("after", event.target.value)}
      />
      <TextField
        label={t("admin.audit.before")}
        type="date"
        value={values.before ?? ""}
        onChange={(event) => type("before", event.target.value)}
      />
    </search>
  );
}

/** Recounts the chain on the server: a row that was changed, removed or put in breaks it. */
function Verify() {
  const { t } = useTranslation();
  const engine = useEngine();
  const verify = useMutation({
    mutationFn: () => engine.api.call<AuditCheck>("GET", "/admin/audit/verify"),
  });
  const verdict = verify.data;
  return (
    <div className="flex flex-wrap items-center justify-between gap-3 rounded-l border border-line bg-rail px-4 py-3">
      <div role="status" className="min-w-0 flex-1 text-s">
        {verdict?.intact ? (
          <p className="flex items-center gap-2 font-semibold">
            <CircleCheck aria-hidden="true" className="size-5 shrink-0 text-ok" />
            {t("admin.audit.intact", { count: verdict.entries, formatted: number(verdict.entries) })}
          </p>
        ) : verdict ? (
          <p className="flex items-center gap-2 font-semibold text-danger">
            <CircleAlert aria-hidden="true" className="size-5 shrink-0" />
            {t("admin.audit.broken", { seq: verdict.first_bad ?? "?" })}
          </p>
        ) : (
          <p className="text-muted">{t("admin.audit.verify_detail")}</p>
        )}
        {verify.isError ? <Notice className="mt-2">{explainAll(verify.error)}</Notice> : null}
      </div>
      <Button
        busy={verify.isPending}
        icon={<ShieldCheck aria-hidden="true" className="size-4" />}
        onClick={() => verify.mutate()}
      >
        {t("admin.audit.verify")}
      </Button>
    </div>
  );
}
