import { createBrowserHistory, type RouterHistory } from "@tanstack/react-router";
import { act, render, screen, waitFor } from "@testing-library/react";
import { StrictMode, useState } from "react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createLayers, type Layers, LayersContext, useLayer } from "./layers.ts";

let history: RouterHistory;
let layers: Layers;

beforeEach(() => {
  window.history.pushState(null, "", "/before");
  window.history.pushState(null, "", "/room");
  begin();
});

afterEach(() => {
  vi.restoreAllMocks();
  history.destroy();
});

/** As when the page is loaded where the browser stands. */
function begin() {
  history = createBrowserHistory();
  layers = createLayers(history);
}

/** Where one is: the path, and how many layers have a place there. */
const place = () => `${history.location.pathname} ${history.location.state.layers ?? 0}`;

/** Waits for a place, where one then stays. */
async function comesTo(wanted: string) {
  await waitFor(() => expect(place()).toBe(wanted));
  await settled();
  expect(place()).toBe(wanted);
}

/** Lets everything happen that was begun. */
async function settled() {
  await act(async () => {
    await new Promise((resolve) => setTimeout(resolve));
    await new Promise((resolve) => setTimeout(resolve));
  });
}

/** Something that lies there until it is closed, by Back or by what this answers; `closed` counts Back. */
function lay(places = 1) {
  const layer = { closed: 0, remove: () => {} };
  const remove = layers.add({
    places,
    close: () => {
      layer.closed += 1;
      remove();
    },
  });
  layer.remove = remove;
  return layer;
}

/** A layer that has its place. */
async function lies() {
  const layer = lay();
  await comesTo("/room 1");
  return layer;
}

/** A layer that is closed while the browser takes its time to leave its place. */
async function liesUntilLeft() {
  const layer = await lies();
  const go = vi.spyOn(window.history, "go").mockImplementationOnce(() => {});
  layer.remove();
  await waitFor(() => expect(go).toHaveBeenCalledWith(-1));
  return { layer, leave: () => window.history.go(-1) };
}

