/** Reads what the server would have mailed. */

/** The link in a mail that leads to `path`, as it stands in its text. */
export function linkIn(mail: string, path: string): string | undefined {
  const text = decoded(mail);
  const at = text.indexOf(path);
  if (at < 0) return undefined;
  const start = text.lastIndexOf("http", at);
  return /^\S+?(?=["'<>\s]|$)/.exec(text.slice(start))?.[0];
}

/** The mail with its transfer encodings undone; enough for mails of our own server. */
function decoded(mail: string): string {
  return mail
    .split(/\r?\n\r?\n/)
    .map((block) => (/^[A-Za-z0-9+/=\r\n]{40,}$/.test(block) ? Buffer.from(block, "base64").toString() : block))
    .join("\n\n")
    .replace(/=\r?\n/g, "")
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
