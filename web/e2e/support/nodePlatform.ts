/** What the engine needs of a browser, made of Node: the very code that runs in a page, against a real server. */
import { type Clock, systemClock } from "../../src/sync/clock.ts";
import type { Platform, Socket } from "../../src/sync/contract.ts";
import { memoryStorage, type Storage } from "../../src/sync/storage.ts";
import { noChannel, soleTab } from "../../src/sync/tabs.ts";
import type { Chance } from "../../src/sync/testing/chance.ts";

export interface NodePlatformOptions {
  readonly token: string;
  /** Where calls go. */
  readonly url: string;
  /** Where the gateway is; left out: the same. */
  readonly gateway?: string;
  readonly clock?: Clock;
  readonly storage?: Storage;
  /** Repeats frames and retried calls, as networks and proxies do. */
  readonly repeats?: Chance;
  /** Hears every frame that the engine hears. */
  readonly onFrame?: (frame: { readonly t: string; readonly n?: number }) => void;
}

/** Chances that something is heard or done twice. */
const REPEATED = 0.1;

export function nodePlatform(options: NodePlatformOptions): Platform {
  const { token, url, gateway = url, repeats, storage = memoryStorage() } = options;
  const authorization = `Bearer ${token}`;
  return {
    baseUrl: url,
    gatewayUrl: `${gateway.replace("http", "ws")}/api/v1/gateway`,
    async fetch(input, init = {}) {
      const ask = () => fetch(input, { ...init, headers: { ...init.headers, authorization } });
      // A message and a read position may be told twice without being two.
      const again = repeats && /\/(messages|read)$/.test(String(input)) && init.method !== "GET";
      if (again && repeats.happens(REPEATED)) await ask().then((answer) => answer.text());
      return ask();
    },
    socket: (address, protocol) => openSocket(address, protocol, authorization, options),
    files: {
      async send({ url: address, headers, bytes, signal, onSent }) {
        const init = { method: "PATCH", headers: { ...headers, authorization }, body: bytes, signal };
        const answer = await fetch(address, init);
        onSent(bytes.size);
        return { status: answer.status, text: await answer.text(), retryAfter: answer.headers.get("retry-after") };
      },
      measure: async () => null,
    },
    storage,
    cache: storage,
    locks: soleTab,
    channel: noChannel,
    clock: options.clock ?? systemClock,
    random: Math.random,
    surroundings: { onOnline: nothing, onVisible: nothing, onHide: nothing, onBlur: nothing },
  };
}

const nothing = () => () => {};

function openSocket(
  address: string,
  protocol: string,
  authorization: string,
  { repeats, onFrame }: NodePlatformOptions,
): Socket {
  // Node's sockets take headers, which the type of browsers' sockets doesn't know.
  const init = { protocols: [protocol], headers: { authorization } } as unknown as string[];
  const inner = new WebSocket(address, init);
  let earlier: MessageEvent | null = null;
  const outer: Socket = {
    get readyState() {
      return inner.readyState;
    },
    send: (text) => inner.send(text),
    close: (code, reason) => inner.close(code, reason),
    onopen: null,
    onmessage: null,
    onclose: null,
    onerror: null,
  };
  inner.onopen = (event) => outer.onopen?.(event);
  inner.onerror = (event) => outer.onerror?.(event);
  inner.onclose = (event) => outer.onclose?.(event as CloseEvent);
  inner.onmessage = (event) => {
    onFrame?.(JSON.parse(String(event.data)));
    outer.onmessage?.(event);
    if (!repeats?.happens(REPEATED)) return;
    // The same frame once more, or one from before.
    outer.onmessage?.(repeats.happens(0.5) ? (earlier ?? event) : event);
    earlier = event;
  };
  return outer;
}

/** A clock on which everything takes a tenth of its time: time-outs and pauses, not the network. */
export function fastClock(factor = 10): Clock {
  const began = Date.now();
  return {
    now: () => began + (Date.now() - began) * factor,
    timer(expired, ms) {
      const handle = setTimeout(expired, ms / factor);
      return () => clearTimeout(handle);
    },
  };
}
