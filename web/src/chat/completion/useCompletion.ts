import { type KeyboardEvent, useId, useMemo, useState } from "react";
import type { RoomId } from "../../api/types.ts";
import { useSelect } from "../../context/engine.tsx";
import { select } from "../../sync/select.ts";
import { candidatesFor, complete, insertionOf, triggerAt } from "./completion.ts";

/** What the word at the caret can become, and which is chosen. */
export function useCompletion(room: RoomId, text: string, caret: number) {
  const listId = useId();
  const users = useSelect(select.users);
  const entries = useSelect((state) => state.rooms);
  const members = useSelect((state) => state.members.get(room)?.items ?? null);
  /** Which word's list was closed with Esc, and which line of which word was pointed at. */
  const [dismissed, setDismissed] = useState<string | null>(null);
  const [pointed, setPointed] = useState<{ word: string; index: number }>({ word: "", index: 0 });

  const trigger = useMemo(() => triggerAt(text, caret), [text, caret]);
  const candidates = useMemo(() => {
    if (!trigger) return [];
    const ids = new Set(members?.keys() ?? entries.get(room)?.room.users ?? []);
    return candidatesFor(trigger, { users, members: ids, rooms: [...entries.values()].map((entry) => entry.room) });
  }, [trigger, users, members, entries, room]);

  const word = trigger ? `${trigger.kind} ${trigger.start} ${trigger.query}` : "";
  const place = trigger ? `${trigger.kind} ${trigger.start}` : "";
  const open = trigger !== null && candidates.length > 0 && dismissed !== place;
  const chosen = pointed.word === word ? Math.min(pointed.index, candidates.length - 1) : 0;

  return {
    listId,
    trigger,
    candidates,
    open,
    chosen,
    move: (step: 1 | -1) =>
      setPointed({ word, index: (chosen + step + candidates.length) % Math.max(candidates.length, 1) }),
    point: (index: number) => setPointed({ word, index }),
    dismiss: () => {
      if (open) setDismissed(place);
    },
    complete: (index: number) => {
      const candidate = candidates[index];
      return trigger && candidate ? complete(text, caret, trigger, insertionOf(candidate)) : null;
    },
  };
}

/** What a text area needs to know of its completions. */
export type Completion = ReturnType<typeof useCompletion>;

/** Moves in an open list of completions; answers whether the key was its own. */
export function steer(completion: Completion, event: KeyboardEvent, choose: () => void): boolean {
  if (!completion.open || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return false;
  const { key } = event;
  if (key === "ArrowDown") completion.move(1);
  else if (key === "ArrowUp") completion.move(-1);
  else if (key === "Enter" || key === "Tab") choose();
  else if (key === "Escape") completion.dismiss();
  else return false;
  event.preventDefault();
  event.stopPropagation();
  return true;
}
