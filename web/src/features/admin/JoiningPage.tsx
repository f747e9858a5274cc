import { Link2 } from "lucide-react";
import { useState } from "react";
import type { Workspace } from "../../api/admin.ts";
import type { JoinPolicy } from "../../api/types.ts";
import { InvitationList } from "../../chat/invitations/InvitationList.tsx";
import { plainName } from "../../chat/rooms.tsx";
import { useSelect } from "../../context/engine.tsx";
import { useTranslation } from "../../i18n/index.ts";
import { select } from "../../sync/select.ts";
import { Button } from "../../ui/Button.tsx";
import { RadioCards } from "../../ui/RadioCards.tsx";
import { Select } from "../../ui/Select.tsx";
import { EmptyState, Notice } from "../../ui/states.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { InviteButton } from "./InviteButton.tsx";
import { Page, Part } from "./Page.tsx";
import { SettingsGate } from "./SettingsGate.tsx";
import { useSettingsForm } from "./useSettingsForm.ts";

const policies = ["open", "domain", "invite", "closed"] as const satisfies readonly JoinPolicy[];

/** Who may come in, and by which links. */
export function JoiningPage() {
  const { t } = useTranslation();
  return (
    <Page title={t("admin.joining.title")} narrow>
      <Part title={t("admin.joining.policy")}>
        <SettingsGate>{(settings) => <PolicyForm settings={settings} />}</SettingsGate>
      </Part>
      <Part title={t("admin.joining.links")} intro={t("admin.joining.links_detail")} actions={<InviteButton />}>
        <InvitationList
          empty={
            <EmptyState icon={<Link2 aria-hidden="true" />} title={t("admin.joining.none")} className="py-6">
              {t("admin.joining.none_detail")}
            </EmptyState>
          }
        />
      </Part>
    </Page>
  );
}

function PolicyForm({ settings }: { settings: Workspace }) {
  const { t } = useTranslation();
  const [policy, setPolicy] = useState<JoinPolicy>(settings.join_policy);
  const [domains, setDomains] = useState(settings.mail_domains.join(", "));
  const [room, setRoom] = useState(settings.default_room ?? "");
  const rooms = useSelect(select.rooms).map((entry) => entry.room);
  const open = rooms.filter(({ kind, archived_at }) => kind === "public" && !archived_at);
  const list = domainsIn(domains);
  const { form, busy, errors, failure } = useSettingsForm(
    () => ({
      join_policy: policy,
      ...(policy === "domain" ? { mail_domains: list } : {}),
      ...(room === (settings.default_room ?? "") ? {} : { default_room: room === "" ? null : room }),
    }),
    ["join_policy", "mail_domains", "default_room"],
    () =>
      (policy === "domain" && list.length === 0 ? { mail_domains: t("admin.joining.domains_missing") } : {}) as Record<
        string,
        string
      >,
  );
  return (
    <form {...form} className="grid gap-5">
      {failure ? <Notice>{failure}</Notice> : null}
      <RadioCards
        legend={t("admin.joining.who")}
        name="join_policy"
        value={policy}
        onChange={setPolicy}
        error={errors.join_policy}
        choices={policies.map((value) => ({
          value,
          label: t(`admin.joining.${value}`),
          hint: t(`admin.joining.${value}_hint`),
        }))}
      />
      {policy === "domain" ? (
        <TextField
          label={t("admin.joining.domains")}
          name="mail_domains"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          placeholder="example.org, example.com"
          hint={t("admin.joining.domains_hint")}
          value={domains}
          onChange={(event) => setDomains(event.target.value)}
          error={errors.mail_domains}
        />
      ) : null}
      <Select
        label={t("admin.joining.default_room")}
        hint={t("admin.joining.default_room_hint")}
        value={room}
        onChange={(event) => setRoom(event.target.value)}
        error={errors.default_room}
      >
        <option value="">{t("admin.joining.no_room")}</option>
        {room !== "" && !open.some(({ id }) => id === room) ? (
          <option value={room}>{t("admin.joining.other_room")}</option>
        ) : null}
        {open.map((item) => (
          <option key={item.id} value={item.id}>
            {plainName(item)}
          </option>
        ))}
      </Select>
      <div>
        <Button tone="primary" type="submit" busy={busy}>
          {t("admin.save")}
        </Button>
      </div>
    </form>
  );
}

/** The domains of a typed list, however they are parted. */
function domainsIn(text: string): string[] {
  const parts = text.toLowerCase().split(/[\s,;]+/);
  return [...new Set(parts.map((part) => part.replace(/^@/, "")).filter(Boolean))];
}
