import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Laptop, Smartphone } from "lucide-react";
import { useState } from "react";
import type { Session } from "../../api/types.ts";
import { deviceName, deviceOf } from "../../chat/devices.ts";
import { useEngine } from "../../context/engine.tsx";
import { explainAll } from "../../i18n/explain.ts";
import { ago, fullMoment } from "../../i18n/format.ts";
import { useTranslation } from "../../i18n/index.ts";
import { Badge } from "../../ui/Badge.tsx";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { Skeleton } from "../../ui/Skeleton.tsx";
import { ErrorState } from "../../ui/states.tsx";
import { notify } from "../../ui/toast.tsx";
import { SectionPage } from "./Section.tsx";

const key = ["sessions"];

/** Where one is signed in, and the way to end it there. */
export function DevicesSection() {
  const { t } = useTranslation();
  const engine = useEngine();
  const queries = useQueryClient();
  const sessions = useQuery({ queryKey: key, queryFn: () => engine.api.sessions() });
  const [asked, setAsked] = useState<Session | null>(null);
  const [busy, setBusy] = useState(false);

  async function revoke(session: Session) {
    setBusy(true);
    try {
      await engine.api.call("DELETE", `/me/sessions/${session.id}`);
      await queries.invalidateQueries({ queryKey: key });
      notify({ text: t("preferences.devices.revoked"), tone: "ok" });
    } catch (error) {
      notify({ text: explainAll(error), tone: "danger" });
    } finally {
      setBusy(false);
      setAsked(null);
    }
  }

  return (
    <SectionPage title={t("preferences.devices.title")} intro={t("preferences.devices.intro")}>
      {sessions.isPending ? <Loading /> : null}
      {sessions.isError ? (
        <ErrorState
          title={t("preferences.devices.failed")}
          busy={sessions.isFetching}
          onRetry={() => void sessions.refetch()}
        >
          {explainAll(sessions.error)}
        </ErrorState>
      ) : null}
      {sessions.data ? (
        <div>
          <ul className="divide-y divide-line border-line border-y">
            {ordered(sessions.data.items).map((session) => (
              <DeviceRow key={session.id} session={session} onRevoke={() => setAsked(session)} />
            ))}
          </ul>
          {sessions.data.items.length === 1 ? (
            <p className="mt-3 text-muted text-s">{t("preferences.devices.alone")}</p>
          ) : null}
        </div>
      ) : null}
      <Dialog
        open={asked !== null}
        onClose={() => setAsked(null)}
        title={t("preferences.devices.revoke_title")}
        description={asked ? t("preferences.devices.revoke_detail", { device: deviceName(asked.device) }) : null}
        footer={
          <>
            <Button onClick={() => setAsked(null)}>{t("preferences.devices.cancel")}</Button>
            <Button tone="danger" busy={busy} onClick={() => (asked ? void revoke(asked) : undefined)}>
              {t("preferences.devices.revoke")}
            </Button>
          </>
        }
      />
    </SectionPage>
  );
}

function DeviceRow({ session, onRevoke }: { session: Session; onRevoke: () => void }) {
  const { t } = useTranslation();
  const Icon = deviceOf(session.device).handheld ? Smartphone : Laptop;
  return (
    <li className="flex items-center gap-4 py-3.5">
      <span className="grid size-10 shrink-0 place-items-center rounded-m bg-rail text-muted">
        <Icon aria-hidden="true" className="size-5" />
      </span>
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-x-2 font-semibold">
          {deviceName(session.device)}
          {session.current ? <Badge tone="tag">{t("preferences.devices.this")}</Badge> : null}
        </p>
        <p className="text-muted text-s" title={fullMoment(session.last_seen_at)}>
          {[
            session.current
              ? t("preferences.devices.active_now")
              : t("preferences.devices.active", { when: ago(session.last_seen_at) }),
            t("preferences.devices.signed_in", { when: ago(session.created_at) }),
            session.address,
          ]
            .filter(Boolean)
            .join(" · ")}
        </p>
      </div>
      {session.current ? null : (
        <Button
          aria-label={t("preferences.devices.revoke_named", { device: deviceName(session.device) })}
          onClick={onRevoke}
        >
          {t("preferences.devices.revoke")}
        </Button>
      )}
    </li>
  );
}

function Loading() {
  const { t } = useTranslation();
  return (
    <div aria-busy="true" className="divide-y divide-line border-line border-y">
      <p role="status" className="sr-only">
        {t("preferences.devices.loading")}
      </p>
      {["first", "second", "third"].map((row) => (
        <div key={row} className="flex items-center gap-4 py-3.5">
          <Skeleton className="size-10 rounded-m" />
          <div className="grid flex-1 gap-2">
            <Skeleton className="h-4 w-40" />
            <Skeleton className="h-3.5 w-64 max-w-full" />
          </div>
        </div>
      ))}
    </div>
  );
}

/** This device first, then the one used last. */
function ordered(sessions: readonly Session[]): Session[] {
  return sessions.toSorted(
    (a, b) => Number(b.current) - Number(a.current) || b.last_seen_at.localeCompare(a.last_seen_at),
  );
}
