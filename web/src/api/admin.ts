/** The words of the administration's contract. */
import type { JoinPolicy, Page, RoomId, RoomKind, Time, Ts, User, UserId } from "./types.ts";

export type Role = User["role"];

/** A person as an administrator sees them. */
export type AdminUser = User & {
  readonly email: string | null;
  readonly last_seen_at: Time | null;
  readonly sessions: number;
  readonly tokens: number;
  readonly storage_bytes: number;
};

export interface NewUser {
  readonly username: string;
  readonly email: string;
  readonly display_name?: string;
  readonly role?: Role;
  readonly password?: string;
}

/** Somebody who was made without a password comes with the link by which they choose one. */
export type MadeUser = AdminUser & { readonly reset_url?: string | null };

export interface UserChange {
  readonly role?: Role;
  readonly display_name?: string;
  readonly email?: string;
}

export interface ResetLink {
  readonly url: string;
  readonly expires_at: Time;
}

export type Scope = "read" | "write" | "admin:read" | "admin:write";

export interface Token {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly created_at: Time;
  readonly expires_at: Time | null;
  readonly last_used_at: Time | null;
  readonly hint: string;
}

export type MadeToken = Token & { readonly secret: string };

export interface AdminRoom {
  readonly id: RoomId;
  readonly kind: RoomKind;
  readonly name: string;
  readonly topic: string;
  readonly members: number;
  readonly messages: number;
  readonly created_at: Time;
  readonly archived_at: Time | null;
  readonly retention_days: number | null;
  readonly last_ts: Ts | null;
}

export interface AdminRoomChange {
  readonly name?: string;
  readonly topic?: string;
  readonly retention_days?: number | null;
}

export interface Workspace {
  readonly epoch: string;
  readonly name: string;
  readonly icon: string | null;
  readonly accent: string | null;
  readonly join_policy: JoinPolicy;
  readonly mail_domains: readonly string[];
  readonly default_room: RoomId | null;
  readonly retention_days: number | null;
  readonly max_file_bytes: number;
  readonly storage_quota_bytes: number | null;
  readonly user_quota_bytes: number | null;
  readonly file_types: readonly string[];
}

export type WorkspaceChange = Partial<Omit<Workspace, "epoch">>;

export interface MailState {
  readonly source: "environment" | "database" | "none";
  readonly server: string | null;
  readonly user: string | null;
  readonly from: string | null;
  readonly has_password: boolean;
  readonly last_success_at: Time | null;
  readonly last_error: string | null;
}

export interface AuditEntry {
  readonly seq: number;
  readonly id: string;
  readonly at: Time;
  readonly actor: UserId | null;
  readonly action: string;
  readonly subject: string | null;
  readonly data: unknown;
  readonly address: string | null;
  readonly hash: string;
}

export interface AuditVerdict {
  readonly entries: number;
  readonly intact: boolean;
  readonly first_bad: number | null;
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

/** Work that follows from an event and has failed as often as it may. */
export interface Job {
  readonly id: string;
  readonly kind: string;
  readonly attempts: number;
  readonly last_error: string | null;
  readonly created_at: Time;
}

export type { Page };
