import { createContext, type ReactNode, useContext, useSyncExternalStore } from "react";
import type { Engine } from "../sync/contract.ts";
import type { State } from "../sync/state.ts";

const EngineContext = createContext<Engine | null>(null);

/** Hands the one engine of the page to everything inside. */
export function EngineProvider({ engine, children }: { engine: Engine; children: ReactNode }) {
  return <EngineContext value={engine}>{children}</EngineContext>;
}

/** The page's engine: what a view calls. */
export function useEngine(): Engine {
  const engine = useContext(EngineContext);
  if (!engine) throw new Error("useEngine needs an EngineProvider around it");
  return engine;
}

/**
 * What `selector` makes of the engine's state; renders again when that changes. Selectors keep the identity of what did not
 * change (`../sync/select.ts`): one that builds a new value each time would never come to rest.
 */
export function useSelect<Value>(selector: (state: State) => Value): Value {
  const engine = useEngine();
  return useSyncExternalStore(engine.subscribe, () => selector(engine.getState()));
}
