import { NetworkError, Problem } from "../api/client.ts";
import { i18n } from "./index.ts";

/** What went wrong, for people: beside fields, or about the whole. */
export interface Explanation {
  readonly fields: Readonly<Record<string, string>>;
  readonly message: string | undefined;
}

/**
 * Words an error from the catalogue by its code. Faults of the given fields stand beside them; whatever else there is
 * becomes the message.
 */
export function explain(error: unknown, fields: readonly string[] = []): Explanation {
  if (error instanceof NetworkError) return { fields: {}, message: i18n.t("problem.network") };
  if (!(error instanceof Problem)) return { fields: {}, message: i18n.t("problem.internal") };
  const beside: Record<string, string> = {};
  let elsewhere: string | undefined;
  for (const fault of error.errors) {
    const text = wordField(fault.field, fault.code, fault.detail);
    if (fields.includes(fault.field)) beside[fault.field] ??= text;
    else elsewhere ??= text;
  }
  if (error.errors.length > 0) return { fields: beside, message: elsewhere };
  const home = fieldOfCode[error.code];
  if (home && fields.includes(home)) return { fields: { [home]: word(error) }, message: undefined };
  return { fields: {}, message: word(error) };
}

/** The explanation as one text, where there are no fields. */
export function explainAll(error: unknown): string {
  const { fields, message } = explain(error);
  return message ?? Object.values(fields)[0] ?? i18n.t("problem.internal");
}

/** What a failed write left, as one text. */
export function explainFailure(failure: Pick<Problem, "code" | "title" | "detail" | "errors">): string {
  if (failure.code === "network") return i18n.t("problem.network");
  return explainAll(new Problem({ ...failure, status: 422, detail: failure.detail ?? failure.title }));
}

/** Faults of the whole that belong beside one field. */
const fieldOfCode: Record<string, string> = {
  username_taken: "username",
  email_taken: "email",
  email_domain: "email",
  weak_password: "password",
  bad_credentials: "password",
};

function word(problem: Problem): string {
  if (problem.code === "rate_limited" && problem.retryAfter) {
    const minutes = Math.ceil(problem.retryAfter / 60_000);
    return i18n.t("problem.rate_limited_for", { count: minutes });
  }
  const fallback = problem.status >= 500 ? i18n.t("problem.internal") : (problem.detail ?? problem.title);
  return text(`problem.${problem.code}`) ?? fallback;
}

function wordField(field: string, code: string, detail: string): string {
  return text(`problem.field.${field}.${code}`) ?? text(`problem.${code}`) ?? detail;
}

/** The catalogue's text for a key that is made at run time, if there is one. */
function text(key: string): string | undefined {
  const found: unknown = i18n.getResource(i18n.resolvedLanguage ?? "en", "translation", key);
  return typeof found === "string" ? found : undefined;
}
