import { useEffect, useState } from "react";

/**
 * The secret of a link, from the part of the address that no server sees (`#token=…`). It is taken out of the address bar at
 * once, so that it stays in no history and on no shared screen. A link that is opened while its page is on screen counts too:
 * the browser then changes the address only.
 */
export function useHashToken(): string | null {
  const [token, setToken] = useState(tokenInAddress);
  useEffect(() => {
    const take = () => {
      const found = tokenInAddress();
      if (found !== null) setToken(found);
      if (location.hash) history.replaceState(history.state, "", location.pathname + location.search);
    };
    take();
    addEventListener("hashchange", take);
    return () => removeEventListener("hashchange", take);
  }, []);
  return token;
}

function tokenInAddress(): string | null {
  return new URLSearchParams(location.hash.slice(1)).get("token");
}
