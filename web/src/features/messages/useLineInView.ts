import { useEffect, useRef, useState } from "react";
import type { RoomId, Ts } from "../../api/types.ts";
import { useEngine } from "../../context/engine.tsx";
import type { RoomView } from "../../sync/select.ts";

/**
 * Fetches the history around the "New" line where it stands before everything that is loaded, once a visit. Answers whether
 * that is still awaited; where it fails, the room opens with what there is.
 */
export function useLineInView(room: RoomId, lineTs: Ts | null, view: RoomView): boolean {
  const engine = useEngine();
  const asked = useRef(false);
  const [given, setGiven] = useState(false);
  const first = view.rows.find(({ message }) => message !== null)?.message?.ts;
  const beyond = lineTs !== null && view.loaded && view.has_before && first !== undefined && first > lineTs;
  useEffect(() => {
    if (!beyond || lineTs === null || asked.current) return;
    asked.current = true;
    engine
      .jumpTo(room, lineTs)
      .catch(() => {})
      .finally(() => setGiven(true));
  }, [engine, room, beyond, lineTs]);
  return beyond && !given;
}
