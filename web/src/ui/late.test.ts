import { afterEach, expect, it, vi } from "vitest";
import { inTheEnd } from "./late.ts";

afterEach(() => {
  vi.useRealTimers();
});

it("asks again for what couldn't be had, until it comes", async () => {
  vi.useFakeTimers();
  const load = vi
    .fn<() => Promise<string>>()
    .mockRejectedValueOnce(new TypeError("no line"))
    .mockRejectedValueOnce(new TypeError("no line"))
    .mockResolvedValue("the code");
  const had = inTheEnd(load);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(await had).toBe("the code");
  expect(load).toHaveBeenCalledTimes(3);
});
