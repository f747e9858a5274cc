import { Link, Outlet, useRouterState } from "@tanstack/react-router";
import { ArrowLeft, KeyRound, MonitorSmartphone, Palette, UserRound } from "lucide-react";
import { useEffect, useRef } from "react";
import { useTranslation } from "../../i18n/index.ts";
import { cx } from "../../ui/cx.ts";
import { IconButtonLink } from "./IconButtonLink.tsx";
import "./words.ts";

const sections = [
  { to: "/preferences/account", title: "preferences.account.title", icon: UserRound },
  { to: "/preferences/appearance", title: "preferences.appearance.title", icon: Palette },
  { to: "/preferences/devices", title: "preferences.devices.title", icon: MonitorSmartphone },
  { to: "/preferences/tokens", title: "tokens.title", icon: KeyRound },
] as const;

const tab =
  "transition-tone focus-inset flex h-9 shrink-0 items-center gap-2.5 rounded-row px-3 font-medium text-m text-muted no-underline hover:bg-hover hover:text-text pointer-coarse:h-11";

/** The frame of the preferences: the sections at the side, or above on a phone, and the one that is open. */
export function PreferencesPage() {
  const { t } = useTranslation();
  const nav = useRef<HTMLElement>(null);
  const path = useRouterState({ select: (state) => state.location.pathname });
  useEffect(() => {
    // On a phone the sections are a strip that is longer than the screen.
    const open = nav.current?.querySelector(`a[href="${path}"]`);
    open?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [path]);
  return (
    <div className="min-h-dvh bg-canvas">
      <header className="sticky top-0 z-10 border-line border-b bg-canvas pt-[env(safe-area-inset-top)]">
        <div className="mx-auto flex h-14 max-w-4xl items-center gap-2 px-2 sm:px-6">
          <IconButtonLink to="/" label={t("preferences.back")} icon={<ArrowLeft aria-hidden="true" />} />
          <h1 className="font-bold text-l">{t("preferences.title")}</h1>
        </div>
      </header>
      <div className="mx-auto grid max-w-4xl grid-cols-1 gap-6 px-4 pb-16 sm:grid-cols-[12rem_minmax(0,1fr)] sm:gap-12 sm:px-6 sm:pt-8">
        <nav
          ref={nav}
          aria-label={t("preferences.sections")}
          className="scrollbar-none sticky top-14 z-10 -mx-4 flex gap-1 overflow-x-auto border-line border-b bg-canvas px-4 py-2 sm:static sm:mx-0 sm:flex-col sm:border-0 sm:p-0"
        >
          {sections.map(({ to, title, icon: Icon }) => (
            <Link key={to} to={to} className={tab} activeProps={{ className: cx(tab, "bg-accent-soft! text-text!") }}>
              <Icon aria-hidden="true" className="size-[18px] shrink-0" />
              {t(title)}
            </Link>
          ))}
        </nav>
        <Outlet />
      </div>
    </div>
  );
}
