/** People as the workspace's list tells of them. */
import type { User } from "../../api/types.ts";

/** Somebody who goes by these names. */
export function person(username: string, display_name: string, deactivated_at: string | null = null): User {
  return {
    id: `0199-${username}`,
    kind: "person",
    username,
    display_name,
    avatar: null,
    role: "member",
    time_zone: null,
    deactivated_at,
    created_at: "2026-11-01T09:00:00.000000Z",
  };
}

export const ana = person("ana", "Ana Kovač");
