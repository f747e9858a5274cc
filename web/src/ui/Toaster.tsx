import { Toast as Base } from "@base-ui/react/toast";
import { CircleAlert, CircleCheck, X } from "lucide-react";
import { useEffect } from "react";
import { useTranslation } from "../i18n/index.ts";
import { cx } from "./cx.ts";
import { IconButton } from "./IconButton.tsx";
import "./newVersion.ts";
import { listenForToasts, type Notification } from "./toast.tsx";

const manager = Base.createToastManager();

function show({ text, detail, tone = "plain", action, stays }: Notification): void {
  const id = manager.add({
    title: text,
    type: tone,
    priority: tone === "danger" ? "high" : "low",
    timeout: stays ? 0 : tone === "danger" ? 12_000 : action ? 10_000 : 5_000,
    ...(stays ? { id: stays } : {}),
    ...(detail ? { description: detail } : {}),
    ...(action
      ? {
          actionProps: {
            children: action.label,
            onClick: () => {
              manager.close(id);
              action.run();
            },
          },
        }
      : {}),
  });
}

/** The toasts of the page, each for itself in its lower corner, above what one writes in and sends with. */
export function Toaster() {
  useEffect(() => listenForToasts(show), []);
  return (
    <Base.Provider toastManager={manager} limit={3}>
      <Base.Portal>
        <Base.Viewport className="fixed inset-x-4 bottom-28 z-50 mx-auto flex w-auto max-w-sm flex-col gap-2 outline-none sm:right-6 sm:left-auto sm:mx-0 sm:w-96">
          <Pile />
        </Base.Viewport>
      </Base.Portal>
    </Base.Provider>
  );
}

function Pile() {
  const { t } = useTranslation();
  const { toasts } = Base.useToastManager();
  return toasts.map((toast) => (
    <Base.Root
      key={toast.id}
      toast={toast}
      swipeDirection={["down", "right"]}
      className="transition-tone rounded-m border border-line bg-raised text-text shadow-float data-[ending-style]:opacity-0 data-[limited]:hidden data-[starting-style]:opacity-0"
    >
      <Base.Content className="flex items-center gap-3 py-2 pr-2 pl-3.5">
        <ToneIcon tone={toast.type} />
        <div className="min-w-0 flex-1 py-1">
          <Base.Title className="font-semibold text-s" />
          <Base.Description className="text-muted text-s" />
        </div>
        {toast.actionProps ? (
          <Base.Action className="transition-tone h-8 shrink-0 rounded-row px-2.5 font-semibold text-link text-s hover:bg-hover pointer-coarse:h-11" />
        ) : null}
        {/* Never hidden: these toasts lie beside each other, not in a pile. */}
        <Base.Close
          aria-hidden={false}
          render={<IconButton label={t("ui.dismiss")} size="s" tooltipSide="top" icon={<X aria-hidden="true" />} />}
        />
      </Base.Content>
    </Base.Root>
  ));
}

function ToneIcon({ tone }: { tone: string | undefined }) {
  if (tone !== "ok" && tone !== "danger") return null;
  const Icon = tone === "ok" ? CircleCheck : CircleAlert;
  return <Icon aria-hidden="true" className={cx("size-5 shrink-0", tone === "ok" ? "text-ok" : "text-danger")} />;
}
