import { expect, test } from "vitest";
import { ana, person } from "../app/testing/people.ts";
import { matchPeople } from "./people.ts";

const people = [
  ana,
  person("jo.van-dijk", "Jo"),
  person("joana", "Joana Silva"),
  person("kovacs", "Ben Kovács", "2026-11-01T09:00:00.000000Z"),
];

test.each([
  ["kovac", ["ana"]],
  ["kovac an", ["ana"]],
  ["an kovac", ["ana"]],
  ["ana", ["ana", "joana"]],
  ["van dijk", ["jo.van-dijk"]],
  ["dijk_jo", ["jo.van-dijk"]],
  ["jo", ["jo.van-dijk", "joana"]],
  ["ana ben", []],
  [" ", ["ana", "jo.van-dijk", "joana"]],
])("%s finds those who have every word of it, in any order", (query, found) => {
  expect(matchPeople(people, query).map(({ username }) => username)).toEqual(found);
});

test("who was deactivated is found only where they are asked for", () => {
  expect(matchPeople(people, "ben")).toEqual([]);
  expect(matchPeople(people, "kovacs be", true).map(({ username }) => username)).toEqual(["kovacs"]);
});
