/** The words of the administration's contract, by the names that the client calls them. */
import type { components } from "./generated/schema.ts";
import type { Time } from "./types.ts";

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

export interface MailState {
  readonly source: "environment" | "database" | "none";
  readonly server: string | null;
  readonly user: string | null;
  readonly from: string | null;
  readonly has_password: boolean;
  readonly last_success_at: Time | null;
  readonly last_error: string | null;
}

export interface Health {
  readonly version: string;
  readonly started_at: Time;
  readonly uptime_s: number;
  readonly database: { readonly kind: string; readonly version: string; readonly bytes: number };
  readonly files: { readonly kind: string; readonly bytes: number; readonly count: number };
  readonly queues: {
    readonly writer: number;
    readonly jobs_waiting: number;
    readonly jobs_dead: number;
    readonly oldest_job_s: number | null;
  };
  readonly connections: number;
  readonly users_online: number;
  readonly streams: number;
  readonly memory_bytes: number | null;
  readonly errors: { readonly last_hour: number; readonly last_day: number };
  readonly mail: { readonly ok: boolean | null; readonly last_error: string | null };
  readonly tls: Readonly<Record<string, unknown>> | null;
  readonly backup: { readonly last_at: Time } | null;
}

export interface HealthSeries {
  readonly step_s: number;
  readonly from: Time;
  readonly series: Readonly<Record<SeriesName, readonly (number | null)[]>>;
}

export type SeriesName =
  | "connections"
  | "messages"
  | "requests"
  | "errors"
  | "latency_p50_ms"
  | "latency_p99_ms"
  | "memory_bytes"
  | "writer_queue";
