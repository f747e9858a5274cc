import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Trash2 } from "lucide-react";
import { type ReactNode, useId } from "react";
import type { Invitation } from "../../api/types.ts";
import { useEngine } from "../../context/engine.tsx";
import { explainAll } from "../../i18n/explain.ts";
import { ago } from "../../i18n/format.ts";
import { useTranslation } from "../../i18n/index.ts";
import { IconButton } from "../../ui/IconButton.tsx";
import { Skeleton } from "../../ui/Skeleton.tsx";
import { ErrorState } from "../../ui/states.tsx";
import { notify } from "../../ui/toast.tsx";
import { useName } from "../people.ts";
import "./words.ts";
import { invitationsKey, listInvitations, revokeInvitation } from "./calls.ts";

/** The links that work, each with the way to end it; nothing where there are none, unless `empty` says something. */
export function InvitationList({ title, empty = null }: { title?: string; empty?: ReactNode }) {
  const { t } = useTranslation();
  const id = useId();
  const engine = useEngine();
  const list = useQuery({ queryKey: invitationsKey, queryFn: () => listInvitations(engine.api) });
  if (list.isPending) {
    return (
      <div role="status" aria-busy="true" className="space-y-3">
        <span className="sr-only">{t("invitation.loading")}</span>
        <Skeleton className="h-3.5 w-40" />
        <Skeleton className="h-3.5 w-56" />
      </div>
    );
  }
  if (list.isError) {
    return (
      <ErrorState
        title={t("invitation.failed")}
        onRetry={() => void list.refetch()}
        busy={list.isFetching}
        className="py-6"
      >
        {explainAll(list.error)}
      </ErrorState>
    );
  }
  if (list.data.length === 0) return empty;
  return (
    <section aria-labelledby={title ? id : undefined}>
      {title ? (
        <h3 id={id} className="mb-1 font-semibold text-s">
          {title}
        </h3>
      ) : null}
      <ul className="divide-y divide-line border-line border-y">
        {list.data.map((invitation) => (
          <InvitationRow key={invitation.id} invitation={invitation} />
        ))}
      </ul>
    </section>
  );
}

function InvitationRow({ invitation }: { invitation: Invitation }) {
  const { t } = useTranslation();
  const engine = useEngine();
  const queries = useQueryClient();
  const maker = useName(invitation.created_by);
  const revoke = useMutation({
    mutationFn: () => revokeInvitation(engine.api, invitation.id),
    onSuccess: () => queries.invalidateQueries({ queryKey: invitationsKey }),
    onError: (error) => notify({ text: t("invitation.revoke_failed"), detail: explainAll(error), tone: "danger" }),
  });
  const { uses, max_uses, role, rooms } = invitation;
  const facts = [
    role === "guest" ? t("invitation.roles.guest") : null,
    rooms.length > 0 ? t("invitation.into", { count: rooms.length }) : null,
    max_uses ? t("invitation.used_of", { used: uses, count: max_uses }) : t("invitation.used", { count: uses }),
    t("invitation.ends", { when: ago(invitation.expires_at) }),
  ];
  return (
    <li className="flex min-h-12 items-center gap-3 py-1.5">
      <span className="min-w-0 flex-1 text-s">
        <span className="block [overflow-wrap:anywhere]">
          {t("invitation.made", { ago: ago(invitation.created_at), name: maker })}
        </span>
        <span className="block text-muted">{facts.filter(Boolean).join(" · ")}</span>
      </span>
      <IconButton
        label={t("invitation.revoke")}
        tooltipSide="left"
        disabled={revoke.isPending}
        icon={<Trash2 aria-hidden="true" />}
        onClick={() => revoke.mutate()}
      />
    </li>
  );
}
