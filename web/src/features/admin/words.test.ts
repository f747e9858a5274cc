import { describe, expect, it } from "vitest";
import type { MailSetup } from "../../api/admin.ts";
import { auditQuery } from "./audit.ts";
import { mailServerOf, mailUrl } from "./mailAddress.ts";
import { duration } from "./measure.ts";

describe("a mail server's address", () => {
  const plain = { host: "mail.example.org", port: "465", encryption: "tls", user: "", password: "" } as const;

  it.each([
    [plain, "smtps://mail.example.org:465"],
    [{ ...plain, port: "587", encryption: "starttls" }, "smtp://mail.example.org:587?tls=required"],
    [{ ...plain, port: "25", encryption: "opportunistic" }, "smtp://mail.example.org:25?tls=opportunistic"],
    [{ ...plain, user: "a@b", password: "p:/@?" }, "smtps://a%40b:p%3A%2F%40%3F@mail.example.org:465"],
    [{ ...plain, host: "2001:db8::7" }, "smtps://[2001:db8::7]:465"],
  ] as const)("is made of what was typed", (server, url) => {
    expect(mailUrl(server)).toBe(url);
  });

  it.each([
    ["smtps://mail.example.org:465", { host: "mail.example.org", port: "465", encryption: "tls" }],
    ["smtp://mail.example.org:587", { host: "mail.example.org", port: "587", encryption: "starttls" }],
    ["smtp://localhost:25", { host: "localhost", port: "25", encryption: "opportunistic" }],
    ["smtp://mail.example.org:587?tls=opportunistic", { port: "587", encryption: "opportunistic" }],
    ["smtp://mail.example.org:25?tls=required", { host: "mail.example.org", port: "25", encryption: "starttls" }],
    [null, { host: "", port: "465", encryption: "tls" }],
  ])("is taken apart for the form: %s", (server, parts) => {
    const setup: MailSetup = {
      source: "database",
      server,
      user: null,
      from: "",
      has_password: false,
      last_success_at: null,
      last_error: null,
    };
    expect(mailServerOf(setup)).toMatchObject({ ...parts, password: "" });
  });
});

describe("the days of the audit log's filters", () => {
  it("are whole ones, the last one too", () => {
    const { after, before } = auditQuery({ after: "2026-11-20", before: "2026-11-20" });
    expect(new Date(String(before)).getTime() - new Date(String(after)).getTime()).toBe(86_400_000);
  });

  it("are left out when they are no days", () => {
    expect(auditQuery({ after: "yesterday" }).after).toBeUndefined();
  });
});

describe("measures", () => {
  it.each([
    [0, "0 sec"],
    [59, "59 sec"],
    [3_600, "1 hr"],
    [93_784, "1 day, 2 hr"],
  ])("tell %i seconds in two units at most", (seconds, words) => {
    expect(duration(seconds)).toBe(words);
  });
});
