import { useState } from "react";
import { useTranslation } from "../i18n/index.ts";
import { cx } from "./cx.ts";
import { PasswordField } from "./PasswordField.tsx";
import { TextField } from "./TextField.tsx";
import { usernameFrom } from "./username.ts";

/** What a person says of themselves when they make an account. */
export interface Account {
  display_name: string;
  username: string;
  email: string;
  password: string;
}

/** The names of the fields, as the server knows them. */
export const accountFields = ["display_name", "username", "email", "password"] as const;

/** An account being typed: the username follows the name until it is typed itself. */
export function useAccount() {
  const [typed, setTyped] = useState({ display_name: "", email: "", password: "" });
  const [username, setUsername] = useState<string | null>(null);
  const account: Account = { ...typed, username: username ?? usernameFrom(typed.display_name) };
  const change = (field: keyof Account, value: string) => {
    // An emptied username follows the name again.
    if (field === "username") setUsername(value === "" ? null : value);
    else setTyped((before) => ({ ...before, [field]: value }));
  };
  return { account, change };
}

/** The fields of a new account. */
export function AccountFields({
  account,
  change,
  errors,
  autoFocus,
  paired,
  passwordLater,
}: {
  account: Account;
  change: (field: keyof Account, value: string) => void;
  errors: Readonly<Record<string, string>>;
  autoFocus?: boolean;
  /** Two fields a line, where there is room. */
  paired?: boolean;
  /** The password is asked for elsewhere. */
  passwordLater?: boolean | undefined;
}) {
  const { t } = useTranslation();
  return (
    <div className={cx("grid items-start gap-4", paired && "sm:grid-cols-2")}>
      <TextField
        label={t("ui.account.name")}
        name="display_name"
        autoComplete="name"
        autoFocus={autoFocus ?? false}
        maxLength={80}
        value={account.display_name}
        onChange={(event) => change("display_name", event.target.value)}
        error={errors.display_name}
      />
      <TextField
        label={t("ui.account.username")}
        name="username"
        autoComplete="username"
        autoCapitalize="none"
        autoCorrect="off"
        spellCheck={false}
        maxLength={32}
        lead="@"
        value={account.username}
        onChange={(event) => change("username", event.target.value.toLowerCase().replace(/\s/g, ""))}
        error={errors.username}
        hint={t("ui.account.username_hint")}
      />
      <TextField
        label={t("ui.account.email")}
        name="email"
        type="email"
        inputMode="email"
        autoComplete="email"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={254}
        value={account.email}
        onChange={(event) => change("email", event.target.value)}
        error={errors.email}
      />
      {passwordLater ? null : (
        <PasswordField
          label={t("ui.account.password")}
          name="password"
          autoComplete="new-password"
          maxLength={128}
          value={account.password}
          onChange={(event) => change("password", event.target.value)}
          measure={[account.display_name, account.username, account.email.split("@")[0] ?? ""]}
          error={errors.password}
        />
      )}
    </div>
  );
}
