import { useQuery } from "@tanstack/react-query";
import { Pause, Play, RotateCw } from "lucide-react";
import { type ReactNode, Suspense, useState } from "react";
import type { Health, HealthSeries } from "../../api/admin.ts";
import { useEngine } from "../../context/engine.tsx";
import { explainAll } from "../../i18n/explain.ts";
import { ago, bytes, fullMoment, number, timeOfDay } from "../../i18n/format.ts";
import { useTranslation } from "../../i18n/index.ts";
import { Button } from "../../ui/Button.tsx";
import { cx } from "../../ui/cx.ts";
import { late } from "../../ui/late.ts";
import { Select } from "../../ui/Select.tsx";
import { Skeleton } from "../../ui/Skeleton.tsx";
import { ErrorState, Notice } from "../../ui/states.tsx";
import { DeadJobs } from "./DeadJobs.tsx";
import { Rows } from "./Listing.tsx";
import { duration } from "./measure.ts";
import { Facts, Page, Part } from "./Page.tsx";
import { useFilters } from "./useFilters.ts";

const { Component: Chart } = late(async () => (await import("./Chart.tsx")).Chart);
const everyMs = 15_000;
const spans = ["60", "360", "1440"] as const;

/** How the server is: what it runs on, what it has to do, and how that went in the last hours. */
export function HealthPage() {
  const { t } = useTranslation();
  const engine = useEngine();
  const { values, choose } = useFilters<"minutes">();
  const span = spans.find((value) => value === values.minutes) ?? "60";
  const [paused, setPaused] = useState(false);
  const again = paused ? (false as const) : everyMs;
  const health = useQuery({
    queryKey: ["admin", "/admin/health"],
    queryFn: () => engine.api.call<Health>("GET", "/admin/health"),
    refetchInterval: again,
  });
  const series = useQuery({
    queryKey: ["admin", "/admin/health/series", span],
    queryFn: () => engine.api.call<HealthSeries>("GET", `/admin/health/series?minutes=${span}`),
    refetchInterval: again,
    placeholderData: (before) => before,
  });
  const refresh = () => void Promise.all([health.refetch(), series.refetch()]);
  return (
    <Page
      title={t("admin.health.title")}
      actions={
        <>
          {health.data ? (
            <span className="text-muted text-s max-sm:hidden">
              {t("admin.health.as_of", { time: timeOfDay(health.dataUpdatedAt) })}
            </span>
          ) : null}
          <Button
            aria-pressed={paused}
            icon={
              paused ? <Play aria-hidden="true" className="size-4" /> : <Pause aria-hidden="true" className="size-4" />
            }
            onClick={() => setPaused(!paused)}
          >
            {t(paused ? "admin.health.resume" : "admin.health.pause")}
          </Button>
          <Button icon={<RotateCw aria-hidden="true" className="size-4" />} onClick={refresh}>
            {t("admin.health.refresh")}
          </Button>
        </>
      }
    >
      {health.data ? (
        <>
          {health.isError ? (
            <Notice>
              {t("admin.health.stale", { when: ago(health.dataUpdatedAt), why: explainAll(health.error) })}
            </Notice>
          ) : null}
          <Numbers health={health.data} />
        </>
      ) : health.isError ? (
        <ErrorState title={t("admin.health.failed")} busy={health.isFetching} onRetry={refresh}>
          {explainAll(health.error)}
        </ErrorState>
      ) : (
        <Rows label={t("admin.health.loading")} rows={4} />
      )}
      <Part
        title={t("admin.health.charts")}
        actions={
          <div className="w-40">
            <Select
              label={t("admin.health.span")}
              value={span}
              onChange={(event) => choose({ minutes: event.target.value })}
            >
              {spans.map((value) => (
                <option key={value} value={value}>
                  {t("admin.health.hours", { count: Number(value) / 60 })}
                </option>
              ))}
            </Select>
          </div>
        }
      >
        {series.data ? (
          <Charts told={series.data} />
        ) : series.isError ? (
          <ErrorState title={t("admin.health.charts_failed")} busy={series.isFetching} onRetry={refresh}>
            {explainAll(series.error)}
          </ErrorState>
        ) : (
          <Rows label={t("admin.health.loading")} rows={3} />
        )}
      </Part>
      <Part title={t("admin.jobs.title")} intro={t("admin.jobs.intro")}>
        <DeadJobs />
      </Part>
    </Page>
  );
}

