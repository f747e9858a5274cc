import { describe, expect, it } from "vitest";
import { asNewFile, matches, pastedFiles } from "./intake.ts";

const limits = { max_file_bytes: 10, file_types: ["image/*", "application/pdf"] };
const file = (name: string, type: string, size = 1) => new File(["x".repeat(size)], name, { type });

it("shows the name that the server will keep", () => {
  expect(asNewFile(file("evil\u202egnp.exe", ""), limits).name).toBe("evilgnp.exe");
});

describe("what is known before the server is asked", () => {
  it("is that a file is too large, or of a kind that isn't allowed", () => {
    expect(asNewFile(file("a.png", "image/png", 11), limits).refused).toBe("file_too_large");
    expect(asNewFile(file("a.zip", "application/zip"), limits).refused).toBe("file_type");
    expect(asNewFile(file("a.png", "image/png"), limits)).not.toHaveProperty("refused");
  });

  it("is nothing of a file that the browser doesn't know, or while the limits aren't known", () => {
    expect(asNewFile(file("a.xyz", ""), limits)).not.toHaveProperty("refused");
    expect(asNewFile(file("a.zip", "application/zip", 99), undefined)).not.toHaveProperty("refused");
  });
});

it("patterns mean one type or a family of them", () => {
  expect(matches("image/svg+xml", "image/*")).toBe(true);
  expect(matches("text/plain;charset=utf-8", "text/plain")).toBe(true);
  expect(matches("imagery/png", "image/*")).toBe(false);
});

describe("what is pasted", () => {
  const clipboard = (types: string[], files: File[]) => ({ types, files }) as unknown as DataTransfer;

  it("is the text where there is text, whatever pictures of it there are", () => {
    expect(pastedFiles(clipboard(["text/plain", "Files"], [file("image.png", "image/png")]), "Picture")).toEqual([]);
  });

  it("gets a name that tells it from others", () => {
    const [one, two] = pastedFiles(
      clipboard(["Files"], [file("image.png", "image/png"), file("plan.pdf", "application/pdf")]),
      "Picture 1",
    );
    expect(one?.name).toBe("Picture 1.png");
    expect(two?.name).toBe("plan.pdf");
  });
});
