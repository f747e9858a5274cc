import { expect, test } from "vitest";
import { unlike } from "./address.ts";

test.each([
  ["https://bank.example", "https://evil.example/"],
  ["HTTPS://Bank.Example/login", "https://evil.example/"],
  ["www.bank.example", "https://evil.example/"],
  ["example.com", "https://evil.example/"],
  ["Example.ORG:443/login?a=b", "https://evil.example/"],
  ["Sign in at example.com.", "https://evil.example/"],
  ["Sign in at example.com:443...", "https://evil.example/"],
  ["→ (example.com)", "https://evil.example/"],
  ["https:/bank.example", "https://evil.example/"],
  ["https:\\\\bank.example\\login", "https://evil.example/"],
  ["https://bank", "https://evil.example/"],
  ["http://10.0.0.1", "https://evil.example/"],
  ["exam\u200bple.c\u00adom", "https://evil.example/"],
  ["example．com", "https://evil.example/"],
  ["example。com", "https://evil.example/"],
  ["https://bank.example", "https://bank.example.evil.example/"],
  ["https://bank.example@evil.example", "https://evil.example/"],
  ["www.bücher.example", "https://xn--bcher-kva.evil.example/"],
  ["ana@bank.example", "https://evil.example/"],
  ["sparkasse.de", "https://evil.example/"],
  ["amazon.co.uk", "https://evil.example/"],
  ["allegro.pl", "https://evil.example/"],
  ["www.b92.rs", "https://evil.example/"],
  ["www.parley.sh", "https://evil.example/"],
  ["https://[::1]/login", "https://evil.example/"],
  ["gov.uk", "https://evil.example/"],
  ["bbva.es/login", "https://evil.example/"],
  ["//bank.de/login", "https://evil.example/"],
  ["10.0.0.1", "https://evil.example/"],
  ["exam\u034fple.com", "https://evil.example/"],
  ["example.c\ufe0fom", "https://evil.example/"],
  ["example.c\u0000om", "https://evil.example/"],
  ["https://example.com@evil.example/login", "https://example.com@evil.example/login"],
  ["https://example.com%2Flogin@evil.example/", "https://example.com%2Flogin@evil.example/"],
  ["https://example.com&a=b@evil.example/", "https://example.com&a=b@evil.example/"],
  ["see here", "https://example.com:x@evil.example/"],
  ["https://evil.example, example.com", "https://evil.example/"],
  [`https://${"a".repeat(300)}.example`, "https://evil.example/"],
  // Turned around, it reads as another place, as its own address may, too.
  ["\u202emoc.elpmaxe\u202c", "https://evil.example/"],
  ["\u2067com\u2069", "https://evil.example/"],
  ["\u200fsee\u200f here", "https://evil.example/"],
  ["\u061csee here", "https://evil.example/"],
  ["https://evil.example/\u202emoc.elpmaxe//:sptth", "https://evil.example/\u202emoc.elpmaxe//:sptth"],
  // What reads as a dot.
  ["example·com", "https://evil.example/"],
  ["example\u0387com", "https://evil.example/"],
  ["example•com", "https://evil.example/"],
  ["example∙com", "https://evil.example/"],
  ["example⋅com", "https://evil.example/"],
  ["example‧com", "https://evil.example/"],
  ["example・com", "https://evil.example/"],
  ["example･com", "https://evil.example/"],
  ["example․com", "https://evil.example/"],
  ["example﹒com", "https://evil.example/"],
  ["example｡com", "https://evil.example/"],
  ["example\ua4f8com", "https://evil.example/"],
  ["example\ua60ecom", "https://evil.example/"],
  ["example\ua78fcom", "https://evil.example/"],
  ["example\u0660com", "https://evil.example/"],
  ["example\u06f0com", "https://evil.example/"],
  ["example\u0701com", "https://evil.example/"],
  ["example\u{10a50}com", "https://evil.example/"],
  ["example\u{1d16d}com", "https://evil.example/"],
  ["www·example·com", "https://evil.example/"],
  // Whatever a place ends in.
  ["parley.biz", "https://evil.example/"],
  ["Parley.Cloud", "https://evil.example/"],
  ["parley.technology/login", "https://evil.example/"],
  ["пример.рф", "https://evil.example/"],
  ["例子.中国", "https://evil.example/"],
  ["docs.parley.chat", "https://evil.example/"],
  ["192.168.1.1", "https://evil.example/"],
  ["127.0.0.1", "https://evil.example/"],
  ["203.0.113.7", "https://evil.example/"],
  ["1.2.3.4:8080", "https://evil.example/"],
  ["1.2.3.4/login", "https://evil.example/"],
  ["http://1.2.3.4", "https://evil.example/"],
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
  ["Example.Com", "https://example.com/a"],
  ["https://bank.example.", "https://bank.example/"],
  ["https://bank.example", "https://bank.example./"],
  ["https://bank.example:8443/x", "https://bank.example:8443/x"],
  ["www.bank.example", "https://bank.example/"],
  ["https://bücher.example", "https://xn--bcher-kva.example/"],
  ["www.xn--bcher-kva.example", "https://bücher.example/"],
  ["https://evil.example/?next=https://bank.example", "https://evil.example/?next=https://bank.example"],
  ["first.last@bank.example", "mailto:first.last@bank.example"],
  ["mailto:ana@bank.example", "mailto:ana@bank.example"],
  ["README.md", "https://evil.example/"],
  ["main.go:12", "https://evil.example/"],
  ["https://[::1]/login", "https://[::1]/login"],
  ["C:\\notes\\Q3.pdf", "https://evil.example/"],
  ["Node.js/Express", "https://evil.example/"],
  ["test.py and run.sh", "https://evil.example/"],
  ["z.B. hier, i.e. there", "https://evil.example/"],
  ["the plan, e.g. for 1.2.3", "https://evil.example/"],
  ["v1.2.3", "https://evil.example/"],
  ["1.2.3.4", "https://evil.example/"],
  ["Parley 2.10.0.1: what is new", "https://evil.example/"],
  ["1.0.0-rc.1", "https://evil.example/"],
  ["main.rs", "https://evil.example/"],
  ["Cargo.toml, package.json", "https://evil.example/"],
  ["Report.PDF", "https://evil.example/"],
  ["notes.txt, backup.tar.gz and photos.zip", "https://evil.example/"],
  ["src/app/main.tsx", "https://evil.example/"],
  ["here · there • elsewhere", "https://evil.example/"],
  ["これは計画です。次は", "https://evil.example/"],
  ["使用React。然后", "https://evil.example/"],
  ["ジョン・スミス", "https://evil.example/"],
  ["卡尔·马克思", "https://evil.example/"],
  ["٢٠٢٦", "https://evil.example/"],
  ["note: see here", "https://evil.example/"],
  ["", "https://evil.example/"],
])("%s that leads to %s needs no word more", (text, href) => {
  expect(unlike(text, href)).toBeNull();
});

test.each([".", "-", "a", "a.", "a@", "a:", "@", "/", ":1", "a.io ", "\u0316\u0301", "\uff9e\u0301", "·", "a·", "。"])(
  "much of %s holds nothing up",
  (bit) => {
    const much = bit.repeat(39_900 / bit.length);
    const start = performance.now();
    for (const text of [much, `a${much}a`, `https://${much}`]) unlike(text, "https://evil.example/");
    unlike("x", `mailto:${much}`);
    unlike("ana@bank.example", `mailto:${"ana@bank.example,".repeat(2_000)}${much}`);
    expect(performance.now() - start).toBeLessThan(500);
  },
);
