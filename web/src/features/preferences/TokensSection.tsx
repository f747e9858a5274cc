import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { KeyRound } from "lucide-react";
import { useState } from "react";
import type { MadeToken, Scope, Token } from "../../api/admin.ts";
import { search } from "../../api/client.ts";
import type { Page } from "../../api/types.ts";
import { administers } from "../../chat/permissions.ts";
import { useEngine, useSelect } from "../../context/engine.tsx";
import { explainAll } from "../../i18n/explain.ts";
import { ago } from "../../i18n/format.ts";
import { useTranslation } from "../../i18n/index.ts";
import { select } from "../../sync/select.ts";
import { Button } from "../../ui/Button.tsx";
import { Checkbox } from "../../ui/Checkbox.tsx";
import { CopyField } from "../../ui/CopyField.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { Select } from "../../ui/Select.tsx";
import { Skeleton } from "../../ui/Skeleton.tsx";
import { EmptyState, ErrorState, Notice } from "../../ui/states.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { notify } from "../../ui/toast.tsx";
import { useSubmit } from "../../ui/useSubmit.ts";
import { Section, SectionPage } from "./Section.tsx";

const key = ["tokens"];
const plain = ["read", "write"] as const satisfies readonly Scope[];
const administrative = ["admin:read", "admin:write"] as const satisfies readonly Scope[];
/** A scope's place in the catalogue, whose keys have no colons. */
const keyOf = (scope: Scope) => scope.replace(":", "_") as "read" | "write" | "admin_read" | "admin_write";

const lifetimes = ["7", "30", "90", "365", "never"] as const;

/** Secrets by which programs act for one: made, shown once, revoked. */
export function TokensSection() {
  const { t } = useTranslation();
  return (
    <SectionPage title={t("tokens.title")} intro={t("tokens.intro")}>
      <Section title={t("tokens.new")}>
        <NewToken />
      </Section>
      <Section title={t("tokens.list")}>
        <Tokens />
      </Section>
    </SectionPage>
  );
}

function NewToken() {
  const { t } = useTranslation();
  const engine = useEngine();
  const queries = useQueryClient();
  const me = useSelect(select.me);
  const [name, setName] = useState("");
  const [scopes, setScopes] = useState<ReadonlySet<Scope>>(new Set(["read"]));
  const [ends, setEnds] = useState<(typeof lifetimes)[number]>("90");
  const [made, setMade] = useState<MadeToken | null>(null);
  const { form, busy, errors, failure } = useSubmit(
    async () => {
      const expires_at = ends === "never" ? null : new Date(Date.now() + Number(ends) * 86_400_000).toISOString();
      const token = { name: name.trim(), scopes: [...scopes], expires_at };
      setMade(await engine.api.call<MadeToken>("POST", "/me/tokens", token));
      setName("");
      await queries.invalidateQueries({ queryKey: key });
    },
    {
      fields: ["name", "scopes", "expires_at"],
      check: () => ({
        ...(name.trim() === "" ? { name: t("tokens.name_missing") } : {}),
        ...(scopes.size === 0 ? { scopes: t("tokens.scopes_missing") } : {}),
      }),
    },
  );
  const offered: readonly Scope[] = administers(me) ? [...plain, ...administrative] : plain;
  const toggle = (scope: Scope, on: boolean) =>
    setScopes((before) => new Set(offered.filter((other) => (other === scope ? on : before.has(other)))));
  return (
    <form {...form} className="grid max-w-xl grid-cols-1 gap-4">
      {failure ? <Notice>{failure}</Notice> : null}
      {made ? <CopyField label={t("tokens.secret")} title={t("tokens.made")} value={made.secret} /> : null}
      <TextField
        label={t("tokens.name")}
        name="name"
        autoComplete="off"
        maxLength={80}
        hint={t("tokens.name_hint")}
        value={name}
        onChange={(event) => setName(event.target.value)}
        error={errors.name}
      />
      <fieldset>
        <legend className="mb-1 font-semibold text-s">{t("tokens.scopes")}</legend>
        {offered.map((scope) => (
          <Checkbox
            key={scope}
            label={t(`tokens.scope.${keyOf(scope)}.label`)}
            hint={t(`tokens.scope.${keyOf(scope)}.hint`)}
            checked={scopes.has(scope)}
            onChange={(event) => toggle(scope, event.target.checked)}
          />
        ))}
        {errors.scopes ? (
          <p role="alert" className="mt-1.5 font-medium text-danger text-s">
            {errors.scopes}
          </p>
        ) : null}
      </fieldset>
      <div className="max-w-56">
        <Select
          label={t("tokens.ends")}
          value={ends}
          onChange={(event) => setEnds(event.target.value as typeof ends)}
          error={errors.expires_at}
        >
          {lifetimes.map((value) => (
            <option key={value} value={value}>
              {value === "never" ? t("tokens.never") : t("tokens.days", { count: Number(value) })}
            </option>
          ))}
        </Select>
      </div>
      <div>
        <Button tone="primary" type="submit" busy={busy}>
          {t("tokens.make")}
        </Button>
      </div>
    </form>
  );
}

