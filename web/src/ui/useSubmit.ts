import { type FormEvent, type RefObject, useEffect, useRef, useState } from "react";
import { type Explanation, explain } from "../i18n/explain.ts";

/** A form's state between the first keystroke and the answer. */
export interface Submission {
  /** Put it on the `<form>`. */
  form: {
    ref: RefObject<HTMLFormElement | null>;
    onSubmit: (event: FormEvent) => void;
    onChange: (event: FormEvent) => void;
    noValidate: true;
  };
  /** The answer is awaited. */
  busy: boolean;
  /** What is wrong, by field. */
  errors: Readonly<Record<string, string>>;
  /** What is wrong with the whole. */
  failure: string | undefined;
}

const clear: Explanation = { fields: {}, message: undefined };

/**
 * Sends a form once at a time, keeps what was typed, puts what is wrong beside its field and the focus into the first such
 * field, until it is typed anew. `check` finds what can be known without asking the server; fields of an error that the
 * form doesn't have are told as a whole.
 */
export function useSubmit(
  send: () => Promise<void>,
  { check, fields }: { fields: readonly string[]; check?: () => Record<string, string> },
): Submission {
  const ref = useRef<HTMLFormElement>(null);
  const pending = useRef(false);
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState(clear);
  const [mended, setMended] = useState<Readonly<Record<string, "">>>({});
  const tell = (wrong: Explanation) => {
    setFault(wrong);
    setMended({});
  };

  useEffect(() => {
    const first = ref.current?.querySelector<HTMLElement>('[aria-invalid="true"]');
    if (Object.keys(fault.fields).length > 0) first?.focus();
  }, [fault]);

  async function run(): Promise<void> {
    if (pending.current) return;
    const wrong = check?.() ?? {};
    if (Object.keys(wrong).length > 0) {
      tell({ fields: wrong, message: undefined });
      return;
    }
    pending.current = true;
    setBusy(true);
    tell(clear);
    try {
      await send();
    } catch (error) {
      tell(explain(error, fields));
    } finally {
      pending.current = false;
      setBusy(false);
    }
  }

  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    void run();
  };
  const onChange = ({ target }: FormEvent) => setMended({ ...mended, [(target as HTMLInputElement).name]: "" });
  const errors = { ...fault.fields, ...mended };
  return { form: { ref, onSubmit, onChange, noValidate: true }, busy, errors, failure: fault.message };
}
