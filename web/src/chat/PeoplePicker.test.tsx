import { render, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import type { User } from "../api/types.ts";
import { EngineProvider } from "../context/engine.tsx";
import type { Engine } from "../sync/contract.ts";
import { initialState } from "../sync/state.ts";
import { PeoplePicker } from "./PeoplePicker.tsx";

const ana = { id: "u-ana", username: "ana", display_name: "Ana Kovač", deactivated_at: null } as User;

test.each([false, true])("says of whom one has chosen that they were deactivated meanwhile (former: %s)", (former) => {
  const now = { ...ana, deactivated_at: "2026-11-23T09:00:00.000000Z" };
  const state = { ...initialState, users: new Map([[ana.id, { user: now, as_of: 0 }]]) };
  const engine = { getState: () => state, subscribe: () => () => {} } as unknown as Engine;
  render(
    <EngineProvider engine={engine}>
      <PeoplePicker label="People" value={[ana]} onChange={() => {}} former={former} />
    </EngineProvider>,
  );
  expect(screen.getByText("Deactivated")).toBeVisible();
});
