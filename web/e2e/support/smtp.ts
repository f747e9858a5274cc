/** A mail server that takes mails for one domain and refuses all others, as real ones do. */
import { createServer, type Socket } from "node:net";

export interface MailServer {
  readonly port: number;
  readonly mails: readonly string[];
  close(): Promise<void>;
}

export async function startMailServer(domain: string): Promise<MailServer> {
  const mails: string[] = [];
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on("close", () => open.delete(socket));
    socket.on("error", () => {});
    socket.setEncoding("utf8");
    let rest = "";
    let mail: string[] | null = null;
    const say = (line: string) => socket.write(`${line}\r\n`);
    const hear = (line: string): void => {
      if (mail) {
        if (line !== ".") mail.push(line);
        else {
          mails.push(mail.join("\n"));
          mail = null;
          say("250 taken");
        }
      } else if (/^EHLO/i.test(line)) say("250 mail.test");
      else if (/^RCPT/i.test(line)) say(line.includes(`@${domain}>`) ? "250 ok" : "550 5.7.1 we relay for nobody");
      else if (/^DATA/i.test(line)) {
        mail = [];
        say("354 go on");
      } else if (/^QUIT/i.test(line)) {
        say("221 bye");
        socket.end();
      } else say("250 ok");
    };
    socket.on("data", (chunk: string) => {
      const lines = (rest + chunk).split("\r\n");
      rest = lines.pop() ?? "";
      for (const line of lines) hear(line);
    });
    say("220 mail.test");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    port: typeof address === "object" && address ? address.port : 0,
    mails,
    async close() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
