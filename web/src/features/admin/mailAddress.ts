import type { MailSetup } from "../../api/admin.ts";

/** How the link to a mail server is kept secret. */
export const encryptions = ["tls", "starttls", "opportunistic"] as const;
export type Encryption = (typeof encryptions)[number];

/** A mail server as a form tells of it. */
export interface MailServer {
  readonly host: string;
  readonly port: string;
  readonly encryption: Encryption;
  readonly user: string;
  readonly password: string;
}

/** The ports that servers use by custom. */
export const customaryPort: Record<Encryption, string> = { tls: "465", starttls: "587", opportunistic: "25" };

/** The same as an address, as the server takes it: `smtps://user:password@host:465`. */
export function mailUrl({ host, port, encryption, user, password }: MailServer): string {
  const scheme = encryption === "tls" ? "smtps" : "smtp";
  const name = encodeURIComponent(user);
  const secret = password === "" ? "" : `:${encodeURIComponent(password)}`;
  const login = user === "" ? "" : `${name}${secret}@`;
  const options = { tls: "", starttls: "?tls=required", opportunistic: "?tls=opportunistic" }[encryption];
  const place = host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
  return `${scheme}://${login}${place}:${port}${options}`;
}

/** What the form starts with: the server that mails go to now, without its password, which nobody is shown. */
export function mailServerOf(state: MailSetup): MailServer {
  const [, scheme = "", rest = state.server ?? ""] = (state.server ?? "").match(/^(smtps?):\/\/(.*)$/) ?? [];
  const [, host = rest, port = ""] = rest.replace(/[/?].*$/, "").match(/^(.*?)(?::(\d+))?$/) ?? [];
  const encryption: Encryption =
    scheme === "smtps" || port === "465"
      ? "tls"
      : rest.endsWith("?tls=opportunistic") || (port === "25" && !rest.includes("?"))
        ? "opportunistic"
        : state.server
          ? "starttls"
          : "tls";
  return { host, port: port || customaryPort[encryption], encryption, user: state.user ?? "", password: "" };
}
