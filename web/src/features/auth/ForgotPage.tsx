import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useEngine } from "../../context/engine.tsx";
import { useTranslation } from "../../i18n/index.ts";
import { checkAccount } from "../../ui/account.ts";
import { Button } from "../../ui/Button.tsx";
import { CardPage } from "../../ui/CardPage.tsx";
import { Notice } from "../../ui/states.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { useSubmit } from "../../ui/useSubmit.ts";
import { textLink } from "./links.ts";

/** Ask for a link that resets the password. The answer never tells whether there is such an account. */
export function ForgotPage() {
  const { t } = useTranslation();
  const engine = useEngine();
  const [email, setEmail] = useState("");
  const [sent, setSent] = useState(false);
  const { form, busy, errors, failure } = useSubmit(
    async () => {
      await engine.api.call("POST", "/auth/forgot-password", { email: email.trim() });
      setSent(true);
    },
    { fields: ["email"], check: () => checkAccount({ email }) },
  );
  const back = (
    <Link to="/login" className={textLink}>
      {t("auth.forgot.back")}
    </Link>
  );

  if (sent) {
    return (
      <CardPage
        title={t("auth.forgot.sent_title")}
        subtitle={<p role="status">{t("auth.forgot.sent_detail", { email: email.trim() })}</p>}
        footer={back}
      >
        <title>{t("auth.forgot.document")}</title>
        <Button size="l" wide onClick={() => setSent(false)}>
          {t("auth.forgot.again")}
        </Button>
      </CardPage>
    );
  }
  return (
    <CardPage title={t("auth.forgot.title")} subtitle={t("auth.forgot.subtitle")} footer={back}>
      <title>{t("auth.forgot.document")}</title>
      <form {...form} className="grid gap-4">
        <TextField
          label={t("auth.forgot.email")}
          name="email"
          type="email"
          inputMode="email"
          autoComplete="email"
          autoCapitalize="none"
          spellCheck={false}
          autoFocus
          value={email}
          onChange={(event) => setEmail(event.target.value)}
          error={errors.email}
        />
        {failure ? <Notice>{failure}</Notice> : null}
        <Button type="submit" tone="primary" size="l" wide busy={busy} className="mt-1.5">
          {t("auth.forgot.submit")}
        </Button>
      </form>
    </CardPage>
  );
}