function Tokens() {
  const { t } = useTranslation();
  const engine = useEngine();
  const queries = useQueryClient();
  const [asked, setAsked] = useState<Token | null>(null);
  const [busy, setBusy] = useState(false);
  const tokens = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam }) => engine.api.call<Page<Token>>("GET", `/me/tokens${search({ cursor: pageParam })}`),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });
  const items = tokens.data?.pages.flatMap((page) => page.items) ?? [];

  async function revoke(token: Token) {
    setBusy(true);
    try {
      await engine.api.call("DELETE", `/me/tokens/${token.id}`);
      await queries.invalidateQueries({ queryKey: key });
      notify({ text: t("tokens.revoked"), tone: "ok" });
    } catch (error) {
      notify({ text: explainAll(error), tone: "danger" });
    } finally {
      setBusy(false);
      setAsked(null);
    }
  }

  if (tokens.isPending) return <Loading />;
  if (!tokens.data) {
    return (
      <ErrorState title={t("tokens.failed")} busy={tokens.isFetching} onRetry={() => void tokens.refetch()}>
        {explainAll(tokens.error)}
      </ErrorState>
    );
  }
  return (
    <>
      {items.length === 0 ? (
        <EmptyState icon={<KeyRound aria-hidden="true" />} title={t("tokens.none")} className="py-6">
          {t("tokens.none_detail")}
        </EmptyState>
      ) : (
        <ul className="-mt-3 divide-y divide-line">
          {items.map((token) => (
            <TokenRow key={token.id} token={token} onRevoke={() => setAsked(token)} />
          ))}
        </ul>
      )}
      {tokens.hasNextPage ? (
        <div className="mt-3 text-center">
          <Button busy={tokens.isFetchingNextPage} onClick={() => void tokens.fetchNextPage()}>
            {t("tokens.more")}
          </Button>
        </div>
      ) : null}
      <Dialog
        open={asked !== null}
        onClose={() => setAsked(null)}
        title={t("tokens.revoke_title")}
        description={asked ? t("tokens.revoke_detail", { name: asked.name }) : null}
        footer={
          <>
            <Button onClick={() => setAsked(null)}>{t("tokens.cancel")}</Button>
            <Button tone="danger" busy={busy} onClick={() => (asked ? void revoke(asked) : undefined)}>
              {t("tokens.revoke")}
            </Button>
          </>
        }
      />
    </>
  );
}

function TokenRow({ token, onRevoke }: { token: Token; onRevoke: () => void }) {
  const { t } = useTranslation();
  const ended = token.expires_at !== null && new Date(token.expires_at).getTime() < Date.now();
  const facts = [
    token.scopes.map((scope) => t(`tokens.scope.${keyOf(scope)}.label`)).join(", "),
    token.last_used_at ? t("tokens.used", { when: ago(token.last_used_at) }) : t("tokens.unused"),
    token.expires_at
      ? t(ended ? "tokens.expired" : "tokens.expires", { when: ago(token.expires_at) })
      : t("tokens.endless"),
    t("tokens.since", { when: ago(token.created_at) }),
  ];
  return (
    <li className="flex items-center gap-4 py-3.5">
      <span className="grid size-10 shrink-0 place-items-center rounded-m bg-rail text-muted">
        <KeyRound aria-hidden="true" className="size-5" />
      </span>
      <div className="min-w-0 flex-1">
        <p className="font-semibold [overflow-wrap:anywhere]">
          {token.name} <code className="font-mono font-normal text-muted text-xs">…{token.hint}</code>
        </p>
        <p className="text-muted text-s">{facts.join(" · ")}</p>
      </div>
      <Button aria-label={t("tokens.revoke_named", { name: token.name })} onClick={onRevoke}>
        {t("tokens.revoke")}
      </Button>
    </li>
  );
}

function Loading() {
  const { t } = useTranslation();
  return (
    <div role="status" aria-busy="true" className="divide-y divide-line border-line border-y">
      <span className="sr-only">{t("tokens.loading")}</span>
      {["first", "second"].map((row) => (
        <div key={row} className="flex items-center gap-4 py-3.5">
          <Skeleton className="size-10 rounded-m" />
          <div className="grid flex-1 gap-2">
            <Skeleton className="h-4 w-40" />
            <Skeleton className="h-3.5 w-64 max-w-full" />
          </div>
        </div>
      ))}
    </div>
  );
}
