import type { Api } from "../../api/client.ts";
import type { Page, Time } from "../../api/types.ts";

/** A link that lets people register. */
export interface Invitation {
  readonly id: string;
  /** Only in the answer that made it: afterwards nobody can read it again. */
  readonly url?: string | null;
  readonly created_at: Time;
  readonly expires_at: Time | null;
  readonly max_uses: number | null;
  readonly uses: number;
  readonly revoked_at?: Time | null;
}

/** How long and how often a link works; without a bound, for ever and for anybody. */
export interface NewInvitation {
  readonly max_uses?: number;
  readonly expires_in_days?: number;
}

/** Makes a link. */
export function createInvitation(api: Api, invitation: NewInvitation): Promise<Invitation> {
  return api.call("POST", "/invitations", invitation);
}

/** The links that still work. */
export async function listInvitations(api: Api): Promise<readonly Invitation[]> {
  const page = await api.call<Page<Invitation>>("GET", "/invitations?limit=200");
  const now = Date.now();
  return page.items.filter(
    ({ revoked_at, expires_at, max_uses, uses }) =>
      !revoked_at && (!expires_at || Date.parse(expires_at) > now) && (!max_uses || uses < max_uses),
  );
}

/** Ends a link. */
export function revokeInvitation(api: Api, id: string): Promise<void> {
  return api.call("DELETE", `/invitations/${id}`);
}
