import { Check, Copy } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "../i18n/index.ts";
import { Button } from "./Button.tsx";
import { notify } from "./toast.tsx";

/** A secret or a link that is shown only now, with a way to take it along. Announced when it appears. */
export function CopyField({ label, title, value }: { label: string; title: string; value: string }) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  const copy = () =>
    void navigator.clipboard.writeText(value).then(
      () => setCopied(true),
      () => notify({ text: t("ui.copy_failed"), tone: "danger" }),
    );
  return (
    <div role="status" className="rounded-m border border-accent bg-accent-soft p-3">
      <p className="mb-2 font-semibold text-s">{title}</p>
      <div className="flex gap-2">
        <input
          readOnly
          aria-label={label}
          value={value}
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
          {t(copied ? "ui.copied" : "ui.copy")}
        </Button>
      </div>
    </div>
  );
}
