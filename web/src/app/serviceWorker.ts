/** How often a page that stays open for weeks asks whether there is a newer build. */
const askEveryMs = 3_600_000;

/** Lets the app open without the server. A browser that refuses has an app that needs its server to open. */
export function registerServiceWorker(): void {
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
  navigator.serviceWorker.register("/sw.js").then(keepCurrent, () => {});
}

function keepCurrent(registration: ServiceWorkerRegistration): void {
  let asked = performance.now();
  document.addEventListener("visibilitychange", () => {
    const now = performance.now();
    if (document.visibilityState !== "visible" || now - asked < askEveryMs) return;
    asked = now;
    registration.update().catch(() => {});
  });
}
