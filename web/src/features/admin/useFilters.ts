import { useNavigate, useRouterState } from "@tanstack/react-router";
import { useCallback, useEffect, useRef, useState } from "react";

/** How long somebody stops typing before the list is asked for. */
const pauseMs = 250;

/** What a list is narrowed by, kept in the address: a reload, a link and the back button bring it back. */
export function useFilters<Name extends string>(): [
  Readonly<Partial<Record<Name, string>>>,
  (change: Readonly<Partial<Record<Name, string>>>) => void,
] {
  const filters = useRouterState().location.search as unknown as Readonly<Partial<Record<Name, string>>>;
  const navigate = useNavigate();
  const narrow = useCallback(
    (change: Readonly<Partial<Record<Name, string>>>) =>
      void navigate({
        to: ".",
        search: (before: Record<string, unknown>) =>
          Object.fromEntries(Object.entries({ ...before, ...change }).filter(([, value]) => value)),
        replace: true,
      } as Parameters<typeof navigate>[0]),
    [navigate],
  );
  return [filters, narrow];
}

/** A filter that is typed: what stands in the box, which the address follows after a pause. */
export function useTyped(value: string | undefined, commit: (value: string) => void): [string, (text: string) => void] {
  const [text, setText] = useState(value ?? "");
  const committed = useRef(value ?? "");
  useEffect(() => {
    // The address changed by itself: back, or a cleared filter.
    if ((value ?? "") === committed.current) return;
    committed.current = value ?? "";
    setText(value ?? "");
  }, [value]);
  useEffect(() => {
    if (text.trim() === committed.current) return;
    const timer = setTimeout(() => {
      committed.current = text.trim();
      commit(text.trim());
    }, pauseMs);
    return () => clearTimeout(timer);
  }, [text, commit]);
  return [text, setText];
}
