import { screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { SystemNote } from "../../api/types.ts";
import { eve, renderApp } from "../../app/testing/render.tsx";
import { inLaunch, message } from "../../app/testing/room.ts";

const open = (system: SystemNote) => renderApp("/rooms/launch", inLaunch([message({ kind: "system", system })]));

beforeEach(() => {
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(800);
  vi.spyOn(HTMLElement.prototype, "offsetHeight", "get").mockReturnValue(40);
});
afterEach(() => {
  vi.restoreAllMocks();
});

const odd = "mind <name>the</name> <b>gap</b> & {{actor}} $t(chat.somebody)";

test("a topic is told as it was written, whatever looks like markup or a placeholder in it", async () => {
  open({ type: "topic_changed", actor: eve.id, users: [], values: [odd] });
  const row = await screen.findByText(eve.display_name, { selector: "article strong" });
  expect(row.closest("article")).toHaveTextContent(`${eve.display_name} set the topic: ${odd}`);
});

test("a room's new name is told as it was written", async () => {
  open({ type: "renamed", actor: eve.id, users: [], values: [odd] });
  expect(await screen.findByText(odd, { selector: "article strong" })).toBeInTheDocument();
});
