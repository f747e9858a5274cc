import { useEffect, useState } from "react";

/**
 * The secret of a link, from the part of the address that no server sees (`#token=…`). It is taken out of the address bar at
 * once, so that it stays in no history and on no shared screen.
 */
export function useHashToken(): string | null {
  const [token] = useState(() => new URLSearchParams(location.hash.slice(1)).get("token"));
  useEffect(() => {
    if (location.hash) history.replaceState(history.state, "", location.pathname + location.search);
  }, []);
  return token;
}
