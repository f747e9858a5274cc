import { useNavigate, useRouter, useRouterState } from "@tanstack/react-router";
import { useCallback, useEffect, useRef, useState } from "react";

declare module "@tanstack/react-router" {
  interface HistoryState {
    /** The filter whose typing made this place. */
    typed?: string;
  }
}

/** How long somebody stops typing before the list is asked for. */
const pauseMs = 250;

type Values<Name extends string> = Readonly<Partial<Record<Name, string>>>;

/** What a list is narrowed by. */
export interface Filters<Name extends string> {
  /** As the address has them. */
  readonly values: Values<Name>;
  /** Filters that were chosen: a place of their own in the browser's history. */
  readonly choose: (change: Values<Name>) => void;
  /** A filter that is being typed: one place in the history, however often it changes at a stretch. */
  readonly type: (name: Name, value: string) => void;
}

/** What a list is narrowed by, kept in the address: a reload, a link, Back and Forward bring it back. */
export function useFilters<Name extends string>(): Filters<Name> {
  const router = useRouter();
  const navigate = useNavigate();
  const values = useRouterState().location.search as unknown as Values<Name>;
  /** What is being typed at this place. */
  const typing = useRef<Name | null>(null);
  useMoves(() => {
    typing.current = null;
  });
  const narrow = useCallback(
    (change: Values<Name>, typed: Name | null) => {
      const { search, state } = router.latestLocation;
      const before = search as Record<string, string | undefined>;
      const changes = Object.entries<string | undefined>(change);
      if (changes.every(([name, value]) => (before[name] ?? "") === (value ?? ""))) return;
      // A place that was reached otherwise since then stays as it is.
      const replace = typed !== null && typing.current === typed && state.typed === typed;
      typing.current = typed;
      const next: unknown = Object.fromEntries(Object.entries({ ...before, ...change }).filter(([, value]) => value));
      void navigate({
        to: ".",
        search: next,
        state: typed === null ? {} : { typed },
        replace,
      } as Parameters<typeof navigate>[0]);
    },
    [router, navigate],
  );
  const choose = useCallback((change: Values<Name>) => narrow(change, null), [narrow]);
  const type = useCallback((name: Name, value: string) => narrow({ [name]: value } as Values<Name>, name), [narrow]);
  return { values, choose, type };
}

/** A filter that is typed: what stands in the box, which the address follows after a pause. */
export function useTyped<Name extends string>(
  { values, type }: Filters<Name>,
  name: Name,
): [string, (text: string) => void] {
  const value = values[name] ?? "";
  const [text, setText] = useState(value);
  const committed = useRef(value);
  useEffect(() => {
    // The address changed by itself: back, or a cleared filter.
    if (value === committed.current) return;
    committed.current = value;
    setText(value);
  }, [value]);
  // What was still being typed belongs to the place that was left.
  useMoves(() => setText(committed.current));
  useEffect(() => {
    if (text.trim() === committed.current) return;
    const timer = setTimeout(() => {
      committed.current = text.trim();
      type(name, text.trim());
    }, pauseMs);
    return () => clearTimeout(timer);
  }, [text, type, name]);
  return [text, setText];
}

/** Calls `moved` when somebody goes back or forward. */
function useMoves(moved: () => void): void {
  const { history } = useRouter();
  const latest = useRef(moved);
  useEffect(() => {
    latest.current = moved;
  });
  useEffect(
    () =>
      history.subscribe(({ action: { type } }) => {
        if (type !== "PUSH" && type !== "REPLACE") latest.current();
      }),
    [history],
  );
}
