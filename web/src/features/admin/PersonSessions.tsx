import { KeyRound, Laptop, Smartphone } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { AdminUser, Token } from "../../api/admin.ts";
import type { Session } from "../../api/types.ts";
import { deviceName, deviceOf } from "../../chat/devices.ts";
import { nameOf } from "../../chat/people.ts";
import { useEngine } from "../../context/engine.tsx";
import { ago } from "../../i18n/format.ts";
import { useTranslation } from "../../i18n/index.ts";
import { Badge } from "../../ui/Badge.tsx";
import { Button } from "../../ui/Button.tsx";
import { notify } from "../../ui/toast.tsx";
import { type Act, Confirm } from "./Confirm.tsx";
import { Listing, useList, useRefresh } from "./Listing.tsx";
import { Part } from "./Page.tsx";

/** Where somebody is signed in, each with the way to end it. */
export function PersonSessions({ user, manages }: { user: AdminUser; manages: boolean }) {
  const { t } = useTranslation();
  const end = useEnd();
  const path = `/admin/users/${user.id}/sessions`;
  const { list, items } = useList<Session>(path);
  return (
    <Part title={t("admin.sessions.title")}>
      <Listing
        list={list}
        count={items.length}
        loading={t("admin.sessions.loading")}
        failed={t("admin.sessions.failed")}
        empty={<p className="text-muted text-s">{t("admin.sessions.none")}</p>}
      >
        <ul className="-mt-3 divide-y divide-line">
          {items.map((session) => {
            const device = deviceName(session.device);
            const Icon = deviceOf(session.device).handheld ? Smartphone : Laptop;
            const facts = [
              t("admin.sessions.active", { when: ago(session.last_seen_at) }),
              t("admin.sessions.since", { when: ago(session.created_at) }),
              session.address,
            ];
            return (
              <Row
                key={session.id}
                icon={<Icon aria-hidden="true" className="size-5" />}
                title={
                  <>
                    {device}
                    {session.current ? <Badge tone="tag">{t("admin.sessions.this")}</Badge> : null}
                  </>
                }
                facts={facts.filter(Boolean).join(" · ")}
                does={manages && !session.current ? t("admin.sessions.end") : null}
                label={t("admin.sessions.end_named", { device })}
                onClick={() =>
                  end.ask({
                    title: t("admin.sessions.end_title"),
                    detail: t("admin.sessions.end_detail", { device, name: nameOf(user) }),
                    does: t("admin.sessions.end"),
                    path: `${path}/${session.id}`,
                    done: t("admin.sessions.ended"),
                  })
                }
              />
            );
          })}
        </ul>
      </Listing>
      {end.dialog}
    </Part>
  );
}

/** The tokens that somebody's programs use, each with the way to end it. */
export function PersonTokens({ user, manages }: { user: AdminUser; manages: boolean }) {
  const { t } = useTranslation();
  const end = useEnd();
  const path = `/admin/users/${user.id}/tokens`;
  const { list, items } = useList<Token>(path);
  return (
    <Part title={t("admin.tokens.title")}>
      <Listing
        list={list}
        count={items.length}
        loading={t("admin.tokens.loading")}
        failed={t("admin.tokens.failed")}
        empty={<p className="text-muted text-s">{t("admin.tokens.none")}</p>}
      >
        <ul className="-mt-3 divide-y divide-line">
          {items.map((token) => (
            <Row
              key={token.id}
              icon={<KeyRound aria-hidden="true" className="size-5" />}
              title={token.name}
              facts={[
                token.scopes.join(", "),
                token.last_used_at
                  ? t("admin.tokens.used", { when: ago(token.last_used_at) })
                  : t("admin.tokens.never_used"),
                token.expires_at ? t("admin.tokens.ends", { when: ago(token.expires_at) }) : t("admin.tokens.endless"),
              ].join(" · ")}
              does={manages ? t("admin.tokens.end") : null}
              label={t("admin.tokens.end_named", { name: token.name })}
              onClick={() =>
                end.ask({
                  title: t("admin.tokens.end_title"),
                  detail: t("admin.tokens.end_detail", { name: token.name }),
                  does: t("admin.tokens.end"),
                  path: `${path}/${token.id}`,
                  done: t("admin.tokens.ended"),
                })
              }
            />
          ))}
        </ul>
      </Listing>
      {end.dialog}
    </Part>
  );
}

/** Asks before something of a person's is ended, ends it, and reads again what is left. */
function useEnd() {
  const engine = useEngine();
  const refresh = useRefresh();
  const [act, setAct] = useState<Act | null>(null);
  const ask = ({ path, done, ...words }: Pick<Act, "title" | "detail" | "does"> & { path: string; done: string }) =>
    setAct({
      ...words,
      danger: true,
      async run() {
        await engine.api.call("DELETE", path);
        await refresh("/admin/users");
        notify({ text: done, tone: "ok" });
      },
    });
  return { ask, dialog: <Confirm act={act} onClose={() => setAct(null)} /> };
}

function Row({
  icon,
  title,
  facts,
  does,
  label,
  onClick,
}: {
  icon: ReactNode;
  title: ReactNode;
  facts: string;
  does: string | null;
  label: string;
  onClick: () => void;
}) {
  return (
    <li className="flex items-center gap-4 py-3">
      <span className="grid size-10 shrink-0 place-items-center rounded-m bg-rail text-muted">{icon}</span>
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-x-2 font-semibold [overflow-wrap:anywhere]">{title}</p>
        <p className="text-muted text-s [overflow-wrap:anywhere]">{facts}</p>
      </div>
      {does ? (
        <Button aria-label={label} onClick={onClick}>
          {does}
        </Button>
      ) : null}
    </li>
  );
}
