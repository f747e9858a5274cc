import { Eye, EyeOff } from "lucide-react";
import { type ComponentPropsWithRef, type KeyboardEvent, useState } from "react";
import { useTranslation } from "../i18n/index.ts";
import { cx } from "./cx.ts";
import { control, Field, type FieldProps } from "./Field.tsx";
import { type Strength, shortest, strengthOf } from "./strength.ts";

/** A password, with a way to see it, a word when Caps Lock is on, and, for a new one, how well it would stand. */
export function PasswordField({
  label,
  hint,
  error,
  aside,
  measure,
  value,
  className,
  ...rest
}: Omit<FieldProps, "optional"> &
  Omit<ComponentPropsWithRef<"input">, "id" | "type" | "value"> & {
    value: string;
    /** For a new password: the person's names, which it must not lean on. */
    measure?: readonly string[];
  }) {
  const { t } = useTranslation();
  const [shown, setShown] = useState(false);
  const [caps, setCaps] = useState(false);
  const watchCaps = (event: KeyboardEvent) => setCaps(event.getModifierState("CapsLock"));
  const Icon = shown ? EyeOff : Eye;
  return (
    <Field label={label} hint={hint} error={error} aside={aside}>
      {(ids) => (
        <>
          <span className="relative block">
            <input
              spellCheck={false}
              autoCapitalize="none"
              {...rest}
              {...ids}
              value={value}
              type={shown ? "text" : "password"}
              onKeyDown={watchCaps}
              onKeyUp={watchCaps}
              onBlur={() => setCaps(false)}
              className={cx(control, "pr-12", className)}
            />
            <button
              type="button"
              aria-label={t(shown ? "ui.password.hide" : "ui.password.show")}
              aria-pressed={shown}
              onClick={() => setShown(!shown)}
              className="transition-tone absolute inset-y-0 right-0 grid w-11 place-items-center rounded-m text-muted hover:text-text focus-visible:outline-offset-[-3px]"
            >
              <Icon aria-hidden="true" className="size-[18px]" />
            </button>
          </span>
          <p role="status" className={cx("text-muted text-s", caps && "mt-1.5")}>
            {caps ? t("ui.password.caps") : null}
          </p>
          {measure && value ? <StrengthMeter password={value} names={measure} /> : null}
        </>
      )}
    </Field>
  );
}

const bars = ["bg-danger", "bg-danger", "bg-warn", "bg-ok", "bg-ok"] as const;
const words = ["weak", "weak", "fair", "good", "strong"] as const;

function StrengthMeter({ password, names }: { password: string; names: readonly string[] }) {
  const { t } = useTranslation();
  const strength: Strength = strengthOf(password, names);
  const missing = shortest - [...password].length;
  const word =
    strength === 0 ? t("ui.password.strength.short", { count: missing }) : t(`ui.password.strength.${words[strength]}`);
  return (
    <div className="mt-2 flex items-center gap-3">
      {/* biome-ignore lint/a11y/useSemanticElements: browsers don't let a native meter be drawn as four bars. */}
      <div
        role="meter"
        aria-label={t("ui.password.strength.label")}
        aria-valuemin={0}
        aria-valuemax={4}
        aria-valuenow={strength}
        aria-valuetext={word}
        className="grid flex-1 grid-cols-4 gap-1"
      >
        {[1, 2, 3, 4].map((bar) => (
          <span
            key={bar}
            className={cx(
              "transition-tone h-1 rounded-full",
              bar <= Math.max(strength, 1) ? bars[strength] : "bg-line",
            )}
          />
        ))}
      </div>
      <span aria-hidden="true" className="min-w-32 text-right text-muted text-xs">
        {word}
      </span>
    </div>
  );
}
