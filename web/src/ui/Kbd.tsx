import type { ReactNode } from "react";

/** A key of the keyboard. */
export function Kbd({ children }: { children: ReactNode }) {
  return (
    <kbd className="rounded-s border border-line bg-rail px-1.5 font-medium font-sans text-2xs text-muted">
      {children}
    </kbd>
  );
}
