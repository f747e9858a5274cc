import { useId, useState } from "react";
import type { MadeUser, Role } from "../../api/admin.ts";
import { nameOf } from "../../chat/people.ts";
import { useEngine, useSelect } from "../../context/engine.tsx";
import { useTranslation } from "../../i18n/index.ts";
import { select } from "../../sync/select.ts";
import { checkAccount } from "../../ui/account.ts";
import { Button } from "../../ui/Button.tsx";
import { CopyField } from "../../ui/CopyField.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { Select } from "../../ui/Select.tsx";
import { Notice } from "../../ui/states.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { usernameFrom } from "../../ui/username.ts";
import { useSubmit } from "../../ui/useSubmit.ts";
import { useRefresh } from "./Listing.tsx";
import { rolesToGive } from "./roles.ts";

/** Makes an account for somebody, who chooses the password by a link that is shown once. */
export function CreatePersonDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const id = useId();
  const [made, setMade] = useState<MadeUser | null>(null);
  const [busy, setBusy] = useState(false);
  const close = () => {
    setMade(null);
    onClose();
  };
  return (
    <Dialog
      open={open}
      onClose={close}
      title={made ? t("admin.create.done", { name: nameOf(made) }) : t("admin.create.title")}
      description={made ? undefined : t("admin.create.detail")}
      width="m"
      footer={
        made ? (
          <Button tone="primary" onClick={close}>
            {t("admin.create.close")}
          </Button>
        ) : (
          <>
            <Button onClick={close}>{t("admin.cancel")}</Button>
            <Button tone="primary" type="submit" form={id} busy={busy}>
              {t("admin.create.make")}
            </Button>
          </>
        )
      }
    >
      {made ? (
        <CopyField label={t("admin.create.link")} title={t("admin.create.link_detail")} value={made.reset_url ?? ""} />
      ) : (
        <PersonForm id={id} onBusy={setBusy} onMade={setMade} />
      )}
    </Dialog>
  );
}

function PersonForm({
  id,
  onBusy,
  onMade,
}: {
  id: string;
  onBusy: (busy: boolean) => void;
  onMade: (made: MadeUser) => void;
}) {
  const { t } = useTranslation();
  const engine = useEngine();
  const refresh = useRefresh();
  const me = useSelect(select.me);
  const [name, setName] = useState("");
  const [typedUsername, setUsername] = useState<string | null>(null);
  const [email, setEmail] = useState("");
  const [role, setRole] = useState<Role>("member");
  const username = typedUsername ?? usernameFrom(name);
  const { form, errors, failure } = useSubmit(
    async () => {
      onBusy(true);
      try {
        const person = { username, email: email.trim(), display_name: name.trim(), role };
        const made = await engine.api.call<MadeUser>("POST", "/admin/users", person);
        await refresh("/admin/users");
        onMade(made);
      } finally {
        onBusy(false);
      }
    },
    {
      fields: ["display_name", "username", "email", "role"],
      check: () => checkAccount({ display_name: name, username, email }),
    },
  );
  return (
    <form {...form} id={id} className="grid gap-4">
      {failure ? <Notice>{failure}</Notice> : null}
      <TextField
        label={t("admin.create.name")}
        name="display_name"
        autoComplete="off"
        autoFocus
        maxLength={80}
        value={name}
        onChange={(event) => setName(event.target.value)}
        error={errors.display_name}
      />
      <div className="grid items-start gap-4 sm:grid-cols-2">
        <TextField
          label={t("ui.account.username")}
          name="username"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={32}
          lead="@"
          value={username}
          onChange={(event) => setUsername(event.target.value.toLowerCase().replace(/\s/g, "") || null)}
          error={errors.username}
        />
        <TextField
          label={t("ui.account.email")}
          name="email"
          type="email"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={254}
          value={email}
          onChange={(event) => setEmail(event.target.value)}
          error={errors.email}
        />
      </div>
      <Select
        label={t("admin.people.role")}
        value={role}
        hint={t(`admin.role_hint.${role}`)}
        onChange={(event) => setRole(event.target.value as Role)}
        error={errors.role}
      >
        {rolesToGive(me).map((value) => (
          <option key={value} value={value}>
            {t(`admin.role.${value}`)}
          </option>
        ))}
      </Select>
    </form>
  );
}
