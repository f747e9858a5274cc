import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { Problem } from "../../api/client.ts";
import type { SignedIn } from "../../api/types.ts";
import { useEngine } from "../../context/engine.tsx";
import { useTranslation } from "../../i18n/index.ts";
import { Button } from "../../ui/Button.tsx";
import { CardPage } from "../../ui/CardPage.tsx";
import { Notice } from "../../ui/states.tsx";
import { useHashToken } from "../../ui/useHashToken.ts";
import { useSubmit } from "../../ui/useSubmit.ts";

/**
 * The end of a registration that went through the mail. A click confirms, not the opening: programs that look into mails open
 * links too, and nobody is to be signed in by somebody else's link unasked.
 */
export function ConfirmPage({
  workspace,
  onSignedIn,
}: {
  workspace: string | undefined;
  onSignedIn: () => Promise<void>;
}) {
  const { t } = useTranslation();
  const engine = useEngine();
  const token = useHashToken();
  // The link that no longer works; another one may be opened over it.
  const [spent, setSpent] = useState<string | null>(null);
  const { form, busy, failure } = useSubmit(
    async () => {
      try {
        await engine.api.call<SignedIn>("POST", "/auth/confirm", { token });
      } catch (error) {
        if (!(error instanceof Problem && error.code === "bad_token")) throw error;
        setSpent(token);
        return;
      }
      await onSignedIn();
    },
    { fields: [] },
  );

  if (token === null) {
    return <DeadEnd title={t("auth.confirm.missing_title")}>{t("auth.confirm.missing_detail")}</DeadEnd>;
  }
  if (spent === token) return <DeadEnd title={t("auth.confirm.bad_title")}>{t("auth.confirm.bad_detail")}</DeadEnd>;
  return (
    <CardPage
      title={workspace ? t("auth.register.title", { workspace }) : t("auth.confirm.title")}
      subtitle={t("auth.confirm.subtitle")}
    >
      <title>{t("auth.confirm.document")}</title>
      <form {...form} className="grid gap-4">
        {failure ? <Notice>{failure}</Notice> : null}
        <Button type="submit" tone="primary" size="l" wide busy={busy} autoFocus>
          {t("auth.confirm.submit")}
        </Button>
      </form>
    </CardPage>
  );
}

function DeadEnd({ title, children }: { title: string; children: string }) {
  const { t } = useTranslation();
  return (
    <CardPage title={title} subtitle={<p role="status">{children}</p>}>
      <title>{t("auth.confirm.document")}</title>
      <div className="grid gap-3">
        <Button tone="primary" size="l" wide render={<Link to="/login" />}>
          {t("auth.register.sign_in")}
        </Button>
        <Button size="l" wide render={<Link to="/register" />}>
          {t("auth.confirm.again")}
        </Button>
      </div>
    </CardPage>
  );
}
