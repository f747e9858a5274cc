import tokens from "../../i18n/en/late/tokens.json" with { type: "json" };
import { addWords } from "../../i18n/late.ts";

addWords({ tokens });
