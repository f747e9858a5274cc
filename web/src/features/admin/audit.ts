import type { Query } from "../../api/client.ts";
import { i18n } from "../../i18n/index.ts";

/** What is written down, as far as this client has words for it. */
export const actions = [
  "workspace.set_up",
  "workspace.settings_changed",
  "user.registered",
  "user.created",
  "user.renamed",
  "user.role_changed",
  "user.deactivated",
  "user.reactivated",
  "user.password_changed",
  "user.password_reset",
  "user.reset_link_made",
  "user.email_changed",
  "session.revoked",
  "session.all_ended",
  "invitation.made",
  "invitation.revoked",
  "token.made",
  "token.revoked",
  "token.all_revoked",
  "room.changed",
  "room.archived",
  "room.unarchived",
  "mail.set",
  "mail.removed",
  "mail.tested",
  "audit.exported",
  "job.retried",
  "job.removed",
] as const;

/** An action in words; one that a newer server writes stays as it is. */
export function wordAction(action: string): string {
  const key = `admin.act.${action.replaceAll(".", "_")}`;
  const found: unknown = i18n.getResource(i18n.resolvedLanguage ?? "en", "translation", key);
  return typeof found === "string" ? found : action;
}

/** What the log is narrowed by, as it stands in the address: days are the reader's own. */
export type AuditFilter = "actor" | "action" | "subject" | "after" | "before";

/** The same as the server takes it: whole days, the last one too. */
export function auditQuery(filters: Readonly<Partial<Record<AuditFilter, string>>>): Query {
  const { actor, action, subject, after, before } = filters;
  return { actor, action, subject, after: startOf(after, 0), before: startOf(before, 1) };
}

function startOf(day: string | undefined, later: number): string | undefined {
  if (!day || !/^\d{4}-\d{2}-\d{2}$/.test(day)) return undefined;
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  return new Date(year, month - 1, date + later).toISOString();
}
