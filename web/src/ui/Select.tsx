import { ChevronDown } from "lucide-react";
import type { ComponentPropsWithRef } from "react";
import { cx } from "./cx.ts";
import { control, Field, type FieldProps } from "./Field.tsx";

/** One of several, from the browser's own list: right on every device and for every aid. */
export function Select({
  label,
  hint,
  error,
  aside,
  optional,
  className,
  ...rest
}: FieldProps & Omit<ComponentPropsWithRef<"select">, "id">) {
  return (
    <Field label={label} hint={hint} error={error} aside={aside} optional={optional ?? false}>
      {(ids) => (
        <span className="relative block">
          <select {...rest} {...ids} className={cx(control, "appearance-none pr-9", className)} />
          <ChevronDown
            aria-hidden="true"
            className="pointer-events-none absolute top-1/2 right-3 size-4 -translate-y-1/2 text-muted"
          />
        </span>
      )}
    </Field>
  );
}
