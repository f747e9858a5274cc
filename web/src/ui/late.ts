import { type ComponentType, lazy } from "react";

/** How long until a file is asked for again that couldn't be had. */
const againMs = 3_000;

/**
 * A component that comes in a file of its own, which is fetched when it is first shown or by `preload`. As long as the file
 * can't be had, its place stays reserved and it is asked for again.
 */
export function late<Props extends object>(load: () => Promise<ComponentType<Props>>) {
  let coming: Promise<{ default: ComponentType<Props> }> | undefined;
  const fetched = async () => {
    for (;;) {
      try {
        return { default: await load() };
      } catch {
        await new Promise((resolve) => setTimeout(resolve, againMs));
      }
    }
  };
  const preload = () => {
    coming ??= fetched();
    return coming;
  };
  return { Component: lazy(preload), preload: () => void preload() };
}
