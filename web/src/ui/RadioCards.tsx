import { type ReactNode, useId } from "react";

/** One choice of a group. */
export interface Choice<Value extends string> {
  value: Value;
  label: string;
  hint?: ReactNode;
  icon?: ReactNode;
}

/** One of a few, each with room to say what it means. */
export function RadioCards<Value extends string>({
  legend,
  name,
  value,
  onChange,
  choices,
  error,
}: {
  legend: string;
  name: string;
  value: Value;
  onChange: (value: Value) => void;
  choices: readonly Choice<Value>[];
  error?: string | undefined;
}) {
  const id = useId();
  return (
    <fieldset aria-describedby={error ? `${id}-error` : undefined}>
      <legend className="mb-1.5 font-semibold text-s">{legend}</legend>
      <div className="grid gap-2">
        {choices.map((choice) => (
          <label
            key={choice.value}
            className="transition-tone flex cursor-pointer items-start gap-3 rounded-m border border-line-strong bg-canvas px-3 py-2.5 hover:bg-hover has-focus-visible:outline-2 has-focus-visible:outline-accent has-focus-visible:outline-offset-2 has-checked:border-accent has-checked:bg-accent-soft"
          >
            <span className="mt-0.5 grid size-[18px] shrink-0">
              <input
                type="radio"
                name={name}
                value={choice.value}
                checked={choice.value === value}
                onChange={() => onChange(choice.value)}
                aria-labelledby={`${id}-${choice.value}`}
                aria-describedby={choice.hint ? `${id}-${choice.value}-hint` : undefined}
                className="transition-tone col-start-1 row-start-1 size-[18px] appearance-none rounded-full border border-field bg-canvas outline-none checked:border-[5px] checked:border-accent"
              />
            </span>
            <span className="min-w-0 flex-1">
              <span id={`${id}-${choice.value}`} className="block font-semibold text-m">
                {choice.label}
              </span>
              {choice.hint ? (
                <span id={`${id}-${choice.value}-hint`} className="block text-muted text-s">
                  {choice.hint}
                </span>
              ) : null}
            </span>
            {choice.icon ? (
              <span className="mt-0.5 text-muted [&_svg]:size-[18px]" aria-hidden="true">
                {choice.icon}
              </span>
            ) : null}
          </label>
        ))}
      </div>
      {error ? (
        <p id={`${id}-error`} className="mt-1.5 font-medium text-danger text-s">
          {error}
        </p>
      ) : null}
    </fieldset>
  );
}
