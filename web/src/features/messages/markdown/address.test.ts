import { expect, test } from "vitest";
import { unlike } from "./address.ts";

test.each([
  ["https://bank.example", "https://evil.example/"],
  ["HTTPS://Bank.Example/login", "https://evil.example/"],
  ["www.bank.example", "https://evil.example/"],
  ["bank.example", "https://evil.example/"],
  ["bank.example:443/login?a=b", "https://evil.example/"],
  ["Sign in at bank.example.", "https://evil.example/"],
  ["→ (bank.example)", "https://evil.example/"],
  ["https:/bank.example", "https://evil.example/"],
  ["https:\\\\bank.example\\login", "https://evil.example/"],
  ["https://bank", "https://evil.example/"],
  ["10.0.0.1", "https://evil.example/"],
  ["bank\u200b.exam\u00adple", "https://evil.example/"],
  ["bank．example", "https://evil.example/"],
  ["bank。example", "https://evil.example/"],
  ["https://bank.example", "https://bank.example.evil.example/"],
  ["https://bank.example@evil.example/", "https://bank.example@evil.example/"],
  ["bücher.example", "https://xn--bcher-kva.evil.example/"],
  ["ana@bank.example", "https://evil.example/"],
  ["evil.example, bank.example", "https://evil.example/"],
])("%s that leads to %s says so", (text, href) => {
  expect(unlike(text, href)).toBe(new URL(href).host);
});

test("a mail to elsewhere, or to several, shows its address", () => {
  expect(unlike("ana@bank.example", "mailto:ana@evil.example")).toBe("ana@evil.example");
  expect(unlike("https://bank.example", "mailto:ana@evil.example?subject=x")).toBe("ana@evil.example");
  const both = "mailto:ana@bank.example,eve@evil.example";
  expect(unlike("ana@bank.example", both)).toBe("ana@bank.example,eve@evil.example");
});

test.each([
  ["https://bank.example", "https://bank.example/"],
  ["Bank.Example", "https://bank.example/a"],
  ["https://bank.example.", "https://bank.example/"],
  ["https://bank.example", "https://bank.example./"],
  ["https://bank.example:8443/x", "https://bank.example:8443/x"],
  ["www.bank.example", "https://bank.example/"],
  ["bücher.example", "https://xn--bcher-kva.example/"],
  ["xn--bcher-kva.example", "https://bücher.example/"],
  ["https://evil.example/?next=https://bank.example", "https://evil.example/?next=https://bank.example"],
  ["first.last@bank.example", "mailto:first.last@bank.example"],
  ["mailto:ana@bank.example", "mailto:ana@bank.example"],
  ["https://ana@bank.example/", "https://ana@bank.example/"],
  ["the plan, e.g. for 1.2.3", "https://evil.example/"],
  ["v1.2.3", "https://evil.example/"],
  ["note: see here", "https://evil.example/"],
  ["", "https://evil.example/"],
])("%s that leads to %s needs no word more", (text, href) => {
  expect(unlike(text, href)).toBeNull();
});

test.each([["."], ["a"], ["a."], ["a@"], ["."], ["a:"], ["@"], ["/"]])("much of %s holds nothing up", (bit) => {
  const start = performance.now();
  unlike(bit.repeat(40_000), "https://evil.example/");
  expect(performance.now() - start).toBeLessThan(500);
});