describe("a layer", () => {
  it("is closed by Back, which then leaves the page, and isn't brought back by Forward", async () => {
    const layer = await lies();
    window.history.back();
    await comesTo("/room 0");
    expect(layer.closed).toBe(1);
    window.history.forward();
    await comesTo("/room 0");
    window.history.back();
    await comesTo("/before 0");
    expect(layer.closed).toBe(1);
  });

  it("leaves no place behind when it is closed otherwise", async () => {
    const layer = await lies();
    layer.remove();
    await comesTo("/room 0");
    expect(layer.closed).toBe(0);
    window.history.back();
    await comesTo("/before 0");
  });

  it("lies over another, and each takes one step back", async () => {
    const below = await lies();
    const above = lay();
    await comesTo("/room 2");
    window.history.back();
    await comesTo("/room 1");
    expect([below.closed, above.closed]).toEqual([0, 1]);
    window.history.back();
    await comesTo("/room 0");
    expect([below.closed, above.closed]).toEqual([1, 1]);
  });

  it("takes the place of one that goes as it comes", async () => {
    const first = await lies();
    first.remove();
    const second = lay();
    await comesTo("/room 1");
    window.history.back();
    await comesTo("/room 0");
    expect([first.closed, second.closed]).toEqual([0, 1]);
  });

  it("stands for what it hides as well, which needs no place made for it later", async () => {
    const below = await lies();
    below.remove();
    const places = window.history.length + 1;
    let shown = lay(0);
    const remove = layers.add({
      places: 2,
      close: () => {
        remove();
        shown = lay();
      },
    });
    await comesTo("/room 2");
    window.history.back();
    await comesTo("/room 1");
    expect(window.history.length).toBe(places);
    window.history.back();
    await comesTo("/room 0");
    expect(shown.closed).toBe(1);
  });

  it("that doesn't close at the first Back has its place again", async () => {
    let asked = 0;
    const remove = layers.add({
      places: 1,
      close: () => {
        asked += 1;
      },
    });
    await comesTo("/room 1");
    window.history.back();
    await waitFor(() => expect(asked).toBe(1));
    await comesTo("/room 1");
    remove();
    await comesTo("/room 0");
  });

  it("leaves no place behind for who goes on from it", async () => {
    const layer = await lies();
    layer.remove();
    history.push("/next");
    await comesTo("/next 0");
    window.history.back();
    await comesTo("/room 0");
  });

  it("that leads to where one is makes no second place of it", async () => {
    const layer = await lies();
    layer.remove();
    history.push("/room");
    await comesTo("/room 0");
    window.history.back();
    await comesTo("/before 0");
  });

  it.each(["push", "replace"] as const)("lets a %s wait until its place is left", async (way) => {
    const { leave } = await liesUntilLeft();
    // The browser is on its way back now, and takes its time.
    history[way]("/next");
    await settled();
    expect(place()).toBe("/room 1");
    leave();
    await comesTo("/next 0");
    window.history.back();
    await comesTo(way === "push" ? "/room 0" : "/before 0");
  });

  it("that comes while another's place is being left stays", async () => {
    const { layer: first, leave } = await liesUntilLeft();
    const second = lay();
    await settled();
    leave();
    await comesTo("/room 1");
    expect([first.closed, second.closed]).toEqual([0, 0]);
    window.history.back();
    await comesTo("/room 0");
    expect(second.closed).toBe(1);
  });

  it("lets everything wait in its order until its place is left", async () => {
    const { leave } = await liesUntilLeft();
    history.push("/next");
    history.replace("/next?x=1");
    leave();
    await comesTo("/next 0");
    expect(history.location.search).toBe("?x=1");
    window.history.back();
    await comesTo("/room 0");
  });

  it("over another leaves no place of both behind for who goes on from it", async () => {
    const layers = [await lies()];
    layers.push(lay());
    await comesTo("/room 2");
    for (const layer of layers) layer.remove();
    history.push("/next");
    await comesTo("/next 0");
    window.history.back();
    await comesTo("/room 0");
    window.history.forward();
    await comesTo("/next 0");
  });

  it("stays over a page whose address changes", async () => {
    const layer = await lies();
    history.replace("/room?x=1");
    await waitFor(() => expect(history.location.search).toBe("?x=1"));
    await comesTo("/room 1");
    expect(layer.closed).toBe(0);
    window.history.back();
    await comesTo("/room 0");
    expect([history.location.search, layer.closed]).toEqual(["?x=1", 1]);
    window.history.back();
    await comesTo("/before 0");
  });

  it("is no step of an app's own way back", async () => {
    const layer = await lies();
    history.back();
    await comesTo("/before 0");
    expect(layer.closed).toBe(1);
  });

  it("doesn't keep one who goes on from waiting for ever for a browser that doesn't go back", async () => {
    await liesUntilLeft();
    history.push("/next");
    await waitFor(() => expect(place()).toBe("/next 0"), { timeout: 5_000 });
  });

  it("that a reload took away has no place any more", async () => {
    await lies();
    history.destroy();
    begin();
    await comesTo("/room 0");
    window.history.back();
    await comesTo("/before 0");
  });
});

function Sheet() {
  const [open, setOpen] = useState(false);
  useLayer(open, () => setOpen(false));
  return (
    <button type="button" onClick={() => setOpen(!open)}>
      {open ? "open" : "shut"}
    </button>
  );
}

describe("what React shows", () => {
  it("is a layer while it is open", async () => {
    render(
      <StrictMode>
        <LayersContext value={layers}>
          <Sheet />
        </LayersContext>
      </StrictMode>,
    );
    act(() => screen.getByText("shut").click());
    await comesTo("/room 1");
    window.history.back();
    await screen.findByText("shut");
    await comesTo("/room 0");
    act(() => screen.getByText("shut").click());
    await comesTo("/room 1");
    act(() => screen.getByText("open").click());
    await comesTo("/room 0");
    window.history.back();
    await comesTo("/before 0");
  });

  it("is no layer where nobody keeps any", () => {
    render(<Sheet />);
    act(() => screen.getByText("shut").click());
    expect(place()).toBe("/room 0");
    expect(screen.getByText("open")).toBeVisible();
  });
});
