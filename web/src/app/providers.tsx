import { CSPProvider } from "@base-ui/react/csp-provider";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { type ReactNode, useEffect } from "react";
import { Problem } from "../api/client.ts";
import { EngineProvider } from "../context/engine.tsx";
import type { Engine } from "../sync/index.ts";
import { type Layers, LayersContext } from "../ui/layers.ts";
import { ForgetOnLeave } from "./session.tsx";
import { followTheme } from "./theme.ts";

/** The cache of plain HTTP lists. What the gateway keeps current lives in the engine, not here. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        networkMode: "always",
        retry: (failures, error) => failures < 2 && !(error instanceof Problem && !error.transient),
      },
      mutations: { networkMode: "always" },
    },
  });
}

/** Everything that surrounds the pages. */
export function Providers({
  engine,
  queries,
  layers,
  children,
}: {
  engine: Engine;
  queries: QueryClient;
  layers: Layers;
  children: ReactNode;
}) {
  useEffect(followTheme, []);
  return (
    // The content security policy allows no style elements; what they would say is in our own style sheet.
    <CSPProvider disableStyleElements>
      <EngineProvider engine={engine}>
        <QueryClientProvider client={queries}>
          <ForgetOnLeave />
          <LayersContext value={layers}>{children}</LayersContext>
        </QueryClientProvider>
      </EngineProvider>
    </CSPProvider>
  );
}
