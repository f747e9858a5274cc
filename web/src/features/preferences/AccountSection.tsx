import { LogOut } from "lucide-react";
import { useState } from "react";
import type { Me, PasswordChange } from "../../api/types.ts";
import { useEngine, useSelect } from "../../context/engine.tsx";
import { explainAll } from "../../i18n/explain.ts";
import { useTranslation } from "../../i18n/index.ts";
import { select } from "../../sync/index.ts";
import { checkAccount } from "../../ui/account.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { PasswordField } from "../../ui/PasswordField.tsx";
import { Notice } from "../../ui/states.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { notify } from "../../ui/toast.tsx";
import { useSubmit } from "../../ui/useSubmit.ts";
import { OwnPicture } from "./OwnPicture.tsx";
import { Section, SectionPage } from "./Section.tsx";

/** Who one is here: name, password, the way out. */
export function AccountSection() {
  const { t } = useTranslation();
  const me = useSelect(select.me);
  return (
    <SectionPage title={t("preferences.account.title")}>
      {me ? (
        <>
          <Section title={t("preferences.account.profile")}>
            <ProfileForm me={me} />
          </Section>
          <Section title={t("preferences.account.password")}>
            <PasswordForm me={me} />
          </Section>
        </>
      ) : null}
      <Section title={t("preferences.account.leave")}>
        <SignOut />
      </Section>
    </SectionPage>
  );
}

function ProfileForm({ me }: { me: Me }) {
  const { t } = useTranslation();
  const engine = useEngine();
  const [name, setName] = useState(me.display_name);
  const { form, busy, errors, failure } = useSubmit(
    async () => {
      await engine.api.call("PATCH", "/me", { display_name: name.trim() });
      await engine.refreshMe();
      notify({ text: t("preferences.account.saved"), tone: "ok" });
    },
    { fields: ["display_name"], check: () => checkAccount({ display_name: name }) },
  );
  return (
    <form {...form} className="grid max-w-md grid-cols-1 gap-4">
      <OwnPicture me={me} name={name.trim() || me.username} />
      <TextField
        label={t("preferences.account.name")}
        name="display_name"
        autoComplete="name"
        maxLength={80}
        value={name}
        onChange={(event) => setName(event.target.value)}
        error={errors.display_name}
        hint={t("preferences.account.name_hint")}
      />
      <TextField
        label={t("preferences.account.username")}
        lead="@"
        value={me.username}
        readOnly
        disabled
        hint={t("preferences.account.username_hint")}
      />
      <TextField label={t("preferences.account.email")} type="email" value={me.email} readOnly disabled />
      {failure ? <Notice>{failure}</Notice> : null}
      <div>
        <Button type="submit" tone="primary" busy={busy} disabled={name.trim() === me.display_name && !busy}>
          {t("preferences.account.save")}
        </Button>
      </div>
    </form>
  );
}

function PasswordForm({ me }: { me: Me }) {
  const { t } = useTranslation();
  const engine = useEngine();
  const [current, setCurrent] = useState("");
  const [password, setPassword] = useState("");
  const { form, busy, errors, failure } = useSubmit(
    async () => {
      const change: PasswordChange = { current, password };
      await engine.api.call("POST", "/me/password", change);
      setCurrent("");
      setPassword("");
      notify({ text: t("preferences.account.changed"), tone: "ok" });
    },
    {
      fields: ["current", "password"],
      check: () => ({
        ...(current ? {} : { current: t("preferences.account.current_empty") }),
        ...checkAccount({ password }),
      }),
    },
  );
  return (
    <form {...form} className="grid max-w-md grid-cols-1 gap-4">
      {/* Password managers file the new password under this name. */}
      <input type="text" name="username" autoComplete="username" value={me.username} readOnly hidden />
      <PasswordField
        label={t("preferences.account.current")}
        name="current"
        autoComplete="current-password"
        value={current}
        onChange={(event) => setCurrent(event.target.value)}
        error={errors.current}
      />
      <PasswordField
        label={t("preferences.account.next")}
        name="password"
        autoComplete="new-password"
        maxLength={128}
        measure={[me.username, me.display_name, me.email]}
        value={password}
        onChange={(event) => setPassword(event.target.value)}
        error={errors.password}
        hint={t("preferences.account.password_hint")}
      />
      {failure ? <Notice>{failure}</Notice> : null}
      <div>
        <Button type="submit" busy={busy}>
          {t("preferences.account.change")}
        </Button>
      </div>
    </form>
  );
}

function SignOut() {
  const { t } = useTranslation();
  const engine = useEngine();
  const waiting = useSelect(select.waiting);
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);

  async function leave() {
    setBusy(true);
    try {
      await engine.signOut();
    } catch (error) {
      notify({ text: explainAll(error), tone: "danger" });
    } finally {
      setBusy(false);
      setAsking(false);
    }
  }

  return (
    <div className="flex flex-wrap items-center justify-between gap-3">
      <p className="text-muted">{t("preferences.account.leave_detail")}</p>
      <Button
        busy={busy && !asking}
        icon={<LogOut aria-hidden="true" className="size-4" />}
        onClick={() => (waiting > 0 ? setAsking(true) : void leave())}
      >
        {t("preferences.account.leave")}
      </Button>
      <Dialog
        open={asking}
        onClose={() => setAsking(false)}
        title={t("preferences.account.leave_title")}
        description={t("preferences.account.leave_waiting", { count: waiting })}
        footer={
          <>
            <Button onClick={() => setAsking(false)}>{t("preferences.account.stay")}</Button>
            <Button tone="danger" busy={busy} onClick={() => void leave()}>
              {t("preferences.account.leave_anyway")}
            </Button>
          </>
        }
      />
    </div>
  );
}
