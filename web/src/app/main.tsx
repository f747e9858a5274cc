import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "../i18n";
import "../styles/theme.css";

const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
    <StrictMode>
      <main className="grid min-h-dvh place-items-center text-muted">Parley</main>
    </StrictMode>,
  );
}
