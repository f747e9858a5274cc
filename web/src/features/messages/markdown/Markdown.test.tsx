import { createMemoryHistory, createRootRoute, createRouter, RouterProvider } from "@tanstack/react-router";
import { render, screen, within } from "@testing-library/react";
import { expect, test } from "vitest";
import type { Room, User } from "../../../api/types.ts";
import { EngineProvider } from "../../../context/engine.tsx";
import type { Engine } from "../../../sync/contract.ts";
import { initialState, type State } from "../../../sync/state.ts";
import { TooltipProvider } from "../../../ui/Tooltip.tsx";
import { Markdown } from "./Markdown.tsx";

const ana = { id: "u-ana", username: "ana", display_name: "Ana Kovač" } as User;
const launch = { id: "r-1", kind: "public", name: "launch" } as Room;

const state: State = {
  ...initialState,
  users: new Map([["u-ana", { user: ana, as_of: 0 }]]),
  rooms: new Map([["r-1", { room: launch, as_of: 0, mine: null, uncounted: new Set() }]]),
};

async function show(body: string, mentions: { user: string; start: number; len: number }[] = []) {
  const engine = { getState: () => state, subscribe: () => () => {} } as unknown as Engine;
  const rootRoute = createRootRoute({
    component: () => (
      <section aria-label="message">
        <Markdown body={body} mentions={mentions} />
      </section>
    ),
  });
  const router = createRouter({ routeTree: rootRoute, history: createMemoryHistory() });
  render(
    <EngineProvider engine={engine}>
      <TooltipProvider>
        <RouterProvider router={router as never} />
      </TooltipProvider>
    </EngineProvider>,
  );
  return await screen.findByRole("region", { name: "message" });
}

test.each([
  "<script>alert(1)</script>",
  '<img src=x onerror="alert(1)">',
  '<a href="javascript:alert(1)">x</a>',
  "<svg onload=alert(1)>",
  '<iframe src="https://a.example"></iframe>',
  "<style>*{display:none}</style>",
  "before <b onclick=alert(1)>inside</b> after",
  "<!-- comment --> <?php ?> <![CDATA[x]]>",
])("tags are shown as typed and never become elements: %s", async (body) => {
  const message = await show(body);
  expect(message.querySelector("script, img, svg, iframe, style, b, a")).toBeNull();
  expect(message.textContent).toBe(body);
});

test.each([
  "[x](javascript:alert(1))",
  "[x](JAVASCRIPT:alert(1))",
  "[x](data:text/html;base64,PHNjcmlwdD4=)",
  "[x](vbscript:x)",
  "![x](javascript:alert(1))",
  "<javascript:alert(1)>",
  "[x](&#106;avascript:alert(1))",
  "[x]( /relative )",
])("an address that isn't of the web is shown as typed: %s", async (body) => {
  const message = await show(body);
  expect(within(message).queryByRole("link")).toBeNull();
  expect(message.querySelector("[href], [src]")).toBeNull();
});

test("a link whose text names another place says where it leads", async () => {
  const message = await show("[https://**bank**.example](https://evil.example/) and [the plan](https://evil.example/)");
  expect(message).toHaveTextContent(/^https:\/\/bank\.example \(evil\.example\) and the plan$/);
});

test("a link that turns its words around says where it leads", async () => {
  const message = await show("[\u202emoc.elpmaxe\u202c](https://evil.example/)");
  expect(message).toHaveTextContent(/\(evil\.example\)$/);
});

test("what stands around a link doesn't turn it around, nor the place that it says", async () => {
  const message = await show("\u202eto [the plan](https://a.example/) and [b.example](https://evil.example/)");
  for (const link of screen.getAllByRole("link")) expect(link).toHaveClass("[unicode-bidi:plaintext]");
  expect(within(message).getByText("(evil.example)")).toHaveProperty("tagName", "BDI");
});

test("a text that is turned around deeper than a link can hold against is shown as it was typed", async () => {
  const body = `${"\u202e".repeat(62)}[moc.elpmaxe](https://evil.example/)`;
  const message = await show(body);
  expect(within(message).queryByRole("link")).toBeNull();
  expect(message.textContent).toBe(body);
});

test("a link leads outside without telling where from", async () => {
  await show("see https://a.example/x and [there](https://b.example)");
  for (const link of screen.getAllByRole("link")) {
    expect(link).toHaveAttribute("target", "_blank");
    expect(link).toHaveAttribute("rel", "noopener noreferrer nofollow");
  }
});

test("an image is a link: nothing is fetched until somebody wants it", async () => {
  const message = await show("![a chart](https://a.example/chart.png)");
  expect(message.querySelector("img")).toBeNull();
  expect(screen.getByRole("link", { name: "a chart" })).toHaveAttribute("href", "https://a.example/chart.png");
});

test("a mention shows the name that the person has now", async () => {
  const message = await show("hi @ana_old **now**", [{ user: "u-ana", start: 3, len: 8 }]);
  expect(message).toHaveTextContent("hi @Ana Kovač now");
});

test("a mention inside of code stays as typed", async () => {
  const message = await show("`@ana`", [{ user: "u-ana", start: 1, len: 4 }]);
  expect(message.querySelector("code")).toHaveTextContent("@ana");
  expect(message.querySelector("[data-mention]")).toBeNull();
});

test("a room that is known is a way there, another one is words", async () => {
  await show("#launch and #nowhere");
  expect(screen.getByRole("link", { name: "#launch" })).toHaveAttribute("href", "/rooms/r-1");
  expect(screen.queryByRole("link", { name: "#nowhere" })).toBeNull();
});

test("lists, tasks, tables, quotes and code have their shapes", async () => {
  const message = await show(
    "- [x] done\n- [ ] open\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n> said\n\n```rust\nfn main() {}\n```",
  );
  expect(within(message).getByRole("checkbox", { name: "Done" })).toBeChecked();
  expect(within(message).getByRole("checkbox", { name: "Open" })).not.toBeChecked();
  expect(within(message).getByRole("columnheader", { name: "a" })).toBeInTheDocument();
  expect(message.querySelector("blockquote")).toHaveTextContent("said");
  expect(message.querySelector("pre")).toHaveTextContent("fn main() {}");
  expect(within(message).getByRole("button", { name: "Copy code" })).toBeInTheDocument();
});

test("headings don't enter the page's outline", async () => {
  await show("# Big\n\n## Small");
  expect(screen.queryByRole("heading")).toBeNull();
});
