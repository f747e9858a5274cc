/** The real server, as a process of its own on a folder of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "./until.ts";

/** What is kept of a server's log, for the report of a test that failed. */
const LOG_CHARACTERS = 200_000;

export interface Server {
  readonly url: string;
  readonly port: number;
  /** Its data folder. */
  readonly data: string;
  /** Starts it again on the same folder and port. */
  start(): Promise<void>;
  /** Ends it without a word, as a crash does. */
  kill(): Promise<void>;
  /** Ends it and deletes its folder. */
  stop(): Promise<void>;
  setupToken(): Promise<string>;
  /** The mails it has written so far, the oldest first. */
  mails(): Promise<readonly string[]>;
  log(): string;
}

const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/** Starts a server; `settings` are `PARLEY_*` without the prefix. */
export async function startServer(settings: Readonly<Record<string, string>> = {}): Promise<Server> {
  const binary = process.env.PARLEY_TEST_SERVER;
  if (!binary) throw new Error("PARLEY_TEST_SERVER must be the path of the parley binary");
  const home = await mkdtemp(join(tmpdir(), "parley-e2e-"));
  const data = join(home, "data");
  const port = await freePort();
  const url = `${"TLS_CERT" in settings ? "https" : "http"}://127.0.0.1:${port}`;
  let child: ChildProcess | null = null;
  let log = "";

  async function start(): Promise<void> {
    const env: NodeJS.ProcessEnv = { PARLEY_LISTEN: `127.0.0.1:${port}`, PARLEY_DATA_DIR: data };
    for (const [name, value] of Object.entries(process.env)) if (!name.startsWith("PARLEY_")) env[name] = value;
    for (const [name, value] of Object.entries({ RATE_LIMITS: "off", ...settings })) env[`PARLEY_${name}`] = value;
    const started = spawn(binary as string, ["serve"], { cwd: home, env, stdio: ["ignore", "pipe", "pipe"] });
    child = started;
    running.add(started);
    const hear = (chunk: Buffer) => {
      log = (log + chunk.toString()).slice(-LOG_CHARACTERS);
    };
    started.stdout.on("data", hear);
    started.stderr.on("data", hear);
    let failed: Error | null = null;
    started.on("error", (error) => {
      failed = error;
    });
    started.on("exit", (code, signal) => {
      running.delete(started);
      if (child === started) failed = new Error(`the server ended (${code ?? signal})`);
    });
    try {
      await until("the server to be ready", async () => failed !== null || (await isReady(url)), 60_000);
      if (failed) throw failed;
    } catch (error) {
      throw new Error(`the server didn't start:\n${log}`, { cause: error });
    }
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    const ending = child;
    child = null;
    if (!ending || ending.exitCode !== null || ending.signalCode !== null) return;
    const gone = new Promise((resolve) => ending.once("exit", resolve));
    ending.kill(signal);
    await gone;
  }

  await start();
  return {
    url,
    port,
    data,
    start,
    kill: () => end("SIGKILL"),
    async stop() {
      await end("SIGKILL");
      await rm(home, { recursive: true, force: true });
    },
    setupToken: async () => (await readFile(join(data, "setup-token"), "utf8")).trim(),
    async mails() {
      const names = (await readdir(data, { recursive: true })).filter((name) => name.endsWith(".eml")).sort();
      return Promise.all(names.map((name) => readFile(join(data, name), "utf8")));
    },
    log: () => log,
  };
}

async function isReady(url: string): Promise<boolean> {
  return (await fetch(`${url}/readyz`)).ok;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      const port = typeof address === "object" && address ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}
