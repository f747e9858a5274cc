import { expect, test } from "vitest";
import { cleanName } from "./cleanName.ts";

test.each([
  ["plans.pdf", "plans.pdf"],
  ["../../etc/passwd", "passwd"],
  ["C:\\Users\\ana\\a.txt", "a.txt"],
  ["photo\u202egpj.exe", "photogpj.exe"],
  ["a\r\nSet-Cookie: b", "aSet-Cookie: b"],
  [" ... ", "file"],
  ["", "file"],
  ["folder/", "file"],
  [".bashrc", "bashrc"],
  ["né 🌷.png", "né 🌷.png"],
])("%j is shown as %j, as the server will", (given, name) => {
  expect(cleanName(given)).toBe(name);
});

test("a long name keeps its ending", () => {
  const name = [...cleanName(`${"ñ".repeat(400)}.tar`)];
  expect(name).toHaveLength(255);
  expect(name.slice(-5).join("")).toBe("ñ.tar");
  expect([...cleanName(`${"🌷".repeat(300)}.${"x".repeat(17)}`)].join("")).toBe("🌷".repeat(255));
});
