import { Link } from "@tanstack/react-router";
import { Check, Copy, DoorClosed } from "lucide-react";
import { useState } from "react";
import missing from "../../i18n/en/late/missing.json" with { type: "json" };
import { useTranslation } from "../../i18n/index.ts";
import { addWords } from "../../i18n/late.ts";
import { Button } from "../../ui/Button.tsx";
import { EmptyState } from "../../ui/states.tsx";
import { notify } from "../../ui/toast.tsx";
import type { Lost } from "./useLost.ts";

addWords({ missing });

/** A room that may not be seen; whoever was in it a moment ago is told so, and keeps the words they were writing. */
export function MissingRoom({ lost }: { lost: Lost | null }) {
  const { t } = useTranslation();
  return (
    <div className="flex min-h-0 flex-1 flex-col overflow-y-auto">
      <div role="status" className="m-auto w-full [overflow-wrap:anywhere]">
        <EmptyState
          heading="h2"
          icon={<DoorClosed aria-hidden="true" />}
          title={lost ? t("missing.left", { room: lost.title }) : t("missing.title")}
          action={
            <Button tone="primary" render={<Link to="/" />}>
              {t("missing.back")}
            </Button>
          }
        >
          {t(lost ? "missing.left_detail" : "missing.detail")}
        </EmptyState>
        {lost?.draft.trim() ? <Unsent text={lost.draft} /> : null}
      </div>
    </div>
  );
}

/** Words that can't be sent any more, to be taken elsewhere. */
function Unsent({ text }: { text: string }) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  const Icon = copied ? Check : Copy;
  const copy = () =>
    void navigator.clipboard.writeText(text).then(
      () => setCopied(true),
      () => notify({ text: t("ui.copy_failed"), tone: "danger" }),
    );
  return (
    <section aria-label={t("missing.draft")} className="mx-auto max-w-md px-6 pb-6">
      <div className="mb-2 flex items-center justify-between gap-3">
        <p className="font-semibold text-s">{t("missing.draft")}</p>
        <Button icon={<Icon aria-hidden="true" className="size-4" />} onClick={copy}>
          {t(copied ? "ui.copied" : "ui.copy")}
        </Button>
      </div>
      <textarea
        readOnly
        rows={4}
        aria-label={t("missing.draft")}
        value={text}
        className="w-full resize-y rounded-m border border-field bg-canvas px-3 py-2 text-m text-text"
      />
    </section>
  );
}
