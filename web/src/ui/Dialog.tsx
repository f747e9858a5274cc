import { Dialog as Base } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import { type ReactNode, type RefObject, useInsertionEffect, useRef } from "react";
import { useTranslation } from "../i18n/index.ts";
import { cx } from "./cx.ts";
import { iconButton } from "./IconButton.tsx";
import { useLayer } from "./layers.ts";

const widths = { s: "sm:max-w-md", m: "sm:max-w-lg", l: "sm:max-w-2xl" };

/** A dialog over the page: a sheet on a phone, a card elsewhere. Focus goes in, stays, and comes back; Back closes it. */
export function Dialog({
  open,
  onClose,
  title,
  description,
  children,
  footer,
  width = "s",
  initialFocus,
  finalFocus,
}: {
  open: boolean;
  onClose: () => void;
  title: string;
  description?: ReactNode;
  children?: ReactNode;
  /** The buttons, the main one last. */
  footer?: ReactNode;
  width?: keyof typeof widths;
  initialFocus?: RefObject<HTMLElement | null>;
  /** What has the focus afterwards, where that isn't what had it before. */
  finalFocus?: () => HTMLElement | null;
}) {
  const { t } = useTranslation();
  const popup = useRef<HTMLDivElement>(null);
  const before = useRef<Element | null>(null);
  useLayer(open, onClose);
  // This runs before a field inside takes the focus as it comes, which would then pass for what had it before.
  useInsertionEffect(() => {
    if (open) before.current = document.activeElement;
  }, [open]);

  /** What had the focus has it again, unless something outside took it meanwhile; what is gone, the popup stands in for. */
  function back() {
    const now = document.activeElement;
    if (now && now !== document.body && !popup.current?.contains(now)) return false;
    const had = before.current;
    return had instanceof HTMLElement && had !== document.body && had.isConnected ? had : true;
  }

  return (
    <Base.Root open={open} onOpenChange={(next) => (next ? undefined : onClose())}>
      <Base.Portal>
        <Base.Backdrop className="transition-tone fixed inset-0 z-40 bg-scrim data-[ending-style]:opacity-0 data-[starting-style]:opacity-0" />
        <Base.Viewport className="fixed inset-0 z-40 flex items-end justify-center sm:items-center sm:p-6">
          <Base.Popup
            ref={popup}
            {...(initialFocus ? { initialFocus } : {})}
            finalFocus={finalFocus ?? back}
            className={cx(
              "transition-tone relative flex max-h-[calc(100dvh-2rem)] w-full flex-col rounded-t-xl border border-line bg-raised text-text shadow-float outline-none data-[ending-style]:opacity-0 data-[starting-style]:opacity-0 sm:rounded-xl",
              widths[width],
            )}
          >
            <div className="px-5 pt-5 pr-14 pb-4 sm:pl-6">
              <Base.Title className="font-bold text-l">{title}</Base.Title>
              {description ? (
                <Base.Description className="mt-1 text-muted text-s">{description}</Base.Description>
              ) : null}
            </div>
            {children ? (
              <div className="min-h-0 flex-1 overflow-y-auto overscroll-contain px-5 pb-5 sm:px-6 sm:pb-6">
                {children}
              </div>
            ) : null}
            {footer ? (
              <div className="flex justify-end gap-2 border-line border-t px-5 py-3.5 pb-[max(0.875rem,env(safe-area-inset-bottom))] sm:px-6">
                {footer}
              </div>
            ) : null}
            {/* The last stop of the Tab key, so that the focus starts in what the dialog is about. */}
            <Base.Close aria-label={t("ui.close")} className={cx(iconButton, "absolute top-3 right-3")}>
              <X aria-hidden="true" />
            </Base.Close>
          </Base.Popup>
        </Base.Viewport>
      </Base.Portal>
    </Base.Root>
  );
}
