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
  onSignedIn,
  onMailed,
}: {
  /** The words on the button. */
  submit: string;
  invite?: string;
  onSignedIn: () => Promise<void>;
  onMailed: (email: string) => void;
}) {
  const engine = useEngine();
  const { account, change } = useAccount();
  const { form, busy, errors, failure } = useSubmit(
    async () => {
      const register: Register = { ...account, ...(invite ? { invite } : {}) };
      // Nothing comes back when a link went out by mail first.
      const answer = await engine.api.call<SignedIn | undefined>("POST", "/auth/register", register);
      if (answer) await onSignedIn();
      else onMailed(account.email);
    },
    { fields: accountFields, check: () => checkAccount({ ...account }) },
  );
  return (
    <form {...form} className="grid gap-4">
      <AccountFields account={account} change={change} errors={errors} autoFocus />
      {failure ? <Notice>{failure}</Notice> : null}
      <Button type="submit" tone="primary" size="l" wide busy={busy} className="mt-1.5">
        {submit}
      </Button>
    </form>
  );
}
