import { usePageTitle } from "../../chat/usePageTitle.ts";
import { useWorkspaceName } from "../../chat/workspace.ts";
import { BackLink } from "../../features/rooms/RoomHeader.tsx";
import { ConnectionLine } from "../../features/shell/ConnectionLine.tsx";
import { UnreadsPage } from "../../features/sidebar/UnreadsPage.tsx";
import { useTranslation } from "../../i18n/index.ts";

/** Everything unread, in one place. */
export function UnreadsScreen() {
  const { t } = useTranslation();
  const workspace = useWorkspaceName();
  usePageTitle(t("shell.title", { room: t("sidebar.unreads"), workspace }));
  return (
    <main className="flex h-full min-h-0 flex-col pt-[env(safe-area-inset-top)]">
      <header className="flex h-14 shrink-0 items-center gap-1 border-line border-b px-5 max-sm:h-[58px] max-sm:px-3.5">
        <BackLink />
        <h1 className="font-bold text-[1rem]">{t("sidebar.unreads")}</h1>
      </header>
      <ConnectionLine />
      <div className="min-h-0 flex-1 overflow-y-auto overscroll-contain">
        <UnreadsPage />
      </div>
    </main>
  );
}
