import { InvitationList } from "../../chat/invitations/InvitationList.tsx";
import { NewInvitationForm } from "../../chat/invitations/NewInvitationForm.tsx";
import { useWorkspaceName } from "../../chat/workspace.ts";
import { useTranslation } from "../../i18n/index.ts";
import { Dialog } from "../../ui/Dialog.tsx";

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
      <div className="space-y-6">
        <NewInvitationForm />
        <InvitationList title={t("people.links")} />
      </div>
    </Dialog>
  );
}
