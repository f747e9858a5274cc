import { Link } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import type { JoinPolicy } from "../../api/types.ts";
import { useTranslation } from "../../i18n/index.ts";
import { Button } from "../../ui/Button.tsx";
import { CardPage } from "../../ui/CardPage.tsx";
import { textLink } from "./links.ts";
import { RegisterForm } from "./RegisterForm.tsx";

/** Make an account, as far as the workspace's join policy lets people do that by themselves. */
export function RegisterPage({
  workspace,
  policy,
  onSignedIn,
}: {
  workspace: string | undefined;
  policy: JoinPolicy | undefined;
  onSignedIn: () => Promise<void>;
}) {
  const { t } = useTranslation();
  const [mailed, setMailed] = useState<string | null>(null);
  const name = workspace ?? t("auth.workspace");

  if (mailed !== null) return <MailedPage email={mailed} />;
  if (policy === "invite" || policy === "closed") {
    return (
      <SignInInstead title={t(`auth.register.${policy}_title`)}>
        {t(`auth.register.${policy}_detail`, { workspace: name })}
      </SignInInstead>
    );
  }
  return (
    <CardPage
      title={workspace ? t("auth.register.title", { workspace }) : t("auth.register.title_plain")}
      subtitle={location.host}
      footer={
        <>
          {t("auth.register.have_account")}{" "}
          <Link to="/login" className={textLink}>
            {t("auth.register.sign_in")}
          </Link>
        </>
      }
    >
      <title>{t("auth.register.document")}</title>
      <RegisterForm
        submit={t("auth.register.submit")}
        byMail={policy === "domain"}
        onSignedIn={onSignedIn}
        onMailed={setMailed}
      />
    </CardPage>
  );
}

/** A link went out; the account is made when it is opened. */
export function MailedPage({ email }: { email: string }) {
  const { t } = useTranslation();
  return (
    <SignInInstead title={t("auth.register.mail_title")}>{t("auth.register.mail_detail", { email })}</SignInInstead>
  );
}

function SignInInstead({ title, children }: { title: string; children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <CardPage title={title} subtitle={<p role="status">{children}</p>}>
      <title>{t("auth.register.document")}</title>
      <Button size="l" wide render={<Link to="/login" />}>
        {t("auth.register.sign_in")}
      </Button>
    </CardPage>
  );
}
