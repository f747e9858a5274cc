import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "../i18n/index.ts";
import "../styles/theme.css";
import { browserPlatform, createEngine } from "../sync/index.ts";
import { createLayers } from "../ui/layers.ts";
import { AppBoundary } from "./boundaries.tsx";
import { createQueryClient, Providers } from "./providers.tsx";
import { createAppRouter, prefetch } from "./router.tsx";
import { registerServiceWorker } from "./serviceWorker.ts";

const engine = createEngine(browserPlatform());
const router = createAppRouter();
const layers = createLayers(router.history);
void engine.start();
prefetch(location.pathname);

const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
    <StrictMode>
      <AppBoundary>
        <Providers engine={engine} queries={createQueryClient()} layers={layers}>
          <RouterProvider router={router} />
        </Providers>
      </AppBoundary>
    </StrictMode>,
  );
}
registerServiceWorker();
