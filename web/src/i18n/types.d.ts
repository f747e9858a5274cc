import "i18next";
import type { en } from "./en/index.ts";
import type { late } from "./en/late/index.ts";

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "translation";
    resources: { translation: typeof en & typeof late };
    returnNull: false;
  }
}
