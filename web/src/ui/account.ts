import { i18n } from "../i18n/index.ts";
import { shortest } from "./strength.ts";

/** What can be told of an account without asking the server, by field, in the catalogue's words. */
export function checkAccount(account: Partial<Record<string, string>>): Record<string, string> {
  const wrong: Record<string, string> = {};
  const { display_name, username, email, password } = account;
  if (display_name?.trim() === "") wrong.display_name = i18n.t("problem.field.display_name.empty");
  if (username === "") wrong.username = i18n.t("problem.field.username.empty");
  else if (username !== undefined && username.length < 2) wrong.username = i18n.t("problem.field.username.too_short");
  else if (username !== undefined && !/^[a-z0-9._-]+$/.test(username)) {
    wrong.username = i18n.t("problem.field.username.bad_character");
  }
  if (email?.trim() === "") wrong.email = i18n.t("problem.field.email.empty");
  else if (email !== undefined && !/^[^@\s]+@[^@\s]+$/.test(email.trim())) {
    wrong.email = i18n.t("problem.field.email.bad_format");
  }
  if (password === "") wrong.password = i18n.t("problem.field.password.empty");
  else if (password !== undefined && [...password].length < shortest) {
    wrong.password = i18n.t("problem.field.password.too_short");
  }
  return wrong;
}
