import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { at } from "../../app/testing/console.ts";
import { type Answer, owner, problem, renderApp } from "../../app/testing/render.tsx";
import { inLaunch } from "../../app/testing/room.ts";
import type { Parcel, Receipt } from "../../sync/contract.ts";

const stored = (name: string, type: string, size: number) => ({
  id: `file-${name}`,
  name,
  type,
  size,
  width: null,
  height: null,
  placeholder: null,
  thumbnail: false,
  created_at: at,
});

let uploads: { name: string; type?: string; size: number }[];
beforeEach(() => {
  uploads = [];
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(800);
  vi.spyOn(HTMLElement.prototype, "clientWidth", "get").mockReturnValue(900);
  vi.spyOn(HTMLElement.prototype, "offsetHeight", "get").mockReturnValue(40);
});
afterEach(() => {
  vi.restoreAllMocks();
});

function answers(change: Record<string, Answer> = {}): Record<string, Answer> {
  return inLaunch([], {
    "POST /uploads": ({ body }) => {
      const upload = body as { name: string; type?: string; size: number };
      uploads.push(upload);
      const id = `upload-${uploads.length - 1}`;
      return { status: 201, body: { id, ...upload, offset: 0, expires_at: at, file: null } };
    },
    "DELETE /uploads/upload-0": { status: 204 },
    ...change,
  });
}

/** Takes all bytes at once. */
async function takeAll({ url, bytes, onSent }: Parcel): Promise<Receipt> {
  onSent(bytes.size);
  const upload = uploads[Number(url.split("-").at(-1))];
  const { name = "", type = "", size = 0 } = upload ?? {};
  const file = stored(name, type, size);
  const body = { id: url.split("/").at(-1), name, size, offset: size, expires_at: at, file };
  return { status: 200, text: JSON.stringify(body), retryAfter: null };
}

const box = () => screen.findByRole("textbox", { name: /^Message to/ });
const tray = () => screen.findByRole("list", { name: "Files to send" });
const file = (name: string, type = "text/plain", text = "hello") => new File([text], name, { type });

function picker(): HTMLInputElement {
  const input = document.querySelector<HTMLInputElement>('input[type="file"]');
  if (!input) throw new Error("no way to choose a file");
  return input;
}

test("files that are chosen upload in the tray, and go with the message", async () => {
  const post: Answer = ({ body }) => ({ status: 201, body: { ...(body as object), id: "m1" } });
  const { user, calls } = renderApp("/rooms/launch", answers({ "POST /rooms/launch/messages": post }), {
    send: takeAll,
  });
  await box();
  await user.upload(picker(), [file("plan.txt"), file("list.txt")]);
  const list = await tray();
  expect(within(list).getAllByRole("listitem")).toHaveLength(2);
  expect(await screen.findByText(/plan\.txt is uploaded/)).toBeInTheDocument();
  await waitFor(() => expect(within(list).queryByRole("progressbar")).toBeNull());
  await user.click(screen.getByRole("button", { name: "Send" }));
  await waitFor(() => expect(screen.queryByRole("list", { name: "Files to send" })).toBeNull());
  // The link is down for good here: after a while messages go over HTTP.
  await waitFor(
    () =>
      expect(
        calls.find(({ method, path }) => method === "POST" && path === "/rooms/launch/messages")?.body,
      ).toMatchObject({ body: "", attachments: ["file-plan.txt", "file-list.txt"] }),
    { timeout: 8_000 },
  );
}, 15_000);

test("a file that the server refuses says why and holds Send back until it is removed; the focus stays useful", async () => {
  const { user, engine } = renderApp("/rooms/launch", answers({ "POST /uploads": problem(413, "quota_exceeded") }), {
    send: takeAll,
  });
  const area = await box();
  await user.upload(picker(), file("plan.txt"));
  const list = await tray();
  expect(await within(list).findByText(/There is no room left for more files/)).toBeInTheDocument();
  expect(within(list).getByRole("button", { name: "Try plan.txt again" })).toBeInTheDocument();
  expect(screen.getByRole("button", { name: "Send" })).toHaveAttribute("aria-disabled", "true");
  await user.click(within(list).getByRole("button", { name: "Remove plan.txt" }));
  expect(engine.getState().outgoing.size).toBe(0);
  expect(area).toHaveFocus();
});

test("what is larger than the workspace allows is told at once, without asking the server", async () => {
  const { user } = renderApp(
    "/rooms/launch",
    answers({
      "GET /workspace": {
        status: 200,
        body: { ...(owner["GET /workspace"] as { body: object }).body, max_file_bytes: 4 },
      },
    }),
  );
  await box();
  await user.upload(picker(), file("plan.txt"));
  expect(await within(await tray()).findByText(/Larger than 4 bytes/)).toBeInTheDocument();
  expect(uploads).toEqual([]);
});

test("an upload under way shows how far it is and can be cancelled", async () => {
  const { user } = renderApp("/rooms/launch", answers(), {
    send: ({ onSent }) => {
      onSent(2);
      return new Promise(() => {});
    },
  });
  await box();
  await user.upload(picker(), file("plan.txt", "text/plain", "0123"));
  const bar = await screen.findByRole("progressbar", { name: "Upload of plan.txt" });
  await waitFor(() => expect(bar).toHaveAttribute("aria-valuenow", "50"));
  await user.click(screen.getByRole("button", { name: "Cancel plan.txt" }));
  await waitFor(() => expect(screen.queryByRole("list", { name: "Files to send" })).toBeNull());
});

test("a long paste is offered as a file", async () => {
  const { user } = renderApp("/rooms/launch", answers(), { send: takeAll });
  const area = await box();
  const long = "tide table ".repeat(300);
  await user.type(area, "See this: ");
  fireEvent.paste(area, {
    clipboardData: { types: ["text/plain"], files: [], items: [], getData: () => long },
  });
  fireEvent.change(area, { target: { value: `See this: ${long}` } });
  await user.click(await screen.findByRole("button", { name: "Send it as a file" }));
  expect(area).toHaveValue("See this:");
  expect(await within(await tray()).findByText("Pasted text.txt")).toBeInTheDocument();
  expect(screen.queryByRole("button", { name: "Send it as a file" })).toBeNull();
});

test("at most ten files go with a message", async () => {
  const { user } = renderApp("/rooms/launch", answers(), { send: takeAll });
  await box();
  await user.upload(
    picker(),
    Array.from({ length: 12 }, (_, number) => file(`${number}.txt`)),
  );
  expect(within(await tray()).getAllByRole("listitem")).toHaveLength(10);
  expect(await screen.findAllByText("A message carries at most 10 files")).not.toHaveLength(0);
  expect(await screen.findAllByText("Left out: 10.txt and 11.txt")).not.toHaveLength(0);
});
