import { describe, expect, it } from "vitest";
import { type Api, createApi, NetworkError, Problem } from "./client.ts";

function answering(response: () => Promise<Response> | Response, calls: Request[] = []): Api {
  return createApi({
    baseUrl: "http://server",
    fetch: async (input, init) => {
      calls.push(new Request(input, { ...init, signal: null }));
      return response();
    },
    timer: () => () => {},
  });
}

describe("a call", () => {
  it("answers with the value", async () => {
    const calls: Request[] = [];
    const api = answering(() => Response.json({ items: [], has_before: false, has_after: false, head: 3 }), calls);
    expect((await api.history("r", { before: 5, limit: 10 })).head).toBe(3);
    expect(calls[0]?.url).toBe("http://server/api/v1/rooms/r/messages?before=5&limit=10");
  });

  it("answers with nothing when there is nothing", async () => {
    const api = answering(() => new Response(null, { status: 204 }));
    expect(await api.archiveRoom("r")).toBeUndefined();
  });

  it("throws the problem with its fields and how long to wait", async () => {
    const errors = [{ field: "name", code: "too_long", detail: "At most 80 characters." }];
    const document = { status: 422, code: "invalid", title: "Invalid.", errors };
    const headers = { "content-type": "application/problem+json", "retry-after": "7" };
    const api = answering(() => new Response(JSON.stringify(document), { status: 422, headers }));
    const error = await api.me().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Problem);
    expect(error).toMatchObject({ status: 422, code: "invalid", errors, retryAfter: 7_000, transient: false });
  });

  it("takes a proxy's error page for a problem without a code of ours", async () => {
    const error = await answering(() => new Response("<h1>Bad gateway</h1>", { status: 502 }))
      .me()
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ status: 502, code: "unknown", transient: true });
  });

  it("throws a network error when no answer comes, or half of one", async () => {
    const refused = answering(() => Promise.reject(new TypeError("refused")));
    const torn = answering(() => new Response('{"id": '));
    await expect(refused.me()).rejects.toBeInstanceOf(NetworkError);
    await expect(torn.me()).rejects.toBeInstanceOf(NetworkError);
  });

  it("waits ten seconds for what only reads and thirty for what changes something", async () => {
    const waits: number[] = [];
    const api = createApi({
      baseUrl: "",
      fetch: async () => new Response(null, { status: 204 }),
      timer: (_expired, ms) => {
        waits.push(ms);
        return () => {};
      },
    });
    await api.me();
    await api.archiveRoom("r");
    expect(waits).toEqual([10_000, 30_000]);
  });

  it("is given up when its time is over", async () => {
    let expire: () => void = () => {};
    const api = createApi({
      baseUrl: "",
      fetch: (_input, init) =>
        new Promise((_resolve, reject) => init?.signal?.addEventListener("abort", () => reject(new Error("aborted")))),
      timer: (expired) => {
        expire = expired;
        return () => {};
      },
    });
    const answer = expect(api.me()).rejects.toBeInstanceOf(NetworkError);
    expire();
    await answer;
  });
});
