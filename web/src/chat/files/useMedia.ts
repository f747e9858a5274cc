import { useCallback, useEffect, useEffectEvent, useState } from "react";
import { useSelect } from "../../context/engine.tsx";

/** How far an image, a video or a sound is. */
export type MediaState = "loading" | "ready" | "failed" | "gone";

/**
 * Follows something that an element loads by its address: tells a file that is gone from a link that is cut, and tries
 * again when asked, or when the link is back.
 */
export function useMedia(address: string | null) {
  const live = useSelect((state) => state.connection.state === "live");
  // What is known is known of one address: an image that is there at once mustn't be forgotten by an effect that comes later.
  const [known, setKnown] = useState<{ of: string | null; state: MediaState }>({ of: address, state: "loading" });
  const state = known.of === address ? known.state : "loading";
  const [attempt, setAttempt] = useState(0);
  const tell = useCallback((next: MediaState) => setKnown({ of: address, state: next }), [address]);

  const retry = useCallback(() => {
    tell("loading");
    setAttempt((before) => before + 1);
  }, [tell]);
  // Only the link's return tries again, not each failure while it is there.
  const onBack = useEffectEvent(() => {
    if (state === "failed") retry();
  });
  useEffect(() => {
    if (live) onBack();
  }, [live]);

  const onError = useCallback(() => {
    tell("failed");
    if (!address?.startsWith("/")) return;
    fetch(address, { method: "HEAD" }).then(
      ({ status }) => status === 404 && tell("gone"),
      () => {},
    );
  }, [address, tell]);
  const onReady = useCallback(() => tell("ready"), [tell]);
  const separator = address?.includes("?") ? "&" : "?";
  // The same address would be answered by what the browser remembers of the failure.
  const src = address !== null && attempt > 0 ? `${address}${separator}again=${attempt}` : address;
  return { state, src, retry, onReady, onError };
}
