import type { Api } from "../../api/client.ts";
import type { Invitation, InvitationLink, NewInvitation, Page } from "../../api/types.ts";

/** Where the links that work are kept. */
export const invitationsKey = ["invitations"];

/** Makes a link. */
export function createInvitation(api: Api, invitation: NewInvitation): Promise<InvitationLink> {
  return api.call("POST", "/invitations", invitation);
}

/** The links that still work. */
export async function listInvitations(api: Api): Promise<readonly Invitation[]> {
  const page = await api.call<Page<Invitation>>("GET", "/invitations?limit=200");
  return page.items;
}

/** Ends a link. */
export function revokeInvitation(api: Api, id: string): Promise<void> {
  return api.call("DELETE", `/invitations/${id}`);
}
