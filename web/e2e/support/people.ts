/** People and what they do by API: everything that a test needs to be there and doesn't itself show. */
import { randomUUID } from "node:crypto";
import type { Me, Message, NamedRoom, StoredFile } from "../../src/api/types.ts";
import type { Sent } from "./media.ts";
import type { Server } from "./server.ts";

export const WORKSPACE = "Harbour & Sons";
export const PASSWORD = "tangerine-lighthouse-42";

/** An answer of the server. */
export interface Answer<T = unknown> {
  readonly status: number;
  readonly body: T;
}

/** Somebody with an account. */
export interface Person {
  readonly id: string;
  readonly username: string;
  readonly name: string;
  readonly email: string;
  readonly token: string;
  /** Any call, whatever it answers. */
  call<T = unknown>(method: string, path: string, body?: unknown): Promise<Answer<T>>;
  /** A call that must succeed. */
  api<T>(method: string, path: string, body?: unknown): Promise<T>;
  createRoom(room: {
    kind: "public" | "private";
    name: string;
    topic?: string;
    members?: string[];
  }): Promise<NamedRoom>;
  post(room: string, body: string, attachments?: readonly StoredFile[]): Promise<Message>;
  /** Gives a file to the server, in one piece. */
  upload(file: Sent): Promise<StoredFile>;
  /** A file's bytes, as this person reads them. */
  read(file: string): Promise<Buffer>;
}

interface Signed {
  readonly user: Me;
  readonly token: string;
}

/** One call to the server's API; without a token as somebody who isn't signed in. */
export async function call<T>(
  url: string,
  token: string | null,
  method: string,
  path: string,
  body?: unknown,
): Promise<Answer<T>> {
  const headers: Record<string, string> = { accept: "application/json" };
  if (token !== null) headers.authorization = `Bearer ${token}`;
  if (body !== undefined) headers["content-type"] = "application/json";
  const init: RequestInit = { method, headers };
  if (body !== undefined) init.body = JSON.stringify(body);
  const response = await fetch(`${url}/api/v1${path}`, init);
  const text = await response.text();
  return { status: response.status, body: (text === "" ? undefined : JSON.parse(text)) as T };
}

async function must<T>(answer: Promise<Answer<T>>, what: string): Promise<T> {
  const { status, body } = await answer;
  if (status >= 300) throw new Error(`${what} answered ${status}: ${JSON.stringify(body)}`);
  return body;
}

function person(url: string, name: string, { user, token }: Signed, email: string): Person {
  const ask = <T>(method: string, path: string, body?: unknown) => call<T>(url, token, method, path, body);
  const api = <T>(method: string, path: string, body?: unknown) =>
    must(ask<T>(method, path, body), `${method} ${path} of ${name}`);
  return {
    id: user.id,
    username: user.username,
    name,
    email,
    token,
    call: ask,
    api,
    createRoom: (room) => api("POST", "/rooms", room),
    post: (room, body, attachments = []) =>
      api("POST", `/rooms/${room}/messages`, {
        body,
        client_id: randomUUID(),
        attachments: attachments.map(({ id }) => id),
      }),
    async upload({ name: called, mimeType, buffer }) {
      const response = await fetch(`${url}/api/v1/files?name=${encodeURIComponent(called)}`, {
        method: "POST",
        headers: { authorization: `Bearer ${token}`, "content-type": mimeType },
        body: new Uint8Array(buffer),
      });
      if (response.status !== 201) throw new Error(`the upload answered ${response.status}: ${await response.text()}`);
      return (await response.json()) as StoredFile;
    },
    async read(file) {
      const response = await fetch(`${url}/api/v1/files/${file}`, { headers: { authorization: `Bearer ${token}` } });
      if (!response.ok) throw new Error(`the file answered ${response.status}`);
      return Buffer.from(await response.arrayBuffer());
    },
  };
}

function accountOf(name: string) {
  const username = name.toLowerCase().replace(/[^a-z]+/g, ".");
  return { display_name: name, username, email: `${username}@example.org`, password: PASSWORD };
}

/** Sets the workspace up with this person as its owner. */
export async function setUp(
  server: Server,
  name: string,
  join_policy: "open" | "invite" | "closed" = "open",
): Promise<Person> {
  const account = accountOf(name);
  const body = { token: await server.setupToken(), workspace: WORKSPACE, join_policy, ...account };
  return person(
    server.url,
    name,
    await must(call<Signed>(server.url, null, "POST", "/setup", body), "setup"),
    account.email,
  );
}

/** Makes an account under an open join policy. */
export async function register(server: Server, name: string): Promise<Person> {
  const account = accountOf(name);
  const signed = await must(call<Signed>(server.url, null, "POST", "/auth/register", account), "register");
  return person(server.url, name, signed, account.email);
}

/** Signs in once more, as another device does. */
export async function signIn(server: Server, { name, username, email }: Person): Promise<Person> {
  const body = { login: username, password: PASSWORD };
  const signed = await must(call<Signed>(server.url, null, "POST", "/auth/login", body), "login");
  return person(server.url, name, signed, email);
}
