import { describe, expect, it } from "vitest";
import { groundOf, initialsOf } from "./person.ts";
import { strengthOf } from "./strength.ts";
import { usernameFrom } from "./username.ts";

describe("initials", () => {
  it.each([
    ["Ana Kovač", "AK"],
    ["Lucía de la Marín", "LM"],
    ["eve", "E"],
    ["zoe.van-dijk", "ZD"],
    ["Ångström", "Å"],
    ["山田 太郎", "山太"],
    ["👩‍🚀 crew", "👩‍🚀C"],
    ["A\u030angstro\u0308m", "Å"],
    ["Z\u0337\u031b\u0349a\u0336\u0322lg\u0335o T\u0334\u0361\u0353om", "ZT"],
    ["👩‍🚀\u0337\u0337 ❤\uFE0F\u0337", "👩‍🚀❤\uFE0F"],
    ["  ", "?"],
    ["…", "?"],
  ])("of %s are %s", (name, initials) => {
    expect(initialsOf(name)).toBe(initials);
  });
});

describe("the colour of a name", () => {
  it("is the same every time and whatever its case", () => {
    expect(groundOf("Ana Kovač")).toBe(groundOf("ana kovač"));
  });

  it("uses all that there are", () => {
    const used = new Set(Array.from({ length: 500 }, (_, index) => groundOf(`person ${index}`)));
    expect(used.size).toBe(12);
  });

  it.each([
    ["names", (at: number) => `Person ${at}`],
    ["ids of one moment", (at: number) => `01985c2e-7a41-7000-8000-${at.toString(16).padStart(12, "0")}`],
    ["ids of one day", (at: number) => `01985c${(at * 0x4e21).toString(16).padStart(6, "0")}-7c1b-b9c2-4f1a2b3c4d5e`],
  ])("spreads %s evenly, and neighbours apart", (_, seed) => {
    const grounds = Array.from({ length: 6_000 }, (_, at) => groundOf(seed(at)));
    const counts = Object.values(Object.groupBy(grounds, (ground) => ground)).map((group) => group?.length ?? 0);
    // Chance alone keeps each within about four times the root of 500 · 11/12.
    expect(Math.min(...counts)).toBeGreaterThan(410);
    expect(Math.max(...counts)).toBeLessThan(590);
    const twins = grounds.filter((ground, at) => ground === grounds[at - 1]).length;
    expect(twins / grounds.length).toBeLessThan(1 / 12 + 0.02);
  });
});

describe("a username from a name", () => {
  it.each([
    ["Zoë van Dijk", "zoe.van.dijk"],
    ["Søren Bjørn Åse", "soren.bjorn.ase"],
    ["Straße 7", "strasse.7"],
    ["O'Brien-Smith", "obrien-smith"],
    ["山田", ""],
    ["A".repeat(40), "a".repeat(32)],
  ])("%s is %s", (name, username) => {
    expect(usernameFrom(name)).toBe(username);
  });
});

describe("a password's strength", () => {
  it("is nothing under ten characters", () => {
    expect(strengthOf("Xk9$mQ2!v")).toBe(0);
  });

  it.each(["password1234", "1234567890", "aaaaaaaaaaaa", "qwertyuiop"])("is poor for %s", (password) => {
    expect(strengthOf(password)).toBe(1);
  });

  it("takes no comfort in the person's own name", () => {
    expect(strengthOf("evelindqvist", ["Eve Lindqvist"])).toBe(1);
  });

  it("is strong for a few unusual words", () => {
    expect(strengthOf("harbour quilt magnet spoon")).toBe(4);
  });
});
