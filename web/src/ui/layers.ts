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

/**
 * Keeps the places of layers in a history, whose `push`, `replace` and `back` know of them from now on: they are about the
 * page below, and wait while a place is left.
 */
export function createLayers(history: RouterHistory): Layers {
  const { push, replace, go } = history;
  const open: Layer[] = [];
  /** Places are being left, which takes the browser a moment; then what waits is done. */
  let leaving: ReturnType<typeof setTimeout> | null = null;
  let waiting: (() => void)[] = [];
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
    go(-places);
  }

  function left(): void {
    if (!leaving) return;
    clearTimeout(leaving);
    leaving = null;
    const due = waiting;
    waiting = [];
    for (const act of due) inTurn(act);
    settle();
  }

  function inTurn(act: () => void): void {
    if (leaving) waiting.push(act);
    else act();
  }

  history.push = (path, state, options) =>
    inTurn(() => {
      if (here() === 0) return push(path, state, options);
      // Whoever goes on from a layer leaves no place behind for it, nor two for one page.
      if (path === history.location.href) return leave(here());
      if (here() > 1) leave(here() - 1);
      inTurn(() => replace(path, state, options));
    });
  history.replace = (path, state, options) =>
    inTurn(() => {
      // It is the page below that has another address now; what lies over it has its place again then.
      if (here() > 0) leave(here());
      inTurn(() => replace(path, state, options));
    });
  history.back = () => inTurn(() => go(-1 - here()));

  history.subscribe(({ action }) => {
    if (action.type === "PUSH" || action.type === "REPLACE") return;
    // It is we who went back: what has come to lie there meanwhile stays.
    if (leaving) return left();
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
