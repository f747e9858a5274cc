import { expect, it } from "vitest";
import type { Link } from "./socket.ts";
import { createStore } from "./store.ts";
import { manualClock } from "./testing/manual-clock.ts";
import { createTyping } from "./typing.ts";

it("tells of typing as soon as the link is back, not three seconds after it was told to nobody", () => {
  const told: unknown[] = [];
  let live = false;
  const link = {
    get live() {
      return live;
    },
    tell: (_op: string, d: unknown) => void told.push(d),
  } as unknown as Link;
  const clock = manualClock();
  const typing = createTyping(createStore(), link, clock);

  typing.tell("harbour");
  expect(told).toEqual([]);
  live = true;
  typing.tell("harbour");
  typing.tell("harbour");
  expect(told).toEqual([{ room: "harbour" }]);
  clock.advance(3_000);
  typing.tell("harbour");
  expect(told).toHaveLength(2);
});
