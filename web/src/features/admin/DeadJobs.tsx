import { CircleCheck, RotateCw, Trash2 } from "lucide-react";
import { useState } from "react";
import type { Job } from "../../api/admin.ts";
import { useEngine } from "../../context/engine.tsx";
import { explainAll } from "../../i18n/explain.ts";
import { ago } from "../../i18n/format.ts";
import { useTranslation } from "../../i18n/index.ts";
import { Button } from "../../ui/Button.tsx";
import { EmptyState } from "../../ui/states.tsx";
import { notify } from "../../ui/toast.tsx";
import { type Act, Confirm } from "./Confirm.tsx";
import { Listing, useList, useRefresh } from "./Listing.tsx";

/** Work that was tried as often as it may be: to be tried again, or given up. */
export function DeadJobs() {
  const { t } = useTranslation();
  const engine = useEngine();
  const reread = useRefresh();
  const { list, items } = useList<Job>("/admin/jobs", { state: "dead" });
  const [act, setAct] = useState<Act | null>(null);
  const [retrying, setRetrying] = useState<string | null>(null);
  const refresh = () => reread("/admin/jobs", "/admin/health");

  async function retry(job: Job) {
    setRetrying(job.id);
    try {
      await engine.api.call("POST", `/admin/jobs/${job.id}/retry`, {});
      await refresh();
      notify({ text: t("admin.jobs.retried"), tone: "ok" });
    } catch (error) {
      notify({ text: t("admin.jobs.retry_failed"), detail: explainAll(error), tone: "danger" });
    } finally {
      setRetrying(null);
    }
  }

  const remove = (job: Job): Act => ({
    title: t("admin.jobs.delete_title"),
    detail: t("admin.jobs.delete_detail", { kind: job.kind }),
    does: t("admin.jobs.delete"),
    danger: true,
    async run() {
      await engine.api.call("DELETE", `/admin/jobs/${job.id}`);
      await refresh();
    },
  });

  return (
    <>
      <Listing
        list={list}
        count={items.length}
        loading={t("admin.jobs.loading")}
        failed={t("admin.jobs.failed")}
        empty={
          <EmptyState icon={<CircleCheck aria-hidden="true" />} title={t("admin.jobs.none")} className="py-6">
            {t("admin.jobs.none_detail")}
          </EmptyState>
        }
      >
        <ul className="-mt-3 divide-y divide-line">
          {items.map((job) => (
            <li key={job.id} className="flex items-center gap-3 py-3 max-sm:flex-col max-sm:items-stretch">
              <div className="min-w-0 flex-1">
                <p className="font-semibold">
                  {job.kind}
                  <span className="font-normal text-muted text-s">
                    {" · "}
                    {t("admin.jobs.tried", { count: job.attempts })} · {ago(job.created_at)}
                  </span>
                </p>
                {job.last_error ? <p className="text-muted text-s [overflow-wrap:anywhere]">{job.last_error}</p> : null}
              </div>
              <div className="flex gap-2">
                <Button
                  busy={retrying === job.id}
                  icon={<RotateCw aria-hidden="true" className="size-4" />}
                  onClick={() => void retry(job)}
                >
                  {t("admin.jobs.retry")}
                </Button>
                <Button icon={<Trash2 aria-hidden="true" className="size-4" />} onClick={() => setAct(remove(job))}>
                  {t("admin.jobs.delete")}
                </Button>
              </div>
            </li>
          ))}
        </ul>
      </Listing>
      <Confirm act={act} onClose={() => setAct(null)} />
    </>
  );
}
