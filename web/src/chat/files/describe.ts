import { bytes } from "../../i18n/format.ts";
import { i18n } from "../../i18n/index.ts";
import { kindOf } from "./kind.ts";
import "./words.ts";

/** Kind and size in a line: `PDF · 4.2 MB`. */
export function describe({ name, type, size }: { name: string; type: string; size: number }): string {
  const kind = kindOf(type);
  const ending = /\.([a-z0-9]{1,5})$/i.exec(name)?.[1]?.toUpperCase();
  return `${ending ?? i18n.t(`files.kind.${kind}`)} · ${bytes(size)}`;
}
