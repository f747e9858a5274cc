import { useState } from "react";
import type { AuditEntry } from "../../api/admin.ts";
import { fullMoment, number } from "../../i18n/format.ts";
import { useTranslation } from "../../i18n/index.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import { wordAction } from "./audit.ts";
import { Facts } from "./Page.tsx";
import { SubjectName } from "./SubjectName.tsx";

/** All that is known of one act. */
export function AuditEntryDialog({ entry, onClose }: { entry: AuditEntry | null; onClose: () => void }) {
  const { t } = useTranslation();
  const [last, setLast] = useState(entry);
  if (entry && entry !== last) setLast(entry);
  return (
    <Dialog
      open={entry !== null}
      onClose={onClose}
      title={last ? wordAction(last.action) : ""}
      description={last ? fullMoment(last.at) : undefined}
      width="m"
    >
      {last ? (
        <div className="grid gap-4">
          <Facts
            items={[
              [t("admin.audit.number"), number(last.seq)],
              [t("admin.audit.code"), <code key="code">{last.action}</code>],
              [t("admin.audit.who"), <SubjectName key="who" id={last.actor} />],
              [t("admin.audit.whom"), <SubjectName key="whom" id={last.subject} />],
              [t("admin.audit.address"), last.address || "–"],
              [
                t("admin.audit.hash"),
                <code key="hash" className="break-all text-xs">
                  {last.hash}
                </code>,
              ],
            ]}
          />
          <div>
            <p className="mb-1.5 font-semibold text-s">{t("admin.audit.data")}</p>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys. */}
            <div tabIndex={0} className="max-h-64 overflow-auto rounded-m bg-code p-3">
              <pre className="font-mono text-s">{JSON.stringify(last.data ?? {}, null, 2)}</pre>
            </div>
          </div>
        </div>
      ) : null}
    </Dialog>
  );
}
