import preferences from "../../i18n/en/late/preferences.json" with { type: "json" };
import tokens from "../../i18n/en/late/tokens.json" with { type: "json" };
import { addWords } from "../../i18n/late.ts";

addWords({ preferences, tokens });
