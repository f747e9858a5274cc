import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    name: "e2e",
    environment: "node",
    include: ["e2e/**/*.test.ts"],
    setupFiles: ["e2e/support/failures.ts"],
    // Pictures of a failure are taken before the test closes its pages.
    sequence: { hooks: "list" },
    // Each file drives real browsers against servers of its own; more at once than this and they wait for each other.
    maxWorkers: 2,
    // Room for several waits in vain on a slow machine; one that passes takes no longer for it.
    testTimeout: 240_000,
    hookTimeout: 120_000,
  },
});
