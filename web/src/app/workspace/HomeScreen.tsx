import { MessagesSquare } from "lucide-react";
import { useTranslation } from "../../i18n/index.ts";
import { EmptyState } from "../../ui/states.tsx";

/** No room is open. */
export function HomeScreen() {
  const { t } = useTranslation();
  return (
    <main className="grid h-full place-items-center">
      <title>Parley</title>
      <EmptyState icon={<MessagesSquare aria-hidden="true" />} title={t("app.choose_room")} />
    </main>
  );
}
