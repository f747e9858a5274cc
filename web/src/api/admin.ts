/** The words of the administration's contract, by the names that the client calls them. */
import type { components } from "./generated/schema.ts";

type Schemas = components["schemas"];

export type Role = Schemas["Role"];
/** A person as an administrator sees them. */
export type AdminUser = Schemas["AdminUser"];
export type NewUser = Schemas["NewAccount"];
/** Somebody who was made without a password comes with the link by which they choose one. */
export type MadeUser = Schemas["MadeUser"];
export type ResetLink = Schemas["ResetLink"];

export type Scope = Schemas["Scope"];
export type Token = Schemas["Token"];
/** A token with its secret, which nobody is shown again. */
export type MadeToken = Schemas["TokenSecret"];
export type NewToken = Schemas["NewToken"];

export type AdminRoom = Schemas["AdminRoom"];
export type AdminRoomChange = Schemas["AdminRoomChange"];

export type Workspace = Schemas["Workspace"];
export type WorkspaceChange = Schemas["WorkspaceChange"];

export type AuditEntry = Schemas["AuditEntry"];
export type AuditCheck = Schemas["AuditCheck"];
/** Work that follows from an event. */
export type Job = Schemas["Job"];

export type MailSetup = Schemas["MailSetup"];
export type NewMailServer = Schemas["NewMailServer"];

export type Health = Schemas["ServerHealth"];
export type HealthSeries = Schemas["HealthSeries"];
