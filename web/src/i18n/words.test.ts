import { describe, expect, it } from "vitest";
import { NetworkError, Problem } from "../api/client.ts";
import { explain } from "./explain.ts";
import { dayName } from "./format.ts";

function refused(code: string, status = 422, errors: { field: string; code: string; detail: string }[] = []) {
  return new Problem({ status, code, title: code, errors });
}

describe("an error in words", () => {
  it("stands beside its field, in the field's own words", () => {
    const error = refused("invalid", 422, [{ field: "username", code: "too_short", detail: "at least 2" }]);
    expect(explain(error, ["username"])).toEqual({
      fields: { username: "A username has at least 2 characters." },
      message: undefined,
    });
  });

  it("is told as a whole when the form lacks the field", () => {
    const error = refused("invalid", 422, [{ field: "token", code: "empty", detail: "empty" }]);
    expect(explain(error, ["email"])).toEqual({ fields: {}, message: "This can't be empty." });
  });

  it("finds the field of a code that belongs to one", () => {
    expect(explain(refused("email_taken"), ["email"]).fields.email).toMatch(/There is an account/);
  });

  it("says how long to wait", () => {
    const problem = new Problem({ status: 429, code: "rate_limited", title: "Too many tries", errors: [] }, 150_000);
    expect(explain(problem).message).toBe("Too many tries. Try again in 3 minutes.");
  });

  it("never shows what a fault of the server says of itself", () => {
    expect(explain(refused("database_exploded", 500)).message).toMatch(/Something went wrong/);
  });

  it("tells a cut link from a refusal", () => {
    expect(explain(new NetworkError("cut")).message).toMatch(/can't be reached/);
  });
});

describe("a day's name", () => {
  const now = new Date(2026, 10, 23, 12);

  it.each([
    [new Date(2026, 10, 23, 0, 1), "Today"],
    [new Date(2026, 10, 22, 23, 59), "Yesterday"],
    [new Date(2026, 10, 19, 9), "Thursday"],
  ])("for %s is %s", (day, name) => {
    expect(dayName(day, now)).toBe(name);
  });

  it("has the year when it isn't this one", () => {
    expect(dayName(new Date(2025, 0, 5), now)).toContain("2025");
  });
});
