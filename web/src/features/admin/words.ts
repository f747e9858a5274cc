import admin from "../../i18n/en/late/admin.json" with { type: "json" };
import { addWords } from "../../i18n/late.ts";

addWords({ admin });
