import { screen, waitFor } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { page } from "../../app/testing/console.ts";
import { ana } from "../../app/testing/people.ts";
import { type Answer, eve, owner, renderApp } from "../../app/testing/render.tsx";
import { launch } from "../../app/testing/room.ts";

afterEach(() => {
  Reflect.deleteProperty(HTMLElement.prototype, "getAnimations");
});

/** The app in a room, of a workspace with these rooms, the newest message in the first of them. */
function openIn(room: string, rooms: readonly string[]) {
  const answers: Record<string, Answer> = { ...owner, "GET /users": page([eve, ana]) };
  const mine = rooms.map((id, index) => ({ ...launch, id, name: id, last_ts: 1_000 - index }));
  answers["GET /rooms"] = page(mine);
  for (const one of mine) {
    answers[`GET /rooms/${one.id}`] = { status: 200, body: one };
    answers[`GET /rooms/${one.id}/members`] = page([{ user: eve.id, role: "owner" }]);
    answers[`GET /rooms/${one.id}/messages`] = {
      status: 200,
      body: { items: [], has_before: false, has_after: false, head: 1 },
    };
  }
  return renderApp(`/rooms/${room}`, answers);
}

const field = () => screen.findByRole("combobox", { name: "A room or a person" }, { timeout: 5_000 });
const names = () => screen.getAllByRole("option").map((one) => one.querySelector("span + span")?.textContent);
const composer = (room: string) => screen.findByRole("textbox", { name: `Message to #${room}` }, { timeout: 5_000 });

test.each([
  ["team 58", ["team-58-night"]],
  ["58 team", ["team-58-night"]],
  ["night_5", ["team-58-night"]],
  ["team-5", ["team-58-night", "steam-5"]],
  ["kovac an", ["Ana Kovač"]],
  ["58 day", []],
  ["-", ["harbour", "team-58-night", "steam-5"]],
])("every word that is typed is somewhere in the name, in any order: %s", async (query, found) => {
  const { user } = openIn("harbour", ["harbour", "steam-5", "team-58-night"]);
  await composer("harbour");
  await user.keyboard("{Control>}k{/Control}");
  await user.type(await field(), query);
  await waitFor(() => expect(names().slice(0, -2).toSorted()).toEqual([...found].toSorted()));
});

test("begins with the room where one was before, never with the one where one is", async () => {
  const { user, router } = openIn("harbour", ["harbour", "quay", "tide"]);
  await composer("harbour");
  await user.keyboard("{Control>}k{/Control}");
  await field();
  expect(names().slice(0, 3)).toEqual(["quay", "tide", "harbour"]);
  await user.keyboard("tide{Enter}");
  await composer("tide");
  for (const room of ["harbour", "tide", "harbour"]) {
    await user.keyboard("{Control>}k{/Control}");
    await field();
    await user.keyboard("{Enter}");
    await waitFor(() => expect(router.state.location.pathname).toBe(`/rooms/${room}`));
    await composer(room);
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  }
});

test("asks anew each time, however soon", async () => {
  const fading = { finished: new Promise(() => {}) } as unknown as Animation;
  HTMLElement.prototype.getAnimations = () => [fading];
  const { user } = openIn("harbour", ["harbour", "quay"]);
  await composer("harbour");
  await user.keyboard("{Control>}k{/Control}");
  await user.type(await field(), "quay{ArrowDown}");
  await user.keyboard("{Escape}");
  // It still fades away.
  expect(screen.getByRole("combobox", { hidden: true })).toHaveValue("quay");
  await user.keyboard("{Control>}k{/Control}");
  expect(await field()).toHaveValue("");
  expect(screen.getAllByRole("option")[0]).toHaveAttribute("aria-selected", "true");
});
