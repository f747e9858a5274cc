import files from "../../i18n/en/late/files.json" with { type: "json" };
import { addWords } from "../../i18n/late.ts";

addWords({ files });
