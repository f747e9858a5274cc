import { act, fireEvent, screen } from "@testing-library/react";
import { describe, expect, test, vi } from "vitest";
import { renderApp } from "../../app/testing/render.tsx";
import { inLaunch, launch } from "../../app/testing/room.ts";

async function write(words: string) {
  const { engine, user, router } = renderApp("/rooms/launch", inLaunch([]));
  const box = await screen.findByRole<HTMLTextAreaElement>("textbox", { name: /^Message to/ });
  await user.type(box, words);
  /** Words of a deleted message's edit come to the draft. */
  const add = (more: string) => act(async () => engine.setDraft(launch.id, `${engine.getDraft(launch.id)}\n${more}`));
  return { engine, user, router, box, add, draft: () => engine.getDraft(launch.id) };
}

/** What an input method makes of the box while it composes. */
function compose(box: HTMLTextAreaElement, value: string) {
  fireEvent.compositionStart(box);
  fireEvent.input(box, { target: { value }, isComposing: true });
}

test("words that are added to a draft leave the caret where somebody writes", async () => {
  const { user, box, add, draft } = await write("one three");
  box.setSelectionRange(4, 4);
  await add("an edit");
  expect(box).toHaveValue("one three\nan edit");
  expect([box.selectionStart, box.selectionEnd]).toEqual([4, 4]);
  await user.keyboard("two ");
  expect(box).toHaveValue("one two three\nan edit");
  expect(draft()).toBe("one two three\nan edit");
});

test("words that are added while an input method composes come when it is done", async () => {
  const { box, add, draft } = await write("one ");
  compose(box, "one に");
  await add("an edit");
  expect(box).toHaveValue("one に");
  fireEvent.input(box, { target: { value: "one 二" }, isComposing: true });
  expect(draft()).toBe("one \nan edit");
  box.setSelectionRange(5, 5);
  fireEvent.compositionEnd(box);
  expect(box).toHaveValue("one 二\nan edit");
  expect(draft()).toBe("one 二\nan edit");
  expect(box.selectionEnd).toBe(5);
});

test.each([
  ["types", "base , elsewhere", "base 日本, elsewhere"],
  ["sends or empties", "", "日本"],
  ["replaces", "other", "other日本"],
  ["does not touch", "base ", "base 日本"],
])("what another tab %s while an input method composes, goes beside what that makes", async (_, theirs, whole) => {
  const { engine, box, draft } = await write("base ");
  compose(box, "base に");
  // Another tab would build on the syllables.
  expect(draft()).toBe("base ");
  await act(async () => engine.setDraft(launch.id, theirs));
  expect(box).toHaveValue("base に");
  fireEvent.input(box, { target: { value: "base 日本" }, isComposing: true });
  expect(draft()).toBe(theirs);
  fireEvent.compositionEnd(box);
  expect(box).toHaveValue(whole);
  expect(draft()).toBe(whole);
});

describe.each([
  ["closed", () => fireEvent(window, new Event("pagehide"))],
  ["hidden", () => fireEvent(document, new Event("visibilitychange"))],
])("a tab that is %s in the midst of a composition", (_, leave) => {
  test.each([
    ["adds to", "base \nan edit", "base に\nan edit"],
    ["has sent", "", "に"],
    ["replaces", "other", "otherに"],
    ["does not touch", "base ", "base に"],
  ])("keeps its words beside what another tab %s, and goes on, none doubled", async (_, theirs, whole) => {
    const { engine, box, draft } = await write("base ");
    compose(box, "base に");
    await act(async () => engine.setDraft(launch.id, theirs));
    leave();
    expect(draft()).toBe(whole);
    expect(box).toHaveValue(whole);
    const goesOn = whole.replace("に", "日本");
    fireEvent.input(box, { target: { value: goesOn }, isComposing: true });
    fireEvent.compositionEnd(box);
    expect(box).toHaveValue(goesOn);
    expect(draft()).toBe(goesOn);
  });
});

test("who goes to another room in the midst of a composition finds its words", async () => {
  const { box, draft, router } = await write("one ");
  compose(box, "one に");
  await act(() => router.navigate({ to: "/" }));
  expect(box).not.toBeInTheDocument();
  expect(draft()).toBe("one に");
});

test("what an input method leaves without an end, as when a completion takes its place, is kept and goes on", async () => {
  const { engine, user, box, draft } = await write("hi ");
  compose(box, "hi an");
  fireEvent.input(box, { target: { value: "hi @anna " }, isComposing: false });
  expect(draft()).toBe("hi @anna ");
  compose(box, "hi @anna hello");
  fireEvent.compositionEnd(box);
  expect(box).toHaveValue("hi @anna hello");
  expect(draft()).toBe("hi @anna hello");
  await user.click(screen.getByRole("button", { name: "Send" }));
  expect(box).toHaveValue("");
  expect(engine.getDraft(launch.id)).toBe("");
});

test("what comes after a composition that was left without an end is in the box", async () => {
  const { user, box, add, draft } = await write("hi ");
  compose(box, "hi an");
  fireEvent.input(box, { target: { value: "hi @anna " }, isComposing: false });
  await add("an edit");
  expect(box).toHaveValue("hi @anna \nan edit");
  compose(box, "hi @anna h\nan edit");
  await add("another");
  await user.click(screen.getByRole("button", { name: "Send" }));
  expect(box).toHaveValue("another");
  await add("and more");
  expect(box).toHaveValue("another\nand more");
  expect(draft()).toBe("another\nand more");
});

test("what waits for an input method comes when the box is left", async () => {
  const { box, add, draft } = await write("one ");
  compose(box, "one に");
  await add("an edit");
  fireEvent.blur(box);
  expect(box).toHaveValue("one に\nan edit");
  expect(draft()).toBe("one に\nan edit");
});

test.each([
  ["begins", "bye", "bye"],
  ["begins with a part of it", "lo", "lo"],
  ["shortens", "hell", ""],
  ["has sent", "", ""],
])(
  "what another tab %s while an input method composes is in the box when that is sent, if it is new",
  async (_, theirs, rest) => {
    const { engine, user, box, draft } = await write("hello");
    compose(box, "hello 世界");
    await act(async () => engine.setDraft(launch.id, theirs));
    await user.click(screen.getByRole("button", { name: "Send" }));
    fireEvent.compositionEnd(box);
    expect(box).toHaveValue(rest);
    expect(draft()).toBe(rest);
  },
);

test("what is sent while an input method composes leaves the words that were added in the box", async () => {
  const { user, box, add, draft } = await write("one");
  fireEvent.compositionStart(box);
  await add("an edit");
  await user.click(screen.getByRole("button", { name: "Send" }));
  fireEvent.compositionEnd(box);
  expect(box).toHaveValue("an edit");
  expect(draft()).toBe("an edit");
});

test("what another tab has typed, sent or emptied is in the box, with nothing said about it", async () => {
  const { engine, box } = await write("half");
  const elsewhere = (words: string) => act(async () => engine.setDraft(launch.id, words));
  await elsewhere("half a thought");
  expect(box).toHaveValue("half a thought");
  await elsewhere("");
  expect(box).toHaveValue("");
  expect(screen.queryByText("The message you were editing was deleted")).toBeNull();
});

test("the caret stays at the end of what another tab types, for whoever comes over", async () => {
  const { engine, box, user } = await write("a");
  const away = vi.spyOn(document, "hasFocus").mockReturnValue(false);
  for (const words of ["a th", "a thought"]) await act(async () => engine.setDraft(launch.id, words));
  away.mockRestore();
  await user.keyboard(", more");
  expect(box).toHaveValue("a thought, more");
});
