import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { Problem } from "../../api/client.ts";
import type { Invited } from "../../api/types.ts";
import { useEngine } from "../../context/engine.tsx";
import { explainAll } from "../../i18n/explain.ts";
import { useTranslation } from "../../i18n/index.ts";
import { Button } from "../../ui/Button.tsx";
import { CardPage } from "../../ui/CardPage.tsx";
import { Skeleton } from "../../ui/Skeleton.tsx";
import { ErrorState } from "../../ui/states.tsx";
import { forgetToken, useHashToken } from "../../ui/useHashToken.ts";
import { textLink } from "./links.ts";
import { RegisterForm } from "./RegisterForm.tsx";
import { MailedPage } from "./RegisterPage.tsx";

/** An invitation's link: who invites whereto, and the account to make. */
export function InvitePage({ signedIn, onSignedIn }: { signedIn: boolean; onSignedIn: () => Promise<void> }) {
  const { t } = useTranslation();
  const engine = useEngine();
  const token = useHashToken();
  const [mailed, setMailed] = useState<string | null>(null);
  const invitation = useQuery({
    queryKey: ["invitation", token],
    queryFn: () => engine.api.call<Invited>("POST", "/auth/invite", { token }),
    enabled: token !== null,
    staleTime: Number.POSITIVE_INFINITY,
  });
  // The link that ended while its form was filled; another one may be opened over it.
  const [ended, setEnded] = useState<string | null>(null);
  const refused =
    token !== null && (ended === token || (invitation.error instanceof Problem && invitation.error.status < 429));
  useEffect(() => {
    if (refused) forgetToken();
  }, [refused]);

  if (token === null) {
    return <DeadEnd title={t("auth.invite.missing_title")}>{t("auth.invite.missing_detail")}</DeadEnd>;
  }
  if (mailed !== null) return <MailedPage email={mailed} />;
  if (refused) return <DeadEnd title={t("auth.invite.bad_title")}>{t("auth.invite.bad_detail")}</DeadEnd>;
  if (invitation.isPending) return <Loading />;
  if (invitation.isError) {
    return (
      <main className="grid min-h-dvh place-items-center bg-rail">
        <title>{t("auth.invite.document")}</title>
        <ErrorState
          heading="h1"
          title={t("auth.invite.failed")}
          busy={invitation.isFetching}
          onRetry={() => void invitation.refetch()}
        >
          {explainAll(invitation.error)}
        </ErrorState>
      </main>
    );
  }
  const { workspace, invited_by: by } = invitation.data;
  if (signedIn) {
    return (
      <CardPage title={t("auth.invite.already_title")} subtitle={t("auth.invite.already_detail", { workspace })}>
        <title>{t("auth.invite.document")}</title>
        <Button tone="primary" size="l" wide render={<Link to="/" />}>
          {t("auth.invite.open", { workspace })}
        </Button>
      </CardPage>
    );
  }
  return (
    <CardPage
      title={t("auth.invite.title", { workspace })}
      subtitle={by ? t("auth.invite.by", { name: by }) : t("auth.invite.by_nobody")}
      footer={
        <>
          {t("auth.register.have_account")}{" "}
          <Link to="/login" className={textLink}>
            {t("auth.register.sign_in")}
          </Link>
        </>
      }
    >
      <title>{t("auth.invite.document")}</title>
      <RegisterForm
        submit={t("auth.invite.submit", { workspace })}
        invite={token}
        onSignedIn={onSignedIn}
        onMailed={(email) => {
          forgetToken();
          setMailed(email);
        }}
        onRefused={() => setEnded(token)}
      />
    </CardPage>
  );
}

function DeadEnd({ title, children }: { title: string; children: string }) {
  const { t } = useTranslation();
  return (
    <CardPage title={title} subtitle={children}>
      <title>{t("auth.invite.document")}</title>
      <Button size="l" wide render={<Link to="/login" />}>
        {t("auth.register.sign_in")}
      </Button>
    </CardPage>
  );
}

function Loading() {
  const { t } = useTranslation();
  return (
    <CardPage title={t("auth.register.title_plain")}>
      <title>{t("auth.invite.document")}</title>
      <div aria-busy="true" className="grid gap-4">
        {["name", "username", "email", "password"].map((field) => (
          <div key={field} className="grid gap-2">
            <Skeleton className="h-4 w-24" />
            <Skeleton className="h-11 w-full rounded-m" />
          </div>
        ))}
      </div>
    </CardPage>
  );
}
