import type { RouterHistory } from "@tanstack/react-router";
import { createContext, useContext, useEffectEvent, useLayoutEffect } from "react";

declare module "@tanstack/react-router" {
  interface HistoryState {
    /** How many layers lie over the page at this place. */
    layers?: number;
  }
}

/** Something that lies over the page. */
interface Layer {
  /** How many places of the history it stands for: its own, and those of what it hides meanwhile. */
  readonly places: number;
  readonly close: () => void;
}

/**
 * What lies over the page, as places of the browser's history: Back, which on a phone is how one leaves anything,
 * takes the topmost away before it leaves the page below. Closed otherwise, its place is left as well.
 */
export interface Layers {
  /** Lies there until what this answers is called. */
  add(layer: Layer): () => void;
}

/** How long the browser may take to go back within the page before it counts as not doing so. */
const patienceMs = 1000;

/** Keeps the places of layers in a history, whose `push` and `replace` wait from now on while a place is left. */
export function createLayers(history: RouterHistory): Layers {
  const push = history.push;
  const replace = history.replace;
  const open: Layer[] = [];
  /** A place is being left, which takes the browser a moment; then what waits is done. */
  let leaving: ReturnType<typeof setTimeout> | null = null;
  let waiting: (() => void) | null = null;
  let settling = false;

  const wanted = () => open.reduce((sum, { places }) => sum + places, 0);
  const here = () => history.location.state.layers ?? 0;

  /** Makes the history say what lies there, once everything that changes together has changed. */
  function settle(): void {
    if (settling) return;
    settling = true;
    queueMicrotask(() => {
      settling = false;
      if (leaving) return;
      if (here() > wanted()) leave(here() - wanted());
      for (let layers = here() + 1; layers <= wanted(); layers += 1) {
        // What is pushed in one go would be one place.
        history.flush();
        push(history.location.href, { ...history.location.state, layers });
        history.flush();
      }
    });
  }

  function leave(places: number): void {
    leaving = setTimeout(left, patienceMs);
    history.go(-places);
  }

  function left(): void {
    if (!leaving) return;
    clearTimeout(leaving);
    leaving = null;
    const go = waiting;
    waiting = null;
    go?.();
  }

  history.push = (path, state, options) => {
    const go = () => {
      if (here() === 0) push(path, state, options);
      // Whoever goes on from a layer leaves no place behind for it, nor two for one page.
      else if (path === history.location.href) leave(here());
      else replace(path, state, options);
    };
    if (leaving) waiting = go;
    else go();
  };
  history.replace = (path, state, options) => {
    const go = () => replace(path, state, options);
    if (leaving) waiting = go;
    else go();
  };

  history.subscribe(({ action }) => {
    if (action.type === "PUSH" || action.type === "REPLACE") return;
    left();
    let lying = wanted();
    for (const layer of open.toReversed()) {
      if (lying <= here()) break;
      lying -= layer.places;
      layer.close();
    }
    // What was closed is gone after React's turn; a place whose layer was gone before, as by Forward, is left again.
    setTimeout(settle);
  });
  // The page was loaded at a place of a layer, which nothing fills now.
  settle();

  return {
    add(layer) {
      open.push(layer);
      settle();
      return () => {
        open.splice(open.indexOf(layer), 1);
        settle();
      };
    },
  };
}

/** The layers over the app's pages. */
export const LayersContext = createContext<Layers | null>(null);

/** While `open`, Back closes this before anything else. `places`: how often that is possible, as what `close` shows again counts. */
export function useLayer(open: boolean, close: () => void, places = 1): void {
  const layers = useContext(LayersContext);
  const onClose = useEffectEvent(close);
  useLayoutEffect(() => {
    if (open) return layers?.add({ places, close: () => onClose() });
    return undefined;
  }, [layers, open, places]);
}
