import invitation from "../../i18n/en/late/invitation.json" with { type: "json" };
import { addWords } from "../../i18n/late.ts";

addWords({ invitation });
