import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { MailSetup } from "../../api/admin.ts";
import { useEngine } from "../../context/engine.tsx";
import { useTranslation } from "../../i18n/index.ts";
import { Button } from "../../ui/Button.tsx";
import { PasswordField } from "../../ui/PasswordField.tsx";
import { Select } from "../../ui/Select.tsx";
import { Notice } from "../../ui/states.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { notify } from "../../ui/toast.tsx";
import { useSubmit } from "../../ui/useSubmit.ts";
import { customaryPort, type Encryption, encryptions, type MailServer, mailServerOf, mailUrl } from "./mailAddress.ts";

/** The server that mails go to. The password is only ever written: the form can't show it, so it is typed again. */
export function MailForm({ state }: { state: MailSetup }) {
  const { t } = useTranslation();
  const engine = useEngine();
  const queries = useQueryClient();
  const [server, setServer] = useState<MailServer>(() => mailServerOf(state));
  const [from, setFrom] = useState(state.from ?? "");
  const change = (part: Partial<MailServer>) => setServer((before) => ({ ...before, ...part }));
  const { form, busy, errors, failure } = useSubmit(
    async () => {
      const url = mailUrl({ ...server, host: server.host.trim(), user: server.user.trim() });
      await engine.api.call<MailSetup>("PUT", "/admin/mail", { url, from: from.trim() });
      await queries.invalidateQueries({ queryKey: ["admin", "/admin/mail"] });
      change({ password: "" });
      notify({ text: t("admin.saved"), tone: "ok" });
    },
    {
      fields: ["host", "port", "user", "password", "from"],
      check: () => ({
        ...(server.host.trim() === "" ? { host: t("admin.mail.host_missing") } : {}),
        ...(/^\d+$/.test(server.port) && Number(server.port) >= 1 && Number(server.port) <= 65_535
          ? {}
          : { port: t("admin.mail.bad_port") }),
        ...(server.user.trim() !== "" && server.password === "" ? { password: t("admin.mail.password_missing") } : {}),
        ...(from.includes("@") ? {} : { from: t("admin.mail.from_missing") }),
      }),
    },
  );
  return (
    <form {...form} className="grid gap-4">
      {failure ? <Notice>{failure}</Notice> : null}
      <div className="grid items-start gap-4 sm:grid-cols-[minmax(0,1fr)_7rem]">
        <TextField
          label={t("admin.mail.host")}
          name="host"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          placeholder="mail.example.org"
          value={server.host}
          onChange={(event) => change({ host: event.target.value })}
          error={errors.host}
        />
        <TextField
          label={t("admin.mail.port")}
          name="port"
          inputMode="numeric"
          autoComplete="off"
          value={server.port}
          onChange={(event) => change({ port: event.target.value })}
          error={errors.port}
        />
      </div>
      <Select
        label={t("admin.mail.encryption")}
        value={server.encryption}
        onChange={(event) => {
          const encryption = event.target.value as Encryption;
          const customary = Object.values(customaryPort).includes(server.port);
          change({ encryption, ...(customary ? { port: customaryPort[encryption] } : {}) });
        }}
      >
        {encryptions.map((value) => (
          <option key={value} value={value}>
            {t(`admin.mail.${value}`)}
          </option>
        ))}
      </Select>
      <div className="grid items-start gap-4 sm:grid-cols-2">
        <TextField
          label={t("admin.mail.user")}
          optional
          name="user"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          value={server.user}
          onChange={(event) => change({ user: event.target.value })}
          error={errors.user}
        />
        <PasswordField
          label={t("admin.mail.password")}
          name="smtp-password"
          autoComplete="new-password"
          hint={state.has_password ? t("admin.mail.password_hint") : undefined}
          value={server.password}
          onChange={(event) => change({ password: event.target.value })}
          error={errors.password}
        />
      </div>
      <TextField
        label={t("admin.mail.from")}
        name="from"
        autoComplete="off"
        placeholder="Parley <parley@example.org>"
        value={from}
        onChange={(event) => setFrom(event.target.value)}
        error={errors.from}
      />
      <div>
        <Button tone="primary" type="submit" busy={busy}>
          {t("admin.mail.save")}
        </Button>
      </div>
    </form>
  );
}
