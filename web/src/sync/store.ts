/** Holds the state and tells who listens of the next one, once a task however many actions it brought. */
import { type Action, reduce } from "./reducer.ts";
import { initialState, type State } from "./state.ts";

export interface Store {
  getState(): State;
  dispatch(action: Action): void;
  /** Listeners hear once per task; the answer ends the subscription. */
  subscribe(listener: () => void): () => void;
}

export function createStore(): Store {
  let state = initialState;
  let told = true;
  const listeners = new Set<() => void>();

  const tell = (): void => {
    told = true;
    for (const listener of [...listeners]) listener();
  };

  return {
    getState: () => state,
    dispatch(action) {
      const next = reduce(state, action);
      if (next === state) return;
      state = next;
      if (!told) return;
      told = false;
      queueMicrotask(tell);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
