import { createMemoryHistory, createRootRoute, createRouter, RouterProvider } from "@tanstack/react-router";
import { render, screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { EngineProvider } from "../../context/engine.tsx";
import type { Engine } from "../../sync/contract.ts";
import { type Reason, reasons } from "../../sync/state.ts";
import { LoginPage } from "./LoginPage.tsx";

async function signInAfter(ended: Reason | null) {
  const page = () => (
    <LoginPage workspace="Harbour & Sons" mayRegister={false} ended={ended} onSignedIn={async () => {}} />
  );
  const router = createRouter({
    routeTree: createRootRoute({ component: page }),
    history: createMemoryHistory({ initialEntries: ["/"] }),
  });
  render(
    <EngineProvider engine={{} as Engine}>
      <RouterProvider router={router as never} />
    </EngineProvider>,
  );
  await screen.findByRole("heading", { name: "Sign in to Harbour & Sons" });
}

describe("the page to sign in", () => {
  const words: Record<Reason, RegExp> = {
    signed_out: /^You signed this device out from another one\..*change your password/,
    administrator: /^An administrator signed you out\./,
    password: /^Your password was changed.*Sign in with the new one\..*tell an administrator/,
    role: /^Your role in this workspace was changed.*Sign in again/,
    deactivated: /^Your account was deactivated.*can't sign in.*ask an administrator/,
    expired: /^This device was signed out because it wasn't used for a long time\./,
    replaced: /^You are signed in on so many devices/,
    unknown:
      /another device, by an administrator, by a change of your password or role.*Sign in again.*ask an administrator/,
  };

  it.each(reasons)("says why its visitor was signed out: %s", async (reason) => {
    await signInAfter(reason);
    expect(screen.getByText(words[reason]).closest("[role=status]")).toBeVisible();
  });

  it("says nothing of the kind to who signed out by themselves, or was never signed in", async () => {
    await signInAfter(null);
    for (const said of Object.values(words)) expect(screen.queryByText(said)).toBeNull();
  });
});
