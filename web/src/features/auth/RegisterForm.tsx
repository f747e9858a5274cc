import { Problem } from "../../api/client.ts";
import type { Register, SignedIn } from "../../api/types.ts";
import { useEngine } from "../../context/engine.tsx";
import { AccountFields, accountFields, useAccount } from "../../ui/AccountFields.tsx";
import { checkAccount } from "../../ui/account.ts";
import { Button } from "../../ui/Button.tsx";
import { Notice } from "../../ui/states.tsx";
import { useSubmit } from "../../ui/useSubmit.ts";

/** The form of a new account, with or without an invitation. */
export function RegisterForm({
  submit,
  invite,
  byMail,
  onSignedIn,
  onMailed,
  onRefused,
}: {
  /** The words on the button. */
  submit: string;
  invite?: string;
  /** A link is mailed first; whoever opens it chooses the password. */
  byMail?: boolean;
  onSignedIn: () => Promise<void>;
  onMailed: (email: string) => void;
  /** The invitation works no more. */
  onRefused?: () => void;
}) {
  const engine = useEngine();
  const { account, change } = useAccount();
  const { password, ...names } = account;
  const asked = byMail ? names : { ...names, password };
  const { form, busy, errors, failure } = useSubmit(
    async () => {
      const register: Register = { ...asked, ...(invite ? { invite } : {}) };
      let answer: SignedIn | undefined;
      try {
        answer = await engine.api.call<SignedIn | undefined>("POST", "/auth/register", register);
      } catch (error) {
        if (onRefused && error instanceof Problem && error.code === "bad_token") return onRefused();
        throw error;
      }
      // Nothing comes back when a link went out by mail first.
      if (answer) await onSignedIn();
      else onMailed(account.email);
    },
    { fields: accountFields, check: () => checkAccount(asked) },
  );
  return (
    <form {...form} className="grid gap-4">
      <AccountFields account={account} change={change} errors={errors} passwordLater={byMail} autoFocus />
      {failure ? <Notice>{failure}</Notice> : null}
      <Button type="submit" tone="primary" size="l" wide busy={busy} className="mt-1.5">
        {submit}
      </Button>
    </form>
  );
}
