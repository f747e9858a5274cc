import type { ComponentPropsWithRef, ReactNode } from "react";
import { cx } from "./cx.ts";
import { control, Field, type FieldProps } from "./Field.tsx";

/** A line of text. */
export function TextField({
  label,
  hint,
  error,
  aside,
  optional,
  className,
  lead,
  ...rest
}: FieldProps & Omit<ComponentPropsWithRef<"input">, "id"> & { lead?: ReactNode }) {
  return (
    <Field label={label} hint={hint} error={error} aside={aside} optional={optional ?? false}>
      {(ids) => (
        <span className="relative block">
          {lead ? (
            <span aria-hidden="true" className="absolute inset-y-0 left-3 grid place-items-center text-muted">
              {lead}
            </span>
          ) : null}
          <input {...rest} {...ids} className={cx(control, lead ? "pl-8" : null, className)} />
        </span>
      )}
    </Field>
  );
}

/** Several lines of text. */
export function TextArea({
  label,
  hint,
  error,
  aside,
  optional,
  className,
  ...rest
}: FieldProps & Omit<ComponentPropsWithRef<"textarea">, "id">) {
  return (
    <Field label={label} hint={hint} error={error} aside={aside} optional={optional ?? false}>
      {(ids) => <textarea {...rest} {...ids} className={cx(control, "h-auto min-h-22 py-2.5", className)} />}
    </Field>
  );
}
