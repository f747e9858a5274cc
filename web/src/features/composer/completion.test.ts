import { expect, test } from "vitest";
import type { Room, User } from "../../api/types.ts";
import { candidatesFor, closeEmoji, complete, insertionOf, triggerAt } from "../../chat/completion/completion.ts";
import { insert, wrap } from "./formatting.ts";

const user = (username: string, display_name: string) =>
  ({ id: username, username, display_name, deactivated_at: null }) as User;
const room = (name: string, kind = "public") => ({ id: name, name, kind, archived_at: null }) as Room;

const sources = {
  users: [user("ana", "Ana Kovač"), user("anton", "Anton Berg"), user("ben", "Ben Okafor")],
  members: new Set(["anton"]),
  rooms: [room("launch"), room("lunch"), room("backend"), room("", "direct")],
};

const at = (text: string) => triggerAt(text, text.length);

test("a sign at the start of a word asks for completion", () => {
  expect(at("@")).toEqual({ kind: "person", start: 0, query: "" });
  expect(at("hi @an")).toEqual({ kind: "person", start: 3, query: "an" });
  expect(at("see #la")).toEqual({ kind: "room", start: 4, query: "la" });
  expect(at("nice :ta")).toEqual({ kind: "emoji", start: 5, query: "ta" });
});

test("addresses, times and code don't", () => {
  expect(at("mail me@ana")).toBeNull();
  expect(at("at 12:30")).toBeNull();
  expect(at(":t")).toBeNull();
  expect(at("`let @an")).toBeNull();
  expect(at("```\n@an")).toBeNull();
  expect(at("`x` @an")).not.toBeNull();
});

test("people of the room come first, accents don't matter", () => {
  const trigger = at("@an");
  const names = trigger ? candidatesFor(trigger, sources).map(({ key }) => key) : [];
  expect(names).toEqual(["anton", "ana"]);
  const accent = at("@kovac");
  expect(accent ? candidatesFor(accent, sources).map(({ key }) => key) : []).toEqual(["ana"]);
});

test("rooms are found by the start of their names; direct rooms aren't offered", () => {
  const trigger = at("#l");
  expect(trigger ? candidatesFor(trigger, sources).map(({ key }) => key) : []).toEqual(["launch", "lunch"]);
});

test.each([
  ["hi @ana.", []],
  ["hi @ana...", []],
  ["hi @jo.", ["jo.van-dijk"]],
  ["hi @Jo.van", ["jo.van-dijk"]],
  ["see #team", ["team", "team-58"]],
  ["see #team-", ["team-58"]],
  ["see #team.", []],
])("a sentence may end behind a name, and a name go on behind a dot: %s", (text, found) => {
  const users = [...sources.users, user("jo.van-dijk", "Jo")];
  const rooms = [room("team"), room("team-58")];
  const trigger = at(text);
  expect(trigger ? candidatesFor(trigger, { ...sources, users, rooms }).map(({ key }) => key) : []).toEqual(found);
});

test("a choice replaces the word and leaves the caret after it", () => {
  const text = "hi @an and all";
  const trigger = triggerAt(text, 6);
  const [first] = trigger ? candidatesFor(trigger, sources) : [];
  const done = trigger && first ? complete(text, 6, trigger, insertionOf(first)) : null;
  expect(done).toEqual({ text: "hi @anton and all", caret: 10 });
});

test("an emoji's name typed to its end becomes the emoji", () => {
  expect(closeEmoji("well done :tada:", 16)?.text).toBe("well done 🎉");
  expect(closeEmoji("12:30:", 6)).toBeNull();
  expect(closeEmoji(":nosuchthing:", 13)).toBeNull();
});

test("marks go around what is selected, and away again", () => {
  const bold = wrap({ text: "a b c", start: 2, end: 3 }, "**");
  expect(bold).toEqual({ text: "a **b** c", start: 4, end: 5 });
  expect(wrap(bold, "**")).toEqual({ text: "a b c", start: 2, end: 3 });
});

test("several lines of code become a block", () => {
  expect(wrap({ text: "x\ny", start: 0, end: 3 }, "`").text).toBe("```\nx\ny\n```");
});

test("what is inserted doesn't stick to the word before", () => {
  expect(insert({ text: "hi", start: 2, end: 2 }, "@")).toEqual({ text: "hi @", start: 4, end: 4 });
});
