import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    name: "e2e",
    environment: "node",
    include: ["e2e/**/*.test.ts"],
    setupFiles: ["e2e/support/failures.ts"],
    // Pictures of a failure are taken before the test closes its pages.
    sequence: { hooks: "list" },
    // Each test drives real browsers against a real server: one at a time.
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
