import { useQuery, useQueryClient } from "@tanstack/react-query";
import { CircleAlert, CircleCheck, Lock, Send, Trash2 } from "lucide-react";
import { useState } from "react";
import type { MailSetup } from "../../api/admin.ts";
import { Problem } from "../../api/client.ts";
import { useEngine, useSelect } from "../../context/engine.tsx";
import { explainAll } from "../../i18n/explain.ts";
import { ago } from "../../i18n/format.ts";
import { useTranslation } from "../../i18n/index.ts";
import { select } from "../../sync/select.ts";
import { Button } from "../../ui/Button.tsx";
import { ErrorState, Notice } from "../../ui/states.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { notify } from "../../ui/toast.tsx";
import { type Act, Confirm } from "./Confirm.tsx";
import { Rows } from "./Listing.tsx";
import { MailForm } from "./MailForm.tsx";
import { Facts, Page, Part } from "./Page.tsx";

/** Where the mail's set-up is kept. */
const mailKey = ["admin", "/admin/mail"];

/** How mails leave the server, whether they do, and the way to change it. */
export function MailPage() {
  const { t } = useTranslation();
  const engine = useEngine();
  const mail = useQuery({ queryKey: mailKey, queryFn: () => engine.api.call<MailSetup>("GET", "/admin/mail") });
  return (
    <Page title={t("admin.mail.title")} intro={t("admin.mail.intro")} narrow>
      {mail.data ? (
        <SetUp state={mail.data} />
      ) : mail.isError ? (
        <ErrorState title={t("admin.mail.failed")} busy={mail.isFetching} onRetry={() => void mail.refetch()}>
          {explainAll(mail.error)}
        </ErrorState>
      ) : (
        <Rows label={t("admin.mail.loading")} rows={3} />
      )}
    </Page>
  );
}

function SetUp({ state }: { state: MailSetup }) {
  const { t } = useTranslation();
  const engine = useEngine();
  const queries = useQueryClient();
  const owns = useSelect(select.me)?.role === "owner";
  const [act, setAct] = useState<Act | null>(null);
  const remove: Act = {
    title: t("admin.mail.remove_title"),
    detail: t("admin.mail.remove_detail"),
    does: t("admin.mail.remove"),
    danger: true,
    async run() {
      await engine.api.call("DELETE", "/admin/mail");
      await queries.invalidateQueries({ queryKey: mailKey });
    },
  };
  return (
    <>
      <Part title={t("admin.mail.now")}>
        {state.source === "none" ? (
          <p className="text-muted">{t("admin.mail.none")}</p>
        ) : (
          <Facts
            items={[
              [t("admin.mail.server"), state.server?.replace(/\?.*/, "") ?? "–"],
              [t("admin.mail.from"), state.from ?? "–"],
              [t("admin.mail.user"), state.user ?? t("admin.mail.no_user")],
              [t("admin.mail.password"), t(state.has_password ? "admin.mail.kept" : "admin.mail.no_password")],
              [
                t("admin.mail.last_success"),
                state.last_success_at ? ago(state.last_success_at) : t("admin.mail.never"),
              ],
            ]}
          />
        )}
        {state.last_error ? (
          <Notice className="mt-4">{t("admin.mail.last_error", { error: state.last_error })}</Notice>
        ) : null}
        <TestForm />
      </Part>
      <Part
        title={t("admin.mail.change")}
        actions={
          state.source === "database" && owns ? (
            <Button icon={<Trash2 aria-hidden="true" className="size-4" />} onClick={() => setAct(remove)}>
              {t("admin.mail.remove")}
            </Button>
          ) : null
        }
      >
        {state.source === "environment" || !owns ? (
          <p className="flex items-start gap-2.5 rounded-m bg-rail px-3.5 py-3 text-s">
            <Lock aria-hidden="true" className="mt-px size-4 shrink-0 text-muted" />
            {t(state.source === "environment" ? "admin.mail.environment" : "admin.mail.owners")}
          </p>
        ) : (
          <MailForm key={state.server} state={state} />
        )}
      </Part>
      <Confirm act={act} onClose={() => setAct(null)} />
    </>
  );
}

/** Sends a mail now and tells what the mail server answered, word for word. */
function TestForm() {
  const { t } = useTranslation();
  const engine = useEngine();
  const queries = useQueryClient();
  const me = useSelect(select.me);
  const [to, setTo] = useState("");
  const [busy, setBusy] = useState(false);
  const [answer, setAnswer] = useState<{ ok: boolean; text: string } | null>(null);

  async function test() {
    setBusy(true);
    setAnswer(null);
    try {
      const body = to.trim() === "" ? {} : { to: to.trim() };
      const sent = await engine.api.call<{ to: string }>("POST", "/admin/mail/test", body);
      setAnswer({ ok: true, text: t("admin.mail.sent", { to: sent.to }) });
    } catch (error) {
      const detail = error instanceof Problem && error.code === "mail_failed" ? error.detail : null;
      setAnswer({ ok: false, text: detail ? t("admin.mail.refused", { answer: detail }) : explainAll(error) });
    } finally {
      setBusy(false);
      await queries.invalidateQueries({ queryKey: mailKey });
    }
  }

  return (
    <form
      className="mt-5 grid gap-3"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) void test().catch((error) => notify({ text: explainAll(error), tone: "danger" }));
      }}
    >
      <div className="flex items-end gap-2 max-sm:flex-col max-sm:items-stretch">
        <div className="flex-1">
          <TextField
            label={t("admin.mail.test_to")}
            type="email"
            autoComplete="off"
            placeholder={me?.email ?? ""}
            value={to}
            onChange={(event) => setTo(event.target.value)}
          />
        </div>
        <Button size="l" type="submit" busy={busy} icon={<Send aria-hidden="true" className="size-4" />}>
          {t("admin.mail.test")}
        </Button>
      </div>
      {answer?.ok ? (
        <p role="status" className="flex items-start gap-2 rounded-m bg-accent-soft px-3 py-2.5 font-medium text-s">
          <CircleCheck aria-hidden="true" className="mt-px size-4 shrink-0 text-accent" />
          {answer.text}
        </p>
      ) : answer ? (
        <p
          role="alert"
          className="flex items-start gap-2 whitespace-pre-wrap rounded-m bg-danger-soft px-3 py-2.5 font-medium text-danger text-s [overflow-wrap:anywhere]"
        >
          <CircleAlert aria-hidden="true" className="mt-px size-4 shrink-0" />
          {answer.text}
        </p>
      ) : null}
    </form>
  );
}
