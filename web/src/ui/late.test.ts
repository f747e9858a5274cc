import { afterEach, expect, it, vi } from "vitest";
import { inTheEnd, whenMissing } from "./late.ts";

afterEach(() => {
  whenMissing(async () => false);
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

it("asks a server that answers and hasn't it ever less, and soon again once the line was down", async () => {
  vi.useFakeTimers();
  let up = true;
  whenMissing(async () => up);
  const load = vi.fn<() => Promise<string>>().mockRejectedValue(new TypeError("404"));
  const had = inTheEnd(load);
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(load.mock.calls.length).toBeGreaterThan(10);
  expect(load.mock.calls.length).toBeLessThan(20);
  up = false;
  await vi.advanceTimersByTimeAsync(600_000);
  load.mockResolvedValue("the code");
  await vi.advanceTimersByTimeAsync(3_000);
  expect(await had).toBe("the code");
});
