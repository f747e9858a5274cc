import { fileUrl, thumbnailUrl } from "../api/files.ts";
import type { PresenceStatus, User, UserId } from "../api/types.ts";
import { useSelect } from "../context/engine.tsx";
import { useTranslation } from "../i18n/index.ts";
import { select } from "../sync/select.ts";

/** What a person is called on screen. */
export function nameOf(user: User): string {
  return user.display_name || user.username;
}

/** Where a person's picture is, the small one first; a picture may be too new to have one. */
export function picturesOf(user: User | null): readonly string[] {
  return user?.avatar ? [thumbnailUrl(user.avatar), fileUrl(user.avatar)] : [];
}

/** A person, once known. */
export function useUser(id: UserId): User | null {
  return useSelect(select.user(id));
}

/** What a person is called now, whatever they were called when it was written. */
export function useName(id: UserId): string {
  const { t } = useTranslation();
  const user = useUser(id);
  return user ? nameOf(user) : t("chat.somebody");
}

/** How reachable a person is: a dot's shape and its words. */
export function usePresence(id: UserId): { presence: PresenceStatus; label: string } {
  const { t } = useTranslation();
  const presence = useSelect(select.presence(id));
  return { presence, label: t(`chat.presence.${presence}`) };
}

/**
 * People whose name or username has a word that starts with what was typed; the best matches first. Those who were
 * deactivated only if `former` are asked for.
 */
export function matchPeople(users: readonly User[], query: string, former = false): readonly User[] {
  const wanted = fold(query.trim());
  const eligible = users.filter((user) => former || !user.deactivated_at);
  if (wanted === "") return [...eligible].sort((a, b) => nameOf(a).localeCompare(nameOf(b)));
  return eligible
    .map((user) => ({ user, rank: Math.min(rankOf(fold(user.username), wanted), rankOf(fold(nameOf(user)), wanted)) }))
    .filter(({ rank }) => rank < noMatch)
    .sort((a, b) => a.rank - b.rank || nameOf(a.user).localeCompare(nameOf(b.user)))
    .map(({ user }) => user);
}

/** A rank that means: not at all. */
export const noMatch = 9;

/** How well a folded name answers a folded query: 0 the same, 1 starts so, 2 a word starts so, 3 has it inside. */
export function rankOf(name: string, wanted: string): number {
  if (name === wanted) return 0;
  if (name.startsWith(wanted)) return 1;
  const at = name.indexOf(wanted);
  if (at < 0) return noMatch;
  return /[\s._-]/.test(name.charAt(at - 1)) ? 2 : 3;
}

/** Without case and accents, so that `kovac` finds Kovač. */
export function fold(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase();
}
