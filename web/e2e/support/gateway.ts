/** A bare line to the gateway, for what only a gateway tells: who is here, who is typing. */
import type { Person } from "./people.ts";
import type { Server } from "./server.ts";

export interface Gateway {
  ask(op: string, d: object): Promise<unknown>;
  close(): void;
}

export async function openGateway(server: Server, person: Person): Promise<Gateway> {
  // Node's sockets take headers, which the type of browsers' sockets doesn't know.
  const init = {
    protocols: ["parley.v1"],
    headers: { authorization: `Bearer ${person.token}` },
  } as unknown as string[];
  const socket = new WebSocket(`${server.url.replace("http", "ws")}/api/v1/gateway`, init);
  const waiting = new Map<string, (d: unknown) => void>();
  let last = 0;
  const ask = (op: string, d: object) =>
    new Promise<unknown>((resolve) => {
      last += 1;
      waiting.set(String(last), resolve);
      socket.send(JSON.stringify({ op, id: String(last), d }));
    });
  await new Promise<void>((resolve, reject) => {
    socket.onerror = () => reject(new Error("the gateway refused"));
    socket.onmessage = ({ data }) => {
      const { t, re, d } = JSON.parse(String(data)) as { t: string; re?: string; d: unknown };
      if (t === "hello") ask("sync", { cursors: {} }).then(() => resolve(), reject);
      if (re === undefined) return;
      waiting.get(re)?.(d);
      waiting.delete(re);
    };
  });
  return { ask, close: () => socket.close() };
}
