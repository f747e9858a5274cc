import { KeyRound, LogOut, UserCheck, UserX } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { AdminUser, ResetLink } from "../../api/admin.ts";
import { nameOf } from "../../chat/people.ts";
import { useEngine, useSelect } from "../../context/engine.tsx";
import { ago } from "../../i18n/format.ts";
import { useTranslation } from "../../i18n/index.ts";
import { select } from "../../sync/select.ts";
import { Button } from "../../ui/Button.tsx";
import { CopyField } from "../../ui/CopyField.tsx";
import { notify } from "../../ui/toast.tsx";
import { type Act, Confirm } from "./Confirm.tsx";
import { useRefresh } from "./Listing.tsx";
import { Part } from "./Page.tsx";

/** The ways to let somebody in again and to keep them out. */
export function PersonAccess({ user, manages }: { user: AdminUser; manages: boolean }) {
  const { t } = useTranslation();
  const engine = useEngine();
  const reread = useRefresh();
  const me = useSelect(select.me);
  const [act, setAct] = useState<Act | null>(null);
  const [link, setLink] = useState<ResetLink | null>(null);
  const name = nameOf(user);
  const own = me?.id === user.id;
  const path = `/admin/users/${user.id}`;
  if (!manages) return null;

  const refresh = () => reread("/admin/users");
  const reset: Act = {
    title: t("admin.access.reset_title", { name }),
    detail: t("admin.access.reset_detail"),
    does: t("admin.access.reset"),
    async run() {
      setLink(await engine.api.call<ResetLink>("POST", `${path}/reset-link`, {}));
    },
  };
  const signOut: Act = {
    title: t("admin.access.sign_out_title", { name }),
    detail: t("admin.access.sign_out_detail", { name }),
    does: t("admin.access.sign_out"),
    danger: true,
    async run() {
      await engine.api.call("DELETE", `${path}/sessions`);
      await refresh();
      notify({ text: t("admin.access.signed_out", { name }), tone: "ok" });
    },
  };
  const deactivate: Act = {
    title: t("admin.access.deactivate_title", { name }),
    detail: t("admin.access.deactivate_detail", { name }),
    does: t("admin.access.deactivate"),
    danger: true,
    async run() {
      await engine.api.call("POST", `${path}/deactivate`, {});
      await refresh();
      notify({ text: t("admin.access.deactivated", { name }), tone: "ok" });
    },
  };
  const reactivate: Act = {
    title: t("admin.access.reactivate_title", { name }),
    detail: t("admin.access.reactivate_detail", { name }),
    does: t("admin.access.reactivate"),
    async run() {
      await engine.api.call("POST", `${path}/reactivate`, {});
      await refresh();
      notify({ text: t("admin.access.reactivated", { name }), tone: "ok" });
    },
  };
  return (
    <Part title={t("admin.access.title")}>
      <div className="grid gap-4">
        {user.deactivated_at ? null : (
          <>
            {own ? null : (
              <Line
                text={t("admin.access.reset_hint")}
                icon={<KeyRound aria-hidden="true" className="size-4" />}
                does={reset.does}
                onClick={() => setAct(reset)}
              />
            )}
            {link ? (
              <CopyField
                label={t("admin.access.link")}
                title={t("admin.access.link_ready", { when: ago(link.expires_at) })}
                value={link.url}
              />
            ) : null}
            <Line
              text={t("admin.access.sign_out_hint")}
              icon={<LogOut aria-hidden="true" className="size-4" />}
              does={signOut.does}
              onClick={() => setAct(signOut)}
            />
          </>
        )}
        {own ? null : user.deactivated_at ? (
          <Line
            text={t("admin.access.reactivate_hint", { when: ago(user.deactivated_at) })}
            icon={<UserCheck aria-hidden="true" className="size-4" />}
            does={reactivate.does}
            onClick={() => setAct(reactivate)}
          />
        ) : (
          <Line
            text={t("admin.access.deactivate_hint")}
            icon={<UserX aria-hidden="true" className="size-4" />}
            does={deactivate.does}
            onClick={() => setAct(deactivate)}
          />
        )}
      </div>
      <Confirm act={act} onClose={() => setAct(null)} />
    </Part>
  );
}

function Line({ text, icon, does, onClick }: { text: string; icon: ReactNode; does: string; onClick: () => void }) {
  return (
    <div className="flex items-center justify-between gap-4 max-sm:flex-col max-sm:items-stretch max-sm:gap-2">
      <p className="min-w-0 text-muted text-s">{text}</p>
      <Button icon={icon} onClick={onClick}>
        {does}
      </Button>
    </div>
  );
}
