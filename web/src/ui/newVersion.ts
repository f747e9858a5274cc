import version from "../i18n/en/late/version.json" with { type: "json" };
import { i18n } from "../i18n/index.ts";
import { addWords } from "../i18n/late.ts";
import { whenMissing } from "./late.ts";
import { notify } from "./toast.tsx";

addWords({ version });

/** The file that this page began with; each build has another. */
const entry = document.querySelector<HTMLScriptElement>('script[type="module"][src]')?.src;

/** How long it may take to answer; a line that swallows what is sent mustn't hold up the next try. */
const patienceMs = 5_000;

/** Asks for the page's own beginning, past every cache: a server that hasn't it has a newer build, with other files. */
async function look(still: boolean): Promise<boolean> {
  if (!entry) return false;
  try {
    const { status } = await fetch(entry, {
      method: "HEAD",
      cache: "no-store",
      signal: AbortSignal.timeout(patienceMs),
    });
    if (status === 404) tell(i18n.t("version.new"));
    // A browser may remember for as long as a page lives that a file of it couldn't be had.
    else if (still && status < 400) tell(i18n.t("version.stuck"));
    return status < 500;
  } catch {
    return false;
  }
}

/** The person decides when: drafts are kept, but a form that is being filled in isn't. */
function tell(text: string): void {
  notify({
    text,
    detail: i18n.t("version.detail"),
    action: { label: i18n.t("version.reload"), run: () => location.reload() },
    stays: "version",
  });
}

whenMissing(look);
