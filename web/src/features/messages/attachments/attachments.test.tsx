import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { StoredFile } from "../../../api/types.ts";
import { at } from "../../../app/testing/console.ts";
import { type Answer, eve, problem, renderApp } from "../../../app/testing/render.tsx";
import { inLaunch, message } from "../../../app/testing/room.ts";

function file(name: string, type: string, change: Partial<StoredFile> = {}): StoredFile {
  const none = { width: null, height: null, placeholder: null, thumbnail: false };
  return { id: `f-${name}`, name, type, size: 4_404_019, created_at: at, ...none, ...change };
}
const image = (name: string, width: number, height: number) =>
  file(name, "image/jpeg", { width, height, thumbnail: true, placeholder: "1QcSHQRnh493V4dIh4eXh1h4kJUI" });

const open = (files: readonly StoredFile[], change: Record<string, Answer> = {}, body = "") =>
  renderApp("/rooms/launch", inLaunch([message({ body, attachments: files })], change));

beforeEach(() => {
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(800);
  vi.spyOn(HTMLElement.prototype, "clientWidth", "get").mockReturnValue(900);
  vi.spyOn(HTMLElement.prototype, "offsetHeight", "get").mockReturnValue(40);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

/** The first test of a file waits for what the app fetches late. */
const attached = () => screen.findByRole("list", { name: "Attached files" }, { timeout: 5_000 });

/** Whether a button of the lightbox says that it does nothing now; it can have the focus all the same. */
function off(name: string): boolean {
  const button = screen.getByRole("button", { name });
  expect(button).toBeEnabled();
  return button.getAttribute("aria-disabled") === "true";
}

test("an image has its place before it is there, and its small picture in it", async () => {
  open([image("quay.jpg", 1600, 1200)]);
  const list = await attached();
  const [picture] = list.getElementsByTagName("img");
  expect(picture).toHaveAttribute("src", "/api/v1/files/f-quay.jpg/thumbnail");
  expect(picture?.closest("[style]")).toHaveStyle({ width: "420px", aspectRatio: "420 / 315" });
});

test("an image that doesn't load says so and is tried again; one that is gone says that", async () => {
  const head = vi.fn(async () => ({ status: 200 }) as Response);
  vi.stubGlobal("fetch", head);
  const { user } = open([image("quay.jpg", 1600, 1200)]);
  const list = await attached();
  const picture = () => list.getElementsByTagName("img")[0] as HTMLImageElement;
  fireEvent.error(picture());
  expect(await within(list).findByText("It didn't load")).toBeInTheDocument();
  await user.click(within(list).getByRole("button", { name: "Try again to load quay.jpg" }));
  expect(picture()).toHaveAttribute("src", "/api/v1/files/f-quay.jpg/thumbnail?again=1");
  head.mockResolvedValue({ status: 404 } as Response);
  fireEvent.error(picture());
  expect(await within(list).findByText("It is no longer there")).toBeInTheDocument();
  expect(within(list).queryByRole("button", { name: /Try again/ })).toBeNull();
});

test("the lightbox goes through the images of a message by keys, and gives the focus back", async () => {
  const { user } = open([image("one.jpg", 800, 600), image("two.jpg", 600, 800), file("notes.zip", "application/zip")]);
  const list = await attached();
  const opener = within(list).getByRole("button", { name: "Open image one.jpg" });
  await user.click(opener);
  const box = await screen.findByRole("dialog", { name: "one.jpg, 1 of 2" });
  expect(off("Previous image")).toBe(true);
  await user.keyboard("{ArrowRight}");
  expect(await screen.findByRole("dialog", { name: "two.jpg, 2 of 2" })).toBeInTheDocument();
  expect(within(box).getByRole("link", { name: "Download" })).toHaveAttribute(
    "href",
    "/api/v1/files/f-two.jpg?download=1",
  );
  await user.keyboard("+");
  await waitFor(() => expect(off("Zoom out")).toBe(false));
  await user.keyboard("0");
  await waitFor(() => expect(off("Zoom out")).toBe(true));
  await user.keyboard("{Escape}");
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  await waitFor(() => expect(opener).toHaveFocus());
});

test("the lightbox's keys go on working where it goes no further", async () => {
  const { user } = open([image("one.jpg", 800, 600), image("two.jpg", 600, 800)]);
  await user.click(within(await attached()).getByRole("button", { name: "Open image one.jpg" }));
  const box = await screen.findByRole("dialog", { name: "one.jpg, 1 of 2" });
  const press = async (name: string, times: number) => {
    const button = within(box).getByRole("button", { name });
    button.focus();
    for (let time = 0; time < times; time += 1) await user.keyboard("{Enter}");
    expect(off(name)).toBe(true);
    expect(button).toHaveFocus();
  };
  await press("Zoom in", 8);
  await user.keyboard("-");
  expect(off("Zoom in")).toBe(false);
  await user.keyboard("0");
  expect(off("Zoom out")).toBe(true);
  await press("Next image", 2);
  await user.keyboard("{ArrowLeft}");
  expect(await screen.findByRole("dialog", { name: "one.jpg, 1 of 2" })).toBeInTheDocument();
});

test("what isn't shown is a card with its name, kind and size, to be saved", async () => {
  open([file("press-kit.pdf", "application/pdf"), file("page.html", "application/octet-stream")]);
  const list = await attached();
  expect(within(list).getByText("PDF · 4.2 MB")).toBeInTheDocument();
  expect(within(list).getByRole("link", { name: "Open press-kit.pdf in a new tab" })).toHaveAttribute(
    "href",
    "/api/v1/files/f-press-kit.pdf",
  );
  expect(within(list).queryByRole("link", { name: "Open page.html in a new tab" })).toBeNull();
  expect(within(list).getByRole("link", { name: "Download page.html" })).toHaveAttribute(
    "href",
    "/api/v1/files/f-page.html?download=1",
  );
});

test("videos and sounds play where they stand, and fetch only their beginning before", async () => {
  open([file("tide.mp4", "video/mp4"), file("horn.mp3", "audio/mpeg")]);
  await attached();
  for (const name of ["Video tide.mp4", "Audio horn.mp3"]) {
    const player = screen.getByLabelText(name);
    expect(player).toHaveAttribute("preload", "metadata");
    expect(player).toHaveAttribute("controls");
  }
});

test("a text shows its beginning, and more when asked", async () => {
  const text = Array.from({ length: 40 }, (_, line) => `line ${line}`).join("\n");
  const { user } = open([file("log.txt", "text/plain")], {
    "GET /files/f-log.txt/preview": { status: 200, body: { text, truncated: true } },
  });
  const list = await attached();
  expect(await within(list).findByRole("region", { name: "Beginning of log.txt" })).toHaveTextContent("line 39");
  expect(within(list).queryByText(/Only the beginning is shown/)).toBeNull();
  await user.click(within(list).getByRole("button", { name: "Show more of log.txt" }));
  expect(within(list).getByText(/Only the beginning is shown/)).toBeInTheDocument();
  expect(within(list).getByRole("button", { name: "Show less of log.txt" })).toHaveAttribute("aria-expanded", "true");
});

test("a text that doesn't load can be tried again; one that is gone says so", async () => {
  const preview = "GET /files/f-log.txt/preview";
  const { user, answers } = open([file("log.txt", "text/plain")], { [preview]: problem(500, "internal") });
  const list = await attached();
  const again = await within(list).findByRole("button", { name: "Try again" });
  answers[preview] = problem(404, "not_found");
  await user.click(again);
  expect(await within(list).findByText("It is no longer there")).toBeInTheDocument();
});

test("the room's files are listed with the way to their messages, empty and failed too", async () => {
  const page = (items: readonly unknown[]): Answer => ({ status: 200, body: { items, next_cursor: null, heads: {} } });
  const item = {
    file: image("quay.jpg", 800, 600),
    message: "m1",
    room: "launch",
    ts: 7,
    author: eve.id,
    created_at: at,
  };
  const { user, answers } = open([], { "GET /rooms/launch/files": page([item]) }, "hello");
  await user.click(await screen.findByRole("button", { name: "Files" }));
  const dialog = await screen.findByRole("dialog", { name: "Files in #launch" });
  expect(await within(dialog).findByRole("link", { name: "Show quay.jpg in the room" })).toHaveAttribute(
    "href",
    "/rooms/launch/m/7",
  );
  await user.click(within(dialog).getByRole("button", { name: "Open image quay.jpg" }));
  await screen.findByRole("dialog", { name: "quay.jpg, 1 of 1" });
  answers["GET /rooms/launch/files"] = page([]);
  await user.keyboard("{Escape}");
  expect(await screen.findByText("No files yet")).toBeInTheDocument();
});
