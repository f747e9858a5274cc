import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { Problem } from "../../api/client.ts";
import { useEngine } from "../../context/engine.tsx";
import { useTranslation } from "../../i18n/index.ts";
import { checkAccount } from "../../ui/account.ts";
import { Button } from "../../ui/Button.tsx";
import { CardPage } from "../../ui/CardPage.tsx";
import { PasswordField } from "../../ui/PasswordField.tsx";
import { Notice } from "../../ui/states.tsx";
import { forgetToken, useHashToken } from "../../ui/useHashToken.ts";
import { useSubmit } from "../../ui/useSubmit.ts";
import { textLink } from "./links.ts";

/** Choose a new password, with the link from the mail. `onReset` when every session has ended. */
export function ResetPage({ onReset }: { onReset: () => void | Promise<void> }) {
  const { t } = useTranslation();
  const engine = useEngine();
  const token = useHashToken();
  const [password, setPassword] = useState("");
  const [done, setDone] = useState(false);
  const { form, busy, errors, failure } = useSubmit(
    async () => {
      try {
        await engine.api.call("POST", "/auth/reset-password", { token, password });
      } catch (error) {
        if (error instanceof Problem && error.code === "bad_token") forgetToken();
        throw error;
      }
      await onReset();
      setDone(true);
    },
    { fields: ["password"], check: () => checkAccount({ password }) },
  );

  if (done) {
    return (
      <CardPage title={t("auth.reset.done_title")} subtitle={<p role="status">{t("auth.reset.done_detail")}</p>}>
        <title>{t("auth.reset.document")}</title>
        <Button tone="primary" size="l" wide render={<Link to="/login" />}>
          {t("auth.reset.sign_in")}
        </Button>
      </CardPage>
    );
  }
  if (token === null) {
    return (
      <CardPage title={t("auth.reset.missing_title")} subtitle={t("auth.reset.missing_detail")}>
        <title>{t("auth.reset.document")}</title>
        <Button tone="primary" size="l" wide render={<Link to="/forgot" />}>
          {t("auth.reset.ask")}
        </Button>
      </CardPage>
    );
  }
  return (
    <CardPage
      title={t("auth.reset.title")}
      subtitle={t("auth.reset.subtitle")}
      footer={
        <Link to="/forgot" className={textLink}>
          {t("auth.reset.ask")}
        </Link>
      }
    >
      <title>{t("auth.reset.document")}</title>
      <form {...form} className="grid gap-4">
        <PasswordField
          label={t("auth.reset.password")}
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
          {t("auth.reset.submit")}
        </Button>
      </form>
    </CardPage>
  );
}
