import type { AdminUser, Role } from "../../api/admin.ts";
import type { Me } from "../../api/types.ts";

/** The roles of the workspace, the strongest first. */
export const roles = ["owner", "administrator", "member", "guest"] as const satisfies readonly Role[];

/** The roles that somebody may give and take; the server decides. Only owners make and unmake owners and administrators. */
export function rolesToGive(me: Me | null): readonly Role[] {
  return me?.role === "owner" ? roles : ["member", "guest"];
}

/** Whether a change of role hands over a say in the workspace. */
export function risesToRun(from: Role, to: Role): to is "owner" | "administrator" {
  return roles.indexOf(to) < roles.indexOf(from) && (to === "owner" || to === "administrator");
}

/** Whether somebody may act on another person: nobody acts on who stands above or beside them, but owners on all. */
export function mayManage(me: Me | null, user: AdminUser): boolean {
  if (me === null) return false;
  return me.role === "owner" || me.id === user.id || user.role === "member" || user.role === "guest";
}
