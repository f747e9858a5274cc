/**
 * A TCP proxy between a browser and the server that behaves as badly as networks do. Cutting with `swallow` is what a
 * dead access point does: nothing is refused, nothing is reset, nothing arrives. A connection that was swallowed never
 * comes back: what is sent on it once the network is there again is answered as by a router that has forgotten it.
 */
import { connect, createServer, type Server, type Socket } from "node:net";

export interface TcpProxy {
  readonly url: string;
  readonly port: number;
  /** Lets everything through: what was cut comes back by new connections. */
  pass(): void;
  /** Open connections fall silent and so do new ones; nobody is told. */
  swallow(): void;
  /** Open connections are reset and so are new ones. */
  reset(): void;
  /** Resets what is open now and lets new connections through. */
  cutOnce(): void;
  /** Holds every chunk back for so long. */
  delay(ms: number): void;
  close(): Promise<void>;
}

interface Pair {
  readonly near: Socket;
  readonly far: Socket;
  dead: boolean;
}

export async function startProxy(target: number): Promise<TcpProxy> {
  const pairs = new Set<Pair>();
  let mode: "pass" | "swallow" | "reset" = "pass";
  let delayMs = 0;

  const server: Server = createServer((near) => {
    if (mode === "reset") {
      near.on("error", () => {});
      near.resetAndDestroy();
      return;
    }
    const far = connect(target, "127.0.0.1");
    const pair: Pair = { near, far, dead: mode === "swallow" };
    pairs.add(pair);
    carry(pair, near, far);
    carry(pair, far, near);
  });

  function carry(pair: Pair, from: Socket, to: Socket): void {
    from.setNoDelay(true);
    // What came first goes first, however the delay changes meanwhile.
    const held: (() => void)[] = [];
    const after = (act: () => void): void => {
      if (delayMs === 0 && held.length === 0) {
        act();
        return;
      }
      held.push(act);
      setTimeout(() => held.shift()?.(), delayMs);
    };
    from.on("data", (chunk) => {
      if (pair.dead && mode !== "swallow") return hangUp(pair);
      after(() => {
        if (!pair.dead && !to.destroyed && !to.write(chunk)) from.pause();
      });
    });
    to.on("drain", () => from.resume());
    from.on("end", () => after(() => !pair.dead && to.end()));
    from.on("error", () => {});
    from.on("close", (failed) => {
      if (pair.dead && from === pair.far) return;
      if (from === pair.near) pairs.delete(pair);
      // What was written before is still on its way.
      after(() => (failed || pair.dead ? to.destroy() : to.destroySoon()));
    });
  }

  function each(act: (pair: Pair) => void): void {
    for (const pair of [...pairs]) act(pair);
  }

  function hangUp({ near, far }: Pair): void {
    near.resetAndDestroy();
    far.destroy();
  }

  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    pass() {
      mode = "pass";
    },
    swallow() {
      mode = "swallow";
      each((pair) => {
        pair.dead = true;
      });
    },
    reset() {
      mode = "reset";
      each(hangUp);
    },
    cutOnce() {
      mode = "pass";
      each(hangUp);
    },
    delay(ms) {
      delayMs = ms;
    },
    close() {
      each(hangUp);
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
