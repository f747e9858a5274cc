import { type ComponentType, createElement, type FunctionComponent, Suspense, use } from "react";
import { Splash } from "./Splash.tsx";

/** Some pages that share one file, fetched once. */
export type Pages<Name extends string> = () => Promise<Record<Name, ComponentType>>;

/** Fetches a file of pages when it is first asked for, and never twice: a page inside of another is then there at once. */
export function pages<Name extends string>(load: Pages<Name>): Pages<Name> {
  let fetched: ReturnType<Pages<Name>> | undefined;
  return () => {
    fetched ??= load();
    return fetched;
  };
}

/** One of the pages of a file that comes when it is needed. */
export function late<Name extends string>(from: Pages<Name>, name: Name): FunctionComponent {
  const page = createElement(Page<Name>, { from, name });
  return () => createElement(Suspense, { fallback: createElement(Splash) }, page);
}

function Page<Name extends string>({ from, name }: { from: Pages<Name>; name: Name }) {
  return createElement(use(from())[name]);
}
