import { Check } from "lucide-react";
import { type ComponentPropsWithRef, type ReactNode, useId } from "react";

/** A box to tick, with its words beside it. */
export function Checkbox({
  label,
  hint,
  ...rest
}: { label: ReactNode; hint?: ReactNode } & Omit<ComponentPropsWithRef<"input">, "type" | "id" | "className">) {
  const id = useId();
  return (
    <label htmlFor={id} className="flex cursor-pointer items-start gap-2.5 py-1 text-m pointer-coarse:py-2.5">
      <span className="relative mt-0.5 grid size-[18px] shrink-0 place-items-center">
        <input
          {...rest}
          id={id}
          type="checkbox"
          aria-describedby={hint ? `${id}-hint` : undefined}
          className="peer transition-tone absolute inset-0 appearance-none rounded-s border border-field bg-canvas checked:border-accent checked:bg-accent hover:border-muted checked:hover:border-accent-strong disabled:border-line disabled:bg-sunken"
        />
        <Check
          aria-hidden="true"
          strokeWidth={3}
          className="pointer-events-none relative size-3 text-on-accent opacity-0 peer-checked:opacity-100"
        />
      </span>
      <span className="min-w-0">
        {label}
        {hint ? (
          <span id={`${id}-hint`} className="block text-muted text-s">
            {hint}
          </span>
        ) : null}
      </span>
    </label>
  );
}
