import { type RefObject, useEffect, useRef } from "react";
import { sigilTitle, titleOf } from "../../chat/rooms.tsx";
import { useEngine } from "../../context/engine.tsx";
import { select } from "../../sync/select.ts";

/** What somebody who was in a room on this page loses with it. */
export interface Lost {
  readonly title: string;
  /** What was being written. */
  readonly draft: string;
}

/** Remembers, while one is in a room, what would be lost with it: the engine forgets that as soon as the room is gone. */
export function useLost(id: string): RefObject<Lost | null> {
  const engine = useEngine();
  const lost = useRef<Lost | null>(null);
  useEffect(() => {
    const look = () => {
      const state = engine.getState();
      const entry = state.rooms.get(id);
      if (!entry?.mine) return;
      const edits = [...state.edits.values()].filter(({ room }) => room === id).map(({ body }) => body);
      const draft = [select.draft(id)(state), ...edits].filter((text) => text.trim() !== "").join("\n");
      lost.current = { title: sigilTitle(entry.room, titleOf(entry.room, state)), draft };
    };
    look();
    return engine.subscribe(look);
  }, [engine, id]);
  return lost;
}
