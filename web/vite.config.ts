import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { precompress } from "./build/precompress.ts";
import { serviceWorker } from "./build/serviceWorker.ts";

/** Where `npm run dev` finds the server. */
const server = "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [react(), tailwindcss(), serviceWorker(), precompress()],
  server: {
    port: 5173,
    // The host stays as the browser sent it, so that the server's same-origin check sees one origin.
    proxy: {
      "/api": { target: server, ws: true, changeOrigin: false },
      "/healthz": { target: server, changeOrigin: false },
    },
  },
  build: {
    target: ["chrome123", "edge123", "firefox121", "safari17.5"],
    outDir: "dist",
    assetsDir: "assets",
    // Nothing becomes a data: URL, which the content security policy refuses.
    assetsInlineLimit: 0,
    sourcemap: false,
    // The budget is checked by it.
    manifest: true,
    rolldownOptions: {
      input: { index: "index.html", sw: "src/sw/worker.ts" },
      output: {
        // The service worker's name stays: the browser asks for it again under the same one.
        entryFileNames: (chunk) => (chunk.name === "sw" ? "sw.js" : "assets/[name]-[hash].js"),
        // What changes rarely stays in the browser's cache across releases of Parley; what loads late stays apart.
        codeSplitting: {
          groups: [
            {
              name: "vendor",
              test: /node_modules\/(react|react-dom|scheduler|i18next|react-i18next|@tanstack\/(?!.*virtual).*)\//,
            },
            // What every page needs is one file, not a dozen small ones.
            { name: "engine", test: /\/src\/(api|sync|context|i18n\/index)\b|node_modules\/idb\// },
            {
              name: "base",
              test: /\/src\/ui\/(cx|Button|Spinner|Skeleton|Mark|late|states)\.tsx?|lucide-react\/dist\/esm\/(?!icons|lucide|dynamic)/,
            },
            // The same for the pages after sign-in.
            {
              name: "chat",
              test: /\/src\/(chat\/(usePageTitle|workspace|overlay|permissions|people|rooms|files\/kind)|ui\/(Badge|Kbd|ListRow))\.tsx?$/,
            },
          ],
        },
      },
    },
  },
  test: {
    testTimeout: 30_000,
    projects: [
      {
        extends: true,
        test: {
          name: "logic",
          environment: "node",
          include: ["src/**/*.test.ts"],
        },
      },
      {
        extends: true,
        test: {
          name: "components",
          environment: "happy-dom",
          include: ["src/**/*.test.tsx"],
          setupFiles: ["src/app/testing/setup.ts"],
        },
      },
    ],
  },
});
