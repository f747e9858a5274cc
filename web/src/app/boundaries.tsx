import { Link } from "@tanstack/react-router";
import { Compass } from "lucide-react";
import { Component, type ReactNode } from "react";
import { useTranslation } from "../i18n/index.ts";
import { Button } from "../ui/Button.tsx";
import { EmptyState, ErrorState } from "../ui/states.tsx";

/** Catches what a view throws: the rest of the app lives on. */
export class AppBoundary extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    return this.state.failed ? <PageFailed onRetry={() => location.reload()} /> : this.props.children;
  }
}

/** A page that broke. What was typed and not sent is kept by the outbox and the drafts. */
export function PageFailed({ onRetry }: { onRetry: () => void }) {
  const { t } = useTranslation();
  return (
    <main className="grid min-h-dvh place-items-center bg-canvas">
      <title>{t("app.failed_title")}</title>
      <ErrorState heading="h1" title={t("app.broken")} onRetry={onRetry}>
        {t("app.broken_detail")}
      </ErrorState>
    </main>
  );
}

/** An address that leads nowhere. */
export function NotFound() {
  const { t } = useTranslation();
  return (
    <main className="grid min-h-dvh place-items-center bg-canvas">
      <title>{t("app.not_found_title")}</title>
      <EmptyState
        icon={<Compass aria-hidden="true" />}
        heading="h1"
        title={t("app.not_found")}
        action={
          <Button tone="primary" render={<Link to="/" />}>
            {t("app.home")}
          </Button>
        }
      >
        {t("app.not_found_detail")}
      </EmptyState>
    </main>
  );
}
