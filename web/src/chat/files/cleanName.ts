/** The most characters of a file's name. */
const most = 255;
/** Controls, separators of lines, and marks of direction. */
const unfit = /[\p{Cc}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/gu;

/** A file's name as the server will keep it: the last part of a path, without what hides or turns; of a long one both ends. */
export function cleanName(given: string): string {
  const last = given.split(/[/\\]/).at(-1) ?? "";
  const name = [...last.replace(unfit, "").trim().replace(/^\.+/, "")];
  if (name.length <= most) return name.join("") || "file";
  const dot = name.lastIndexOf(".");
  const ending = dot >= 0 && name.length - dot <= 17 ? name.slice(dot) : [];
  return [...name.slice(0, most - ending.length), ...ending].join("");
}
