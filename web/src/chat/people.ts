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
 * People whose name or username answers what was typed, the best matches first; everybody, where nothing was. Those who were
 * deactivated only if `former` are asked for.
 */
export function matchPeople(users: readonly User[], query: string, former = false): readonly User[] {
  const wanted = parted(query);
  return users
    .filter((user) => former || !user.deactivated_at)
    .map((user) => ({ user, rank: Math.min(rankOf(user.username, wanted), rankOf(nameOf(user), wanted)) }))
    .filter(({ rank }) => rank < noMatch)
    .sort((a, b) => a.rank - b.rank || nameOf(a.user).localeCompare(nameOf(b.user)))
    .map(({ user }) => user);
}

/** A rank that means: not at all. */
export const noMatch = 9;

/**
 * How well a name answers what is wanted, which is `parted`: 0 the same or nothing is wanted, 1 starts so, 2 a word starts so,
 * 3 has it inside, 4 its words start so in another order, 5 has them inside.
 */
export function rankOf(name: string, wanted: string): number {
  const text = parted(name);
  if (wanted === "" || text === wanted) return 0;
  if (text.startsWith(wanted)) return 1;
  if (text.includes(` ${wanted}`)) return 2;
  if (text.includes(wanted)) return 3;
  const words = wanted.split(" ");
  if (words.every((word) => ` ${text}`.includes(` ${word}`))) return 4;
  return words.every((word) => text.includes(word)) ? 5 : noMatch;
}

/** Without case and accents, and with a space for whatever parts words: `team 58` finds team-58, and `kovac` Kovač. */
export function parted(text: string): string {
  return text
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLocaleLowerCase()
    .replace(/[\s._-]+/g, " ")
    .trim();
}