function Numbers({ health }: { health: Health }) {
  const { t } = useTranslation();
  const { database, files, queues, errors, mail, backup, tls } = health;
  return (
    <>
      <dl className="grid grid-cols-2 gap-3 lg:grid-cols-4">
        <Tile name={t("admin.health.online")} value={number(health.users_online)}>
          {t("admin.health.connections", { count: health.connections })}
        </Tile>
        <Tile name={t("admin.health.errors")} value={number(errors.last_hour)} bad={errors.last_hour > 0}>
          {t("admin.health.errors_day", { count: errors.last_day })}
        </Tile>
        <Tile name={t("admin.health.jobs")} value={number(queues.jobs_waiting)} bad={queues.jobs_dead > 0}>
          {t("admin.health.dead", { count: queues.jobs_dead })}
        </Tile>
        <Tile name={t("admin.health.database")} value={bytes(database.bytes)}>
          {t("admin.health.files", { count: files.count, size: bytes(files.bytes) })}
        </Tile>
      </dl>
      <Facts
        items={[
          [t("admin.health.version"), health.version],
          [
            t("admin.health.uptime"),
            <span key="uptime" title={fullMoment(health.started_at)}>
              {duration(health.uptime_s)}
            </span>,
          ],
          [t("admin.health.database"), `${database.kind} ${database.version}`],
          [t("admin.health.storage"), files.kind],
          [t("admin.health.memory"), bytes(health.memory_bytes)],
          [t("admin.health.writer"), number(queues.writer)],
          [
            t("admin.health.oldest"),
            queues.jobs_waiting === 0 ? t("admin.health.nothing") : duration(queues.oldest_job_s),
          ],
          [t("admin.health.streams"), number(health.streams)],
          [
            t("admin.health.mail"),
            mail.ok ? t("admin.health.mail_ok") : (mail.last_error ?? t("admin.health.mail_none")),
          ],
          [t("admin.health.tls"), tls ? <Certificate key="tls" tls={tls} /> : t("admin.health.tls_none")],
          [t("admin.health.backup"), backup ? ago(backup.last_at) : t("admin.health.no_backup")],
        ]}
      />
    </>
  );
}

function Certificate({ tls }: { tls: NonNullable<Health["tls"]> }) {
  const { t } = useTranslation();
  return (
    <>
      {tls.names.join(", ") || t("admin.health.tls_own")}
      {tls.expires_at ? (
        <span className="block font-normal text-muted" title={fullMoment(tls.expires_at)}>
          {t("admin.health.tls_ends", { when: ago(tls.expires_at) })}
        </span>
      ) : null}
      {tls.last_error ? <span className="block text-danger">{tls.last_error}</span> : null}
    </>
  );
}

function Tile({ name, value, bad, children }: { name: string; value: string; bad?: boolean; children: ReactNode }) {
  return (
    <div className="flex flex-col rounded-l border border-line p-4">
      <dt className="text-muted text-s">{name}</dt>
      <dd className={cx("mt-1 font-bold text-xl tabular-nums", bad && "text-danger")}>{value}</dd>
      <dd className="mt-0.5 text-muted text-s">{children}</dd>
    </div>
  );
}

function Charts({ told }: { told: HealthSeries }) {
  const { t } = useTranslation();
  const { series, step_s: step } = told;
  const common = { from: new Date(told.from).getTime() / 1000, step };
  const whole = (value: number) => number(Math.round(value * 10) / 10);
  const ms = (value: number) => t("admin.health.ms", { value: whole(value) });
  if (series.connections.length === 0) return <p className="text-muted">{t("admin.health.no_samples")}</p>;
  return (
    <div className="grid gap-4 lg:grid-cols-2">
      <Suspense fallback={<Waiting />}>
        <Chart
          {...common}
          title={t("admin.health.chart_connections")}
          show={whole}
          lines={[{ name: t("admin.health.open"), values: series.connections, tone: "accent" }]}
        />
        <Chart
          {...common}
          title={t("admin.health.chart_messages")}
          show={whole}
          lines={[{ name: t("admin.health.per_minute"), values: series.messages, tone: "accent" }]}
        />
        <Chart
          {...common}
          title={t("admin.health.chart_requests")}
          show={whole}
          lines={[
            { name: t("admin.health.requests"), values: series.requests, tone: "accent" },
            { name: t("admin.health.failed_ones"), values: series.errors, tone: "danger" },
          ]}
        />
        <Chart
          {...common}
          title={t("admin.health.chart_latency")}
          show={ms}
          lines={[
            { name: t("admin.health.half"), values: series.latency_p50_ms, tone: "accent" },
            { name: t("admin.health.slowest"), values: series.latency_p99_ms, tone: "warn" },
          ]}
        />
        <Chart
          {...common}
          title={t("admin.health.memory")}
          show={bytes}
          binary
          lines={[{ name: t("admin.health.used"), values: series.memory_bytes, tone: "accent" }]}
        />
        <Chart
          {...common}
          title={t("admin.health.writer")}
          show={whole}
          lines={[{ name: t("admin.health.waiting"), values: series.writer_queue, tone: "accent" }]}
        />
      </Suspense>
    </div>
  );
}

function Waiting() {
  const { t } = useTranslation();
  return (
    <div role="status" aria-busy="true" className="rounded-l border border-line p-4">
      <span className="sr-only">{t("admin.health.loading")}</span>
      <Skeleton className="h-44 w-full" />
    </div>
  );
}
