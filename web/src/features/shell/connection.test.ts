import { expect, test } from "vitest";
import { sayOf } from "./ConnectionLine.tsx";

const cut = { state: "waiting", down_since: 1_000, retry_at: null, attempt: 1 } as const;

test("nothing is said of a blip, and it is looked at again", () => {
  expect(sayOf(cut, 2_500, true)).toEqual({ say: "nothing", again: 500 });
});

test("after two seconds it says that it reconnects, after ten that it may take longer", () => {
  expect(sayOf(cut, 3_000, true)).toEqual({ say: "reconnecting", again: 8_000 });
  expect(sayOf(cut, 11_000, true)).toEqual({ say: "offline", again: null });
});

test("a browser that knows it is offline says so at once after the blip", () => {
  expect(sayOf(cut, 3_000, false)).toEqual({ say: "offline", again: null });
});

test("a live connection has nothing to say", () => {
  expect(sayOf({ state: "live", down_since: 1_000, retry_at: null, attempt: 0 }, 99_000, true).say).toBe("nothing");
});
