import { Link } from "@tanstack/react-router";
import { DoorClosed, Globe, MailPlus } from "lucide-react";
import { useState } from "react";
import { Problem } from "../../api/client.ts";
import type { JoinPolicy, Setup } from "../../api/types.ts";
import { useEngine } from "../../context/engine.tsx";
import { useTranslation } from "../../i18n/index.ts";
import { AccountFields, accountFields, useAccount } from "../../ui/AccountFields.tsx";
import { checkAccount } from "../../ui/account.ts";
import { Button } from "../../ui/Button.tsx";
import { CardPage } from "../../ui/CardPage.tsx";
import { RadioCards } from "../../ui/RadioCards.tsx";
import { Notice } from "../../ui/states.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { forgetToken, useHashToken } from "../../ui/useHashToken.ts";
import { useSubmit } from "../../ui/useSubmit.ts";

/** The policy by mail domain needs its domains: the workspace's settings ask for them. */
type FirstPolicy = Exclude<JoinPolicy, "domain">;

/** First start: the workspace, its owner, who may join. `onDone` when the owner is signed in. */
export function SetupPage({ onDone }: { onDone: () => void | Promise<void> }) {
  const { t } = useTranslation();
  const engine = useEngine();
  const linked = useHashToken();
  const [token, setToken] = useState("");
  const [workspace, setWorkspace] = useState("");
  const [policy, setPolicy] = useState<FirstPolicy>("invite");
  const [taken, setTaken] = useState(false);
  const { account, change } = useAccount();

  const { form, busy, errors, failure } = useSubmit(
    async () => {
      const setup: Setup = { token: linked ?? token.trim(), workspace, ...account, join_policy: policy };
      try {
        await engine.api.call("POST", "/setup", setup);
      } catch (error) {
        const code = error instanceof Problem ? error.code : "";
        if (code === "bad_token" || code === "already_set_up") forgetToken();
        // Somebody was faster.
        if (code !== "already_set_up") throw error;
        setTaken(true);
        return;
      }
      await onDone();
    },
    {
      fields: ["token", "workspace", "join_policy", ...accountFields],
      check: () => ({
        ...(linked || token.trim() ? {} : { token: t("setup.token_missing") }),
        ...(workspace.trim() ? {} : { workspace: t("problem.field.workspace.empty") }),
        ...checkAccount({ ...account }),
      }),
    },
  );

  if (taken) return <SetupDonePage />;
  return (
    <CardPage title={t("setup.title")} subtitle={t("setup.subtitle")} wide>
      <title>{t("setup.title_document")}</title>
      <form {...form} className="grid gap-4">
        {linked === null ? (
          <TextField
            label={t("setup.token")}
            name="token"
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            autoFocus
            value={token}
            onChange={(event) => setToken(event.target.value)}
            error={errors.token}
            hint={t("setup.token_hint")}
          />
        ) : null}
        <TextField
          label={t("setup.workspace")}
          name="workspace"
          autoComplete="organization"
          autoFocus={linked !== null}
          maxLength={80}
          placeholder={t("setup.workspace_placeholder")}
          value={workspace}
          onChange={(event) => setWorkspace(event.target.value)}
          error={errors.workspace}
        />
        <AccountFields account={account} change={change} errors={errors} paired />
        <RadioCards
          legend={t("setup.join")}
          name="join_policy"
          value={policy}
          onChange={setPolicy}
          error={errors.join_policy}
          choices={[
            {
              value: "invite",
              label: t("setup.policy.invite"),
              hint: t("setup.policy.invite_hint"),
              icon: <MailPlus />,
            },
            { value: "open", label: t("setup.policy.open"), hint: t("setup.policy.open_hint"), icon: <Globe /> },
            {
              value: "closed",
              label: t("setup.policy.closed"),
              hint: t("setup.policy.closed_hint"),
              icon: <DoorClosed />,
            },
          ]}
        />
        {errors.token && linked !== null ? <Notice>{errors.token}</Notice> : null}
        {failure ? <Notice>{failure}</Notice> : null}
        <Button type="submit" tone="primary" size="l" wide busy={busy} className="mt-1.5">
          {t("setup.submit")}
        </Button>
      </form>
    </CardPage>
  );
}

/** The workspace has an owner already. */
export function SetupDonePage() {
  const { t } = useTranslation();
  return (
    <CardPage title={t("setup.done_title")} subtitle={t("setup.done")}>
      <title>{t("setup.title_document")}</title>
      <Button tone="primary" size="l" wide render={<Link to="/login" />}>
        {t("setup.sign_in")}
      </Button>
    </CardPage>
  );
}
