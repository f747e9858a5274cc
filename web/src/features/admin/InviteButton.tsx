import { Link2 } from "lucide-react";
import { useState } from "react";
import { NewInvitationForm } from "../../chat/invitations/NewInvitationForm.tsx";
import { useWorkspaceName } from "../../chat/workspace.ts";
import { useTranslation } from "../../i18n/index.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";

/** Opens the form that makes an invitation. */
export function InviteButton() {
  const { t } = useTranslation();
  const workspace = useWorkspaceName();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button icon={<Link2 aria-hidden="true" className="size-4" />} onClick={() => setOpen(true)}>
        {t("admin.invite")}
      </Button>
      <Dialog
        open={open}
        onClose={() => setOpen(false)}
        title={t("admin.invite_title", { workspace })}
        description={t("admin.invite_detail")}
        width="m"
      >
        <NewInvitationForm />
      </Dialog>
    </>
  );
}
