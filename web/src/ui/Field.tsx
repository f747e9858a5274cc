import { CircleAlert } from "lucide-react";
import { type ReactNode, useId } from "react";
import { useTranslation } from "../i18n/index.ts";

/** What every field shares. */
export interface FieldProps {
  label: string;
  /** Help that is always there. */
  hint?: ReactNode;
  /** What is wrong, beside the field. */
  error?: string | undefined;
  /** Beside the label, at the far end: a link. By Tab it comes after the field, which is what one goes on to. */
  aside?: ReactNode;
  /** May be left out; says so. */
  optional?: boolean;
}

/** What a field's control needs to be joined with its label, hint and error. */
export interface ControlIds {
  id: string;
  "aria-describedby": string | undefined;
  "aria-invalid": true | undefined;
}

/** The look of what can be typed into. */
export const control =
  "transition-tone h-11 w-full rounded-m border border-field bg-canvas px-3 text-m text-text pointer-coarse:text-touch hover:border-muted focus:border-accent focus:outline-2 focus:outline-offset-0 focus:outline-accent aria-invalid:border-danger aria-invalid:focus:outline-danger disabled:cursor-not-allowed disabled:border-line disabled:bg-sunken disabled:text-faint";

/** A label, a control, and what there is to say about it. */
export function Field({
  label,
  hint,
  error,
  aside,
  optional,
  children,
}: FieldProps & { children: (ids: ControlIds) => ReactNode }) {
  const { t } = useTranslation();
  const id = useId();
  const hintId = `${id}-hint`;
  const errorId = `${id}-error`;
  const describedBy = [error ? errorId : "", hint ? hintId : ""].filter(Boolean).join(" ") || undefined;
  return (
    <div>
      <div className="flex flex-wrap items-baseline justify-between gap-x-3 gap-y-1.5">
        <label htmlFor={id} className="font-semibold text-s">
          {label}
          {optional ? <span className="font-normal text-muted"> ({t("ui.optional")})</span> : null}
        </label>
        <div className="order-last w-full">
          {children({ id, "aria-describedby": describedBy, "aria-invalid": error ? true : undefined })}
        </div>
        {aside ? <div className="text-s">{aside}</div> : null}
      </div>
      {error ? (
        <p id={errorId} className="mt-1.5 flex gap-1.5 font-medium text-danger text-s">
          <CircleAlert aria-hidden="true" className="mt-px size-4 shrink-0" />
          {error}
        </p>
      ) : null}
      {hint ? (
        <p id={hintId} className="mt-1.5 text-muted text-s">
          {hint}
        </p>
      ) : null}
    </div>
  );
}
