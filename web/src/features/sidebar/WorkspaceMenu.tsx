import { Link } from "@tanstack/react-router";
import { ChevronDown, Keyboard, LogOut, Settings, ShieldCheck, UserPlus } from "lucide-react";
import { Suspense, useState } from "react";
import { useOverlay } from "../../chat/overlay.tsx";
import { administers, mayGather } from "../../chat/permissions.ts";
import { WorkspaceMark } from "../../chat/WorkspaceMark.tsx";
import { useWorkspaceName } from "../../chat/workspace.ts";
import { useEngine, useSelect } from "../../context/engine.tsx";
import { explainAll } from "../../i18n/explain.ts";
import { useTranslation } from "../../i18n/index.ts";
import { select } from "../../sync/select.ts";
import { late } from "../../ui/late.ts";
import { Menu, MenuItem, MenuSeparator } from "../../ui/Menu.tsx";
import { notify } from "../../ui/toast.tsx";

const signOutDialog = late(async () => (await import("./SignOutDialog.tsx")).SignOutDialog);

/** The workspace's name, and what can be done from everywhere. */
export function WorkspaceMenu() {
  const { t } = useTranslation();
  const { show } = useOverlay();
  const engine = useEngine();
  const me = useSelect(select.me);
  const waiting = useSelect(select.waiting);
  const name = useWorkspaceName();
  const [asking, setAsking] = useState(false);
  const [leaving, setLeaving] = useState(false);

  async function signOut() {
    setLeaving(true);
    try {
      await engine.signOut();
    } catch (error) {
      notify({ text: t("sidebar.sign_out_failed"), detail: explainAll(error), tone: "danger" });
    } finally {
      setLeaving(false);
    }
  }

  return (
    <>
      <Menu
        trigger={
          <button
            type="button"
            className="transition-tone flex h-10 min-w-0 flex-1 items-center gap-2.5 rounded-row px-2 text-left font-bold text-m hover:bg-hover data-[popup-open]:bg-hover pointer-coarse:h-11"
          >
            <WorkspaceMark />
            <span className="min-w-0 truncate">{name}</span>
            <ChevronDown aria-hidden="true" className="-ml-1 size-4 shrink-0 text-faint" />
          </button>
        }
      >
        {mayGather(me) ? (
          <MenuItem icon={<UserPlus aria-hidden="true" />} onSelect={() => show({ kind: "invite" })}>
            {t("sidebar.invite")}
          </MenuItem>
        ) : null}
        {administers(me) ? (
          <MenuItem icon={<ShieldCheck aria-hidden="true" />} render={<Link to="/admin" />}>
            {t("sidebar.administration")}
          </MenuItem>
        ) : null}
        <MenuItem icon={<Settings aria-hidden="true" />} render={<Link to="/preferences" />}>
          {t("sidebar.preferences")}
        </MenuItem>
        <MenuItem icon={<Keyboard aria-hidden="true" />} trailing="?" onSelect={() => show({ kind: "shortcuts" })}>
          {t("sidebar.shortcuts")}
        </MenuItem>
        <MenuSeparator />
        <MenuItem
          icon={<LogOut aria-hidden="true" />}
          onSelect={() => (waiting > 0 ? setAsking(true) : void signOut())}
        >
          {t("sidebar.sign_out")}
        </MenuItem>
      </Menu>
      <Suspense>
        <signOutDialog.Component
          open={asking}
          onClose={() => setAsking(false)}
          waiting={waiting}
          leaving={leaving}
          onLeave={() => void signOut()}
        />
      </Suspense>
    </>
  );
}
