import admin from "./admin.json" with { type: "json" };
import changes from "./changes.json" with { type: "json" };
import ended from "./ended.json" with { type: "json" };
import files from "./files.json" with { type: "json" };
import invitation from "./invitation.json" with { type: "json" };
import missing from "./missing.json" with { type: "json" };
import preferences from "./preferences.json" with { type: "json" };
import tokens from "./tokens.json" with { type: "json" };
import version from "./version.json" with { type: "json" };

/** The words that come with the pages that say them. For types only: nobody imports this as code. */
export const late = { admin, changes, ended, files, invitation, missing, preferences, tokens, version };
