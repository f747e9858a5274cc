import { useCallback, useRef, useState } from "react";
import type { RoomId } from "../../api/types.ts";
import { useEngine } from "../../context/engine.tsx";

/** Loading beyond one end of what is shown. */
export interface Edge {
  readonly failed: boolean;
  /** Loads more, once at a time; after a failure only when asked with `again`. */
  load(again?: boolean): void;
}

/** Loads history before and after what is shown. */
export function useEdge(room: RoomId, side: "before" | "after"): Edge {
  const engine = useEngine();
  const busy = useRef(false);
  const broken = useRef(false);
  const [failed, setFailed] = useState(false);
  const load = useCallback(
    (again = false) => {
      if (busy.current || (broken.current && !again)) return;
      busy.current = true;
      broken.current = false;
      setFailed(false);
      const loading = side === "before" ? engine.loadBefore(room) : engine.loadAfter(room);
      loading
        .catch(() => {
          broken.current = true;
          setFailed(true);
        })
        .finally(() => {
          busy.current = false;
        });
    },
    [engine, room, side],
  );
  return { failed, load };
}
