import { useEffect, useState } from "react";

/** Where a tab keeps the link that it was opened by, as a path with the secret behind it. */
const key = "parley.link";

/**
 * The secret of a link, from the part of the address that no server sees (`#token=…`). It is taken out of the address bar at
 * once, so that it stays in no history and on no shared screen. Its tab keeps it for its page, over reloads, until another
 * link is opened or `forgetToken` is called. A link that is opened while its page is on screen counts too: the browser then
 * changes the address only.
 */
export function useHashToken(): string | null {
  const [token, setToken] = useState(() => tokenIn(address()) ?? tokenIn(kept.get()));
  useEffect(() => {
    const take = () => {
      const found = tokenIn(address());
      if (found !== null) {
        kept.set(address());
        setToken(found);
      }
      if (location.hash) history.replaceState(history.state, "", location.pathname + location.search);
    };
    take();
    addEventListener("hashchange", take);
    return () => removeEventListener("hashchange", take);
  }, []);
  return token;
}

/** Once a link has done its work, or never will, or somebody comes or goes. */
export function forgetToken(): void {
  kept.set(null);
}

function address(): string {
  return location.pathname + location.hash;
}

/** The secret of a link to this page. */
function tokenIn(link: string): string | null {
  const [path, hash] = link.split("#");
  return path === location.pathname ? new URLSearchParams(hash).get("token") : null;
}

const kept = {
  get(): string {
    try {
      return sessionStorage.getItem(key) ?? "";
    } catch {
      return "";
    }
  },
  set(link: string | null): void {
    try {
      if (link) sessionStorage.setItem(key, link);
      else sessionStorage.removeItem(key);
    } catch {
      // Without storage the link has to be opened again after a reload.
    }
  },
};
