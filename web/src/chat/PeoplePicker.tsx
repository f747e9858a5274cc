import { Combobox } from "@base-ui/react/combobox";
import { Check, X } from "lucide-react";
import { useId, useMemo, useState } from "react";
import type { User, UserId } from "../api/types.ts";
import { useSelect } from "../context/engine.tsx";
import { useTranslation } from "../i18n/index.ts";
import { select } from "../sync/select.ts";
import { Avatar } from "../ui/Avatar.tsx";
import { Badge } from "../ui/Badge.tsx";
import { matchPeople, nameOf, picturesOf, useUser } from "./people.ts";

/** The most that the list shows at once; typing narrows it. */
const shown = 50;

/** Chooses people: type, arrow, Enter; Backspace takes the last one back. */
export function PeoplePicker({
  label,
  value,
  onChange,
  exclude,
  most,
  former,
  autoFocus,
}: {
  label: string;
  value: readonly User[];
  onChange: (people: readonly User[]) => void;
  /** People who can't be chosen, such as those who are there already. */
  exclude?: ReadonlySet<UserId>;
  most?: number;
  /** Whether people who were deactivated can be chosen, too. */
  former?: boolean;
  autoFocus?: boolean;
}) {
  const { t } = useTranslation();
  const id = useId();
  const [query, setQuery] = useState("");
  const [open, setOpen] = useState(false);
  const users = useSelect(select.users);
  const items = useMemo(
    () =>
      matchPeople(users, query, former)
        .filter((user) => !exclude?.has(user.id))
        .slice(0, shown),
    [users, query, exclude, former],
  );
  const full = most !== undefined && value.length >= most;
  return (
    <Combobox.Root
      multiple
      items={items}
      filteredItems={items}
      value={[...value]}
      onValueChange={(people: User[]) => {
        if (most === undefined || people.length <= most) onChange(people);
        setQuery("");
        // The list would lie over what comes next; typing opens it again.
        setOpen(false);
      }}
      open={open && !full}
      onOpenChange={(next) => setOpen(next)}
      inputValue={query}
      onInputValueChange={setQuery}
      itemToStringLabel={nameOf}
      isItemEqualToValue={(a: User, b: User) => a.id === b.id}
      autoHighlight
    >
      <label htmlFor={id} className="mb-1.5 block font-semibold text-s">
        {label}
      </label>
      <Combobox.Chips className="transition-tone flex min-h-11 w-full flex-wrap items-center gap-1.5 rounded-m border border-field bg-canvas px-2 py-1.5 pointer-coarse:py-1 focus-within:border-accent focus-within:outline-2 focus-within:outline-accent hover:border-muted">
        {value.map((user) => (
          <Chip key={user.id} chosen={user} />
        ))}
        <Combobox.Input
          id={id}
          autoFocus={autoFocus}
          disabled={full}
          placeholder={value.length === 0 ? t("chat.picker.placeholder") : ""}
          className="h-7 min-w-24 flex-1 bg-transparent px-1 text-m outline-none pointer-coarse:h-11 pointer-coarse:text-touch"
        />
      </Combobox.Chips>
      {full ? <p className="mt-1.5 text-muted text-s">{t("chat.picker.full", { count: most })}</p> : null}
      <Combobox.Portal>
        <Combobox.Positioner sideOffset={6} collisionPadding={8} className="z-50 outline-none">
          <Combobox.Popup className="transition-tone max-h-[min(18rem,var(--available-height))] w-(--anchor-width) overflow-y-auto overscroll-contain rounded-m border border-line bg-raised p-1 text-text shadow-float data-[ending-style]:opacity-0 data-[starting-style]:opacity-0">
            <Combobox.Empty className="px-2.5 py-2 text-muted text-s empty:hidden">
              {t("chat.picker.nobody")}
            </Combobox.Empty>
            <Combobox.List>
              {(user: User) => (
                <Combobox.Item
                  key={user.id}
                  value={user}
                  className="flex min-h-9 cursor-pointer select-none items-center gap-2.5 rounded-s px-2 text-m outline-none data-[highlighted]:bg-hover pointer-coarse:min-h-11"
                >
                  <Avatar name={nameOf(user)} seed={user.id} pictures={picturesOf(user)} size="s" />
                  <span className="min-w-0 truncate">{nameOf(user)}</span>
                  <span className="min-w-0 truncate text-muted text-s">@{user.username}</span>
                  <Former user={user} />
                  <Combobox.ItemIndicator className="ml-auto text-accent">
                    <Check aria-hidden="true" className="size-4" />
                  </Combobox.ItemIndicator>
                </Combobox.Item>
              )}
            </Combobox.List>
          </Combobox.Popup>
        </Combobox.Positioner>
      </Combobox.Portal>
    </Combobox.Root>
  );
}

/** Somebody who is chosen, as they are now. */
function Chip({ chosen }: { chosen: User }) {
  const { t } = useTranslation();
  const user = useUser(chosen.id) ?? chosen;
  return (
    <Combobox.Chip className="flex h-7 items-center gap-1.5 rounded-s bg-accent-soft pl-1 font-medium text-s text-text outline-none data-[highlighted]:bg-sunken pointer-coarse:h-9">
      <Avatar name={nameOf(user)} seed={user.id} pictures={picturesOf(user)} size="xs" />
      {nameOf(user)}
      <Former user={user} />
      <Combobox.ChipRemove
        aria-label={t("chat.picker.remove", { name: nameOf(user) })}
        className="transition-tone grid size-7 place-items-center rounded-s text-muted hover:text-text pointer-coarse:-my-1 pointer-coarse:size-11"
      >
        <X aria-hidden="true" className="size-3.5" />
      </Combobox.ChipRemove>
    </Combobox.Chip>
  );
}

function Former({ user }: { user: User }) {
  const { t } = useTranslation();
  return user.deactivated_at ? <Badge tone="tag">{t("chat.picker.former")}</Badge> : null;
}
