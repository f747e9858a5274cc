import { Link, Outlet, useRouterState } from "@tanstack/react-router";
import {
  Activity,
  ArrowLeft,
  ChevronRight,
  Hash,
  Mail,
  ScrollText,
  SlidersHorizontal,
  TicketCheck,
  UsersRound,
} from "lucide-react";
import type { ReactNode } from "react";
import { administers } from "../../chat/permissions.ts";
import { usePageTitle } from "../../chat/usePageTitle.ts";
import { WorkspaceMark } from "../../chat/WorkspaceMark.tsx";
import { useWorkspaceName } from "../../chat/workspace.ts";
import { useSelect } from "../../context/engine.tsx";
import { useTranslation } from "../../i18n/index.ts";
import { select } from "../../sync/select.ts";
import { cx } from "../../ui/cx.ts";
import { ListRow } from "../../ui/ListRow.tsx";
import { Forbidden } from "./Forbidden.tsx";
import "./words.ts";

const sections = [
  { to: "/admin/people", name: "people", icon: UsersRound },
  { to: "/admin/rooms", name: "rooms", icon: Hash },
  { to: "/admin/joining", name: "joining", icon: TicketCheck },
  { to: "/admin/settings", name: "settings", icon: SlidersHorizontal },
  { to: "/admin/mail", name: "mail", icon: Mail },
  { to: "/admin/audit", name: "audit", icon: ScrollText },
  { to: "/admin/health", name: "health", icon: Activity },
] as const;

/** The console's frame: its sections at the side and the open one beside them; on a phone one of the two. */
export function AdminPage({ wide, connection }: { wide: boolean; connection: ReactNode }) {
  const me = useSelect(select.me);
  const home = useRouterState({ select: (state) => state.location.pathname.replace(/\/$/, "") === "/admin" });
  if (me && !administers(me)) return <Forbidden />;
  return (
    <div className="grid h-dvh grid-cols-[248px_minmax(0,1fr)] overflow-hidden bg-canvas max-sm:grid-cols-1">
      {wide || home ? <Sections wide={wide} connection={connection} /> : null}
      {wide || !home ? (
        <div className="min-h-0 min-w-0 overflow-y-auto overscroll-contain" data-scroll>
          {wide ? null : connection}
          <Outlet />
        </div>
      ) : null}
    </div>
  );
}

/** The console's own, where it stands alone. */
function OwnTitle() {
  const { t } = useTranslation();
  usePageTitle(t("admin.document", { section: t("admin.title") }));
  return null;
}

function Sections({ wide, connection }: { wide: boolean; connection: ReactNode }) {
  const { t } = useTranslation();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const workspace = useWorkspaceName();
  // On a phone this is the page one comes home to.
  const Pane = wide ? "aside" : "main";
  const Title = wide ? "p" : "h1";
  return (
    <Pane
      aria-label={wide ? t("admin.title") : undefined}
      className="flex min-h-0 min-w-0 flex-col border-line border-r bg-rail pt-[env(safe-area-inset-top)] max-sm:border-0"
    >
      {wide ? null : <OwnTitle />}
      <div className="px-2 pt-3">
        <Link
          to="/"
          className="transition-tone flex h-9 items-center gap-2.5 rounded-row px-2 font-medium text-muted text-s no-underline hover:bg-hover hover:text-text pointer-coarse:h-11"
        >
          <ArrowLeft aria-hidden="true" className="size-4" />
          {t("admin.back")}
        </Link>
        <div className="flex items-center gap-2.5 px-2 pt-3 pb-4">
          <WorkspaceMark />
          <div className="min-w-0">
            <Title className="truncate font-bold text-m">{t("admin.title")}</Title>
            <p className="truncate text-muted text-xs">{workspace}</p>
          </div>
        </div>
      </div>
      <nav aria-label={t("admin.sections")} className="min-h-0 flex-1 space-y-0.5 overflow-y-auto px-2 pb-4">
        {sections.map(({ to, name, icon: Icon }) => (
          <ListRow
            key={to}
            render={<Link to={to} />}
            icon={<Icon aria-hidden="true" />}
            active={path === to || path.startsWith(`${to}/`)}
            trailing={wide ? null : <ChevronRight aria-hidden="true" className="size-4 text-faint" />}
            className={cx(wide ? "h-9" : "h-12")}
          >
            {t(`admin.${name}.title`)}
          </ListRow>
        ))}
      </nav>
      <div className="px-3 pb-3">{connection}</div>
    </Pane>
  );
}
