import { useCallback, useSyncExternalStore } from "react";

const panes = "(min-width: 40rem)";

/** Whether there is room for two panes, or for what `query` says; on a phone one pane is shown at a time. */
export function useWide(query = panes): boolean {
  const subscribe = useCallback(
    (listener: () => void) => {
      const list = matchMedia(query);
      list.addEventListener("change", listener);
      return () => list.removeEventListener("change", listener);
    },
    [query],
  );
  return useSyncExternalStore(subscribe, () => matchMedia(query).matches);
}
