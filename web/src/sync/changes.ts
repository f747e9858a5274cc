/** Edits and deletions on their way to the server, which fail before one's eyes: what was typed is still there then. */
import type { Api } from "../api/client.ts";
import type { Message, MessageId } from "../api/types.ts";
import type { Drafts } from "./drafts.ts";
import { failure } from "./failure.ts";
import { parseMessage } from "./protocol.ts";
import { select } from "./select.ts";
import type { Store } from "./store.ts";

export interface Changes {
  edit(message: Message, body: string): Promise<void>;
  remove(message: Message): Promise<void>;
  /** What failed is given up. */
  dismiss(message: MessageId): void;
}

export interface ChangesOptions {
  readonly store: Store;
  readonly api: Api;
  /** Of the person who is signed in. */
  readonly drafts: () => Drafts;
}

export function createChanges({ store, api, drafts }: ChangesOptions): Changes {
  async function change(message: Message, kind: "edit" | "delete", body: string): Promise<void> {
    const { id } = message;
    const mine = drafts();
    const kept = select.edit(id)(store.getState());
    // One's own deletion takes the edit along; an edit outlives the page until it is saved.
    if (kind === "edit") mine.edit(message, body);
    else mine.dropEdit(id);
    const say = (state: "saving" | "failed", error: unknown): void =>
      store.dispatch({
        type: "change",
        message: id,
        change: { kind, body, state, error: error === null ? null : failure(error) },
      });
    say("saving", null);
    try {
      const answer = parseMessage(kind === "edit" ? await api.edit(id, body) : await api.remove(id));
      if (answer) store.dispatch({ type: "message", message: answer });
      store.dispatch({ type: "change", message: id, change: null });
      if (select.edit(id)(store.getState())?.body === body) mine.dropEdit(id);
    } catch (error) {
      if (kind === "delete" && kept) mine.edit(message, kept.body, kept.on);
      say("failed", error);
    }
  }

  return {
    edit: (message, body) => change(message, "edit", body),
    remove: (message) => change(message, "delete", ""),
    dismiss(message) {
      if (select.change(message)(store.getState())?.kind === "edit") drafts().dropEdit(message);
      store.dispatch({ type: "change", message, change: null });
    },
  };
}
