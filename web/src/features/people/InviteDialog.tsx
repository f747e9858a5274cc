import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Check, Copy, Link2, Trash2 } from "lucide-react";
import { useState } from "react";
import type { Invitation } from "../../api/types.ts";
import { useWorkspaceName } from "../../chat/workspace.ts";
import { useEngine } from "../../context/engine.tsx";
import { explainAll } from "../../i18n/explain.ts";
import { ago } from "../../i18n/format.ts";
import { useTranslation } from "../../i18n/index.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { IconButton } from "../../ui/IconButton.tsx";
import { Select } from "../../ui/Select.tsx";
import { Skeleton } from "../../ui/Skeleton.tsx";
import { ErrorState, Notice } from "../../ui/states.tsx";
import { notify } from "../../ui/toast.tsx";
import { createInvitation, listInvitations, revokeInvitation } from "./invitations.ts";

const key = ["invitations"];
const days = ["1", "7", "30", "365"] as const;
const uses = ["1", "10", "100", "any"] as const;

/** Makes a link that lets people in, and shows which links there are. */
export function InviteDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const workspace = useWorkspaceName();
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={t("people.invite_title", { workspace })}
      description={t("people.invite_more")}
      width="m"
    >
      <NewLink />
      <Links />
    </Dialog>
  );
}

function NewLink() {
  const { t } = useTranslation();
  const engine = useEngine();
  const queries = useQueryClient();
  const [lasts, setLasts] = useState<(typeof days)[number]>("7");
  const [times, setTimes] = useState<(typeof uses)[number]>("any");
  const make = useMutation({
    mutationFn: () =>
      createInvitation(engine.api, {
        ...(times === "any" ? {} : { max_uses: Number(times) }),
        expires_in_days: Number(lasts),
      }),
    onSuccess: () => queries.invalidateQueries({ queryKey: key }),
  });
  return (
    <div className="space-y-4">
      {make.isError ? <Notice>{explainAll(make.error)}</Notice> : null}
      {make.data ? <FreshLink url={make.data.url} /> : null}
      <div className="grid grid-cols-2 gap-3 max-sm:grid-cols-1">
        <Select
          label={t("people.lasts")}
          value={lasts}
          onChange={(event) => setLasts(event.target.value as typeof lasts)}
        >
          {days.map((value) => (
            <option key={value} value={value}>
              {t("people.days", { count: Number(value) })}
            </option>
          ))}
        </Select>
        <Select
          label={t("people.uses")}
          value={times}
          onChange={(event) => setTimes(event.target.value as typeof times)}
        >
          {uses.map((value) => (
            <option key={value} value={value}>
              {value === "any" ? t("people.any_number") : t("people.people", { count: Number(value) })}
            </option>
          ))}
        </Select>
      </div>
      <Button
        tone={make.data ? "secondary" : "primary"}
        wide
        busy={make.isPending}
        icon={<Link2 aria-hidden="true" className="size-4" />}
        onClick={() => make.mutate()}
      >
        {t(make.data ? "people.make_another" : "people.make_link")}
      </Button>
    </div>
  );
}

/** The link that was just made: the server shows it only now. */
function FreshLink({ url }: { url: string }) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  const copy = () =>
    void navigator.clipboard.writeText(url).then(
      () => setCopied(true),
      () => notify({ text: t("people.copy_failed"), tone: "danger" }),
    );
  return (
    <div role="status" className="rounded-m border border-accent bg-accent-soft p-3">
      <p className="mb-2 font-semibold text-s">{t("people.link_ready")}</p>
      <div className="flex gap-2">
        <input
          readOnly
          aria-label={t("people.link")}
          value={url}
          onFocus={(event) => event.target.select()}
          className="h-9 min-w-0 flex-1 rounded-m border border-field bg-canvas px-3 font-mono text-s text-text pointer-coarse:h-11"
        />
        <Button
          tone="primary"
          icon={
            copied ? <Check aria-hidden="true" className="size-4" /> : <Copy aria-hidden="true" className="size-4" />
          }
          onClick={copy}
        >
          {t(copied ? "people.copied" : "people.copy")}
        </Button>
      </div>
    </div>
  );
}

function Links() {
  const { t } = useTranslation();
  const engine = useEngine();
  const list = useQuery({ queryKey: key, queryFn: () => listInvitations(engine.api) });
  if (list.isPending) {
    return (
      <div role="status" aria-busy="true" className="mt-6 space-y-3">
        <span className="sr-only">{t("people.links_loading")}</span>
        <Skeleton className="h-3.5 w-40" />
        <Skeleton className="h-3.5 w-56" />
      </div>
    );
  }
  if (list.isError) {
    return (
      <ErrorState
        title={t("people.links_failed")}
        onRetry={() => void list.refetch()}
        busy={list.isFetching}
        className="py-6"
      />
    );
  }
  if (list.data.length === 0) return null;
  return (
    <section aria-labelledby="invitation-links" className="mt-6">
      <h3 id="invitation-links" className="mb-1 font-semibold text-s">
        {t("people.links")}
      </h3>
      <ul className="divide-y divide-line border-line border-y">
        {list.data.map((invitation) => (
          <LinkRow key={invitation.id} invitation={invitation} />
        ))}
      </ul>
    </section>
  );
}

function LinkRow({ invitation }: { invitation: Invitation }) {
  const { t } = useTranslation();
  const engine = useEngine();
  const queries = useQueryClient();
  const revoke = useMutation({
    mutationFn: () => revokeInvitation(engine.api, invitation.id),
    onSuccess: () => queries.invalidateQueries({ queryKey: key }),
    onError: (error) => notify({ text: t("people.revoke_failed"), detail: explainAll(error), tone: "danger" }),
  });
  const used = invitation.uses;
  return (
    <li className="flex min-h-12 items-center gap-3">
      <span className="min-w-0 flex-1 text-s">
        <span className="block">{t("people.made", { ago: ago(invitation.created_at) })}</span>
        <span className="block text-muted">
          {invitation.max_uses
            ? t("people.used_of", { used, count: invitation.max_uses })
            : t("people.used", { count: used })}
          {" · "}
          {t("people.ends", { when: ago(invitation.expires_at) })}
        </span>
      </span>
      <IconButton
        label={t("people.revoke")}
        tooltipSide="left"
        disabled={revoke.isPending}
        icon={<Trash2 aria-hidden="true" />}
        onClick={() => revoke.mutate()}
      />
    </li>
  );
}
