import { type ComponentType, createElement, lazy, useState } from "react";

/** How long until a file is asked for again that couldn't be had. */
const againMs = 3_000;
/** How long at most where the server is there and the file isn't. */
const againMostMs = 600_000;

/** Whether the server answers, though a file couldn't be had; `still`: it did so the last time, too. */
type Look = (still: boolean) => Promise<boolean>;
let answers: Look = () => Promise.resolve(false);

/** Has `look` called whenever a file couldn't be had; it never rejects. */
export function whenMissing(look: Look): void {
  answers = look;
}

/** A component that is there, or that one waits for. */
interface Source<Props extends object> {
  there: ComponentType<Props> | null;
  readonly awaited: ComponentType<Props>;
}

/**
 * A component that comes in a file of its own, which is fetched when it is first shown or by `preload`. As long as the file
 * can't be had, its place stays reserved and it is asked for again. Needs a `Suspense` around it.
 */
export function late<Props extends object>(load: () => Promise<ComponentType<Props>>) {
  let coming: Promise<{ default: ComponentType<Props> }> | undefined;
  const fetched = async () => {
    source.there = await inTheEnd(load);
    return { default: source.there };
  };
  const once = () => {
    coming ??= fetched();
    return coming;
  };
  const source: Source<Props> = { there: null, awaited: lazy(once) as unknown as ComponentType<Props> };
  return {
    // biome-ignore lint/correctness/noComponentHookFactories: made once for each file, at the top of a module
    Component: (props: Props) => createElement(Shown<Props>, { source, props }),
    preload: () => void once(),
  };
}

/** What `load` brings, however often it has to be asked: the line may be down just now. A server without it is asked ever less. */
export async function inTheEnd<T>(load: () => Promise<T>): Promise<T> {
  let answered = false;
  for (let pause = againMs; ; ) {
    try {
      return await load();
    } catch {
      answered = await answers(answered);
      pause = answered ? Math.min(pause * 2, againMostMs) : againMs;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}

/** What is there already is shown at once: React takes its time to show what it has waited for. */
function Shown<Props extends object>({ source, props }: { source: Source<Props>; props: Props }) {
  const [of] = useState(() => ({ component: source.there ?? source.awaited }));
  return createElement(of.component, props);
}
