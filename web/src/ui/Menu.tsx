import { Menu as Base } from "@base-ui/react/menu";
import { Check } from "lucide-react";
import { type ReactElement, type ReactNode, useState } from "react";
import { cx } from "./cx.ts";
import { useLayer } from "./layers.ts";
import { useWide } from "./useWide.ts";

const itemLook =
  "flex min-h-8 w-full cursor-pointer select-none items-center gap-2.5 rounded-s px-2.5 py-1.5 text-m no-underline outline-none data-[disabled]:cursor-not-allowed data-[disabled]:text-faint pointer-coarse:min-h-11 [&>svg]:size-4 [&>svg]:shrink-0";

/** A menu that opens from its trigger, an element that can be a button. On a phone Back closes it. */
export function Menu({
  trigger,
  children,
  align = "start",
  side = "bottom",
  onOpenChange,
}: {
  trigger: ReactElement;
  children: ReactNode;
  align?: "start" | "center" | "end";
  side?: "top" | "right" | "bottom" | "left";
  onOpenChange?: (open: boolean) => void;
}) {
  const [open, setOpen] = useState(false);
  const wide = useWide();
  function change(next: boolean) {
    setOpen(next);
    onOpenChange?.(next);
  }
  useLayer(open && !wide, () => change(false));
  return (
    <Base.Root modal={false} open={open} onOpenChange={(next) => change(next)}>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner side={side} align={align} sideOffset={6} collisionPadding={8} className="z-50 outline-none">
          <Base.Popup className="transition-tone max-h-(--available-height) min-w-52 max-w-80 overflow-y-auto rounded-m border border-line bg-raised p-1 text-text shadow-float outline-none data-[ending-style]:opacity-0 data-[starting-style]:opacity-0">
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

/** One thing to do. */
export function MenuItem({
  icon,
  children,
  onSelect,
  danger,
  disabled,
  trailing,
  render,
}: {
  icon?: ReactNode;
  children: ReactNode;
  onSelect?: () => void;
  danger?: boolean;
  disabled?: boolean;
  /** At the far end: keys that do the same. */
  trailing?: ReactNode;
  /** An element to be instead, usually a link. */
  render?: ReactElement;
}) {
  return (
    <Base.Item
      disabled={disabled ?? false}
      {...(onSelect ? { onClick: onSelect } : {})}
      {...(render ? { render } : {})}
      className={cx(
        itemLook,
        danger
          ? "text-danger data-[highlighted]:bg-danger-soft"
          : "text-text data-[highlighted]:bg-hover [&>svg]:text-muted",
      )}
    >
      {icon}
      <span className="min-w-0 flex-1 truncate">{children}</span>
      {trailing ? <span className="ml-4 text-muted text-xs">{trailing}</span> : null}
    </Base.Item>
  );
}

/** One of several that exclude each other. */
export function MenuChoices<Value extends string>({
  label,
  value,
  onChange,
  choices,
}: {
  label: string;
  value: Value;
  onChange: (value: Value) => void;
  choices: readonly { value: Value; label: string; icon?: ReactNode }[];
}) {
  return (
    <Base.Group>
      <MenuLabel>{label}</MenuLabel>
      <Base.RadioGroup value={value} onValueChange={(next: Value) => onChange(next)}>
        {choices.map((choice) => (
          <Base.RadioItem
            key={choice.value}
            value={choice.value}
            className={cx(itemLook, "text-text data-[highlighted]:bg-hover [&>svg]:text-muted")}
          >
            {choice.icon}
            <span className="min-w-0 flex-1 truncate">{choice.label}</span>
            <Base.RadioItemIndicator className="text-accent">
              <Check aria-hidden="true" className="size-4" />
            </Base.RadioItemIndicator>
          </Base.RadioItem>
        ))}
      </Base.RadioGroup>
    </Base.Group>
  );
}

/** The name of the group that it stands in. */
export function MenuLabel({ children }: { children: ReactNode }) {
  return <Base.GroupLabel className="px-2.5 pt-1.5 pb-1 font-semibold text-faint text-xs">{children}</Base.GroupLabel>;
}

/** Items that belong together. */
export function MenuGroup({ label, children }: { label?: string; children: ReactNode }) {
  return (
    <Base.Group>
      {label ? <MenuLabel>{label}</MenuLabel> : null}
      {children}
    </Base.Group>
  );
}

/** A hairline between groups. */
export function MenuSeparator() {
  return <Base.Separator className="-mx-1 my-1 h-px bg-line" />;
}
