import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { Problem } from "../../api/client.ts";
import type { SignedIn } from "../../api/types.ts";
import { useEngine } from "../../context/engine.tsx";
import { useTranslation } from "../../i18n/index.ts";
import { checkAccount } from "../../ui/account.ts";
import { Button } from "../../ui/Button.tsx";
import { CardPage } from "../../ui/CardPage.tsx";
import { PasswordField } from "../../ui/PasswordField.tsx";
import { Notice } from "../../ui/states.tsx";
import { forgetToken, useHashToken } from "../../ui/useHashToken.ts";
import { useSubmit } from "../../ui/useSubmit.ts";

/**
 * The end of a registration that went through the mail: whoever has the mail chooses the password, so nobody else knows it. A
 * click confirms, not the opening: programs that look into mails open links too.
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
  const [password, setPassword] = useState("");
  // The link that leads no further, and why; another one may be opened over it.
  const [ended, setEnded] = useState<{ token: string | null; why: "bad" | "taken" } | null>(null);
  const { form, busy, errors, failure } = useSubmit(
    async () => {
      try {
        await engine.api.call<SignedIn>("POST", "/auth/confirm", { token, password });
      } catch (error) {
        const why = deadEnd(error);
        if (why === null) throw error;
        forgetToken();
        setEnded({ token, why });
        return;
      }
      await onSignedIn();
    },
    { fields: ["password"], check: () => checkAccount({ password }) },
  );

  if (token === null) {
    return <DeadEnd title={t("auth.confirm.missing_title")}>{t("auth.confirm.missing_detail")}</DeadEnd>;
  }
  if (ended?.token === token) {
    return <DeadEnd title={t(`auth.confirm.${ended.why}_title`)}>{t(`auth.confirm.${ended.why}_detail`)}</DeadEnd>;
  }
  return (
    <CardPage
      title={workspace ? t("auth.register.title", { workspace }) : t("auth.confirm.title")}
      subtitle={t("auth.confirm.subtitle")}
    >
      <title>{t("auth.confirm.document")}</title>
      <form {...form} className="grid gap-4">
        <PasswordField
          label={t("auth.confirm.password")}
          name="password"
          autoComplete="new-password"
          maxLength={128}
          autoFocus
          measure={[]}
          value={password}
          onChange={(event) => setPassword(event.target.value)}
          error={errors.password}
        />
        {failure ? <Notice>{failure}</Notice> : null}
        <Button type="submit" tone="primary" size="l" wide busy={busy} className="mt-1.5">
          {t("auth.confirm.submit")}
        </Button>
      </form>
    </CardPage>
  );
}

/** Why nothing that is typed here helps: the link is spent, or somebody has taken the name or confirmed the address meanwhile. */
function deadEnd(error: unknown): "bad" | "taken" | null {
  if (!(error instanceof Problem)) return null;
  const wrong = (field: string) => error.errors.some((one) => one.field === field);
  if (error.code === "bad_token" || wrong("email")) return "bad";
  return wrong("username") ? "taken" : null;
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
