/** What a page of a browser gives the engine. */
import { systemClock } from "./clock.ts";
import type { FileWorks, Platform, SocketFactory, Surroundings } from "./contract.ts";
import { indexedDbStorage, memoryStorage, withMemoryFallback } from "./storage.ts";
import { type Channel, type Locks, type Note, noChannel, soleTab } from "./tabs.ts";

export function browserPlatform(): Platform {
  const { protocol, host } = window.location;
  const storage = "indexedDB" in globalThis ? withMemoryFallback(indexedDbStorage()) : memoryStorage();
  // A page of plain HTTP has no locks: each of its tabs leads.
  const locks = "locks" in navigator ? webLocks : null;
  return {
    baseUrl: "",
    gatewayUrl: `${protocol === "https:" ? "wss" : "ws"}://${host}/api/v1/gateway`,
    fetch: (...call) => globalThis.fetch(...call),
    socket: browserSocket,
    files: browserFiles,
    storage,
    cache: locks ? storage : memoryStorage(),
    locks: locks ?? soleTab,
    channel: "BroadcastChannel" in globalThis ? broadcastChannel : noChannel,
    clock: systemClock,
    random: strongRandom,
    surroundings,
  };
}

const browserSocket: SocketFactory = (url, protocol) => new WebSocket(url, protocol);

const browserFiles: FileWorks = {
  send: ({ url, headers, bytes, signal, onSent }) =>
    new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open("PATCH", url);
      for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
      request.upload.onprogress = (event) => onSent(event.loaded);
      request.onload = () => {
        const { status, responseText: text } = request;
        resolve({ status, text, retryAfter: request.getResponseHeader("retry-after") });
      };
      const lost = (): void => reject(new TypeError("The link is cut."));
      request.onerror = lost;
      request.onabort = lost;
      signal.addEventListener("abort", () => request.abort());
      request.send(bytes);
    }),
  async measure(image) {
    const url = URL.createObjectURL(image);
    try {
      const picture = new Image();
      picture.src = url;
      await picture.decode();
      return { width: picture.naturalWidth, height: picture.naturalHeight };
    } catch {
      return null;
    } finally {
      URL.revokeObjectURL(url);
    }
  },
};

/** Ids must not collide between devices, which `Math.random` doesn't promise. */
function strongRandom(): number {
  return (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) / 2 ** 32;
}

const webLocks: Locks = {
  request: async (name, signal, held) => {
    await navigator.locks.request(name, { signal }, held);
  },
};

function broadcastChannel(name: string): Channel {
  const channel = new BroadcastChannel(name);
  return {
    post: (note) => channel.postMessage(note),
    listen(heard) {
      channel.onmessage = (event: MessageEvent<Note>) => heard(event.data);
    },
    close: () => channel.close(),
  };
}

const surroundings: Surroundings = {
  onOnline: (listener) => on(window, "online", listener),
  onVisible: (listener) => on(document, "visibilitychange", () => listener(document.visibilityState === "visible")),
  onHide: (listener) => on(window, "pagehide", listener),
  onBlur: (listener) => on(window, "blur", listener),
};

function on(target: EventTarget, type: string, listener: () => void): () => void {
  target.addEventListener(type, listener);
  return () => target.removeEventListener(type, listener);
}
