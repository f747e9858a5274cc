import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useEngine } from "../../context/engine.tsx";
import endings from "../../i18n/en/late/ended.json" with { type: "json" };
import { useTranslation } from "../../i18n/index.ts";
import { addWords } from "../../i18n/late.ts";
import type { Reason } from "../../sync/state.ts";
import { Button } from "../../ui/Button.tsx";
import { CardPage } from "../../ui/CardPage.tsx";
import { PasswordField } from "../../ui/PasswordField.tsx";
import { Notice } from "../../ui/states.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { useSubmit } from "../../ui/useSubmit.ts";
import { textLink } from "./links.ts";

addWords({ ended: endings });

/** Sign in, with username or e-mail. */
export function LoginPage({
  workspace,
  mayRegister,
  ended,
  onSignedIn,
}: {
  workspace: string | undefined;
  mayRegister: boolean;
  /** Why whoever was signed in here was signed out, if not by themselves in this browser. */
  ended: Reason | null;
  onSignedIn: () => Promise<void>;
}) {
  const { t } = useTranslation();
  const engine = useEngine();
  const [login, setLogin] = useState("");
  const [password, setPassword] = useState("");

  const { form, busy, errors, failure } = useSubmit(
    async () => {
      await engine.api.call("POST", "/auth/login", { login: login.trim(), password });
      await onSignedIn();
    },
    {
      fields: ["login", "password"],
      check: () => ({
        ...(login.trim() ? {} : { login: t("problem.field.login.empty") }),
        ...(password ? {} : { password: t("auth.login.password_empty") }),
      }),
    },
  );

  return (
    <CardPage
      title={workspace ? t("auth.login.title", { workspace }) : t("auth.login.title_plain")}
      subtitle={location.host}
      footer={
        mayRegister ? (
          <>
            {t("auth.login.new_here")}{" "}
            <Link to="/register" className={textLink}>
              {t("auth.login.register")}
            </Link>
          </>
        ) : null
      }
    >
      <title>{t("auth.login.document")}</title>
      {ended ? (
        <Notice tone="info" className="mb-4">
          {t(`ended.${ended}`)}
        </Notice>
      ) : null}
      <form {...form} className="grid gap-4">
        <TextField
          label={t("auth.login.login")}
          name="login"
          autoComplete="username"
          autoCapitalize="none"
          autoCorrect="off"
          spellCheck={false}
          autoFocus
          value={login}
          onChange={(event) => setLogin(event.target.value)}
          error={errors.login}
        />
        <PasswordField
          label={t("auth.login.password")}
          name="password"
          autoComplete="current-password"
          value={password}
          onChange={(event) => setPassword(event.target.value)}
          error={errors.password}
          aside={
            <Link to="/forgot" className={textLink}>
              {t("auth.login.forgot")}
            </Link>
          }
        />
        {failure ? <Notice>{failure}</Notice> : null}
        <Button type="submit" tone="primary" size="l" wide busy={busy} className="mt-1.5">
          {t("auth.login.submit")}
        </Button>
      </form>
    </CardPage>
  );
}
