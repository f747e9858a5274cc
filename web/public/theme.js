// Runs before the first paint, so that a chosen theme or the workspace's accent never flashes the other one.
try {
  const root = document.documentElement;
  const theme = localStorage.getItem("parley.theme");
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  const accent = JSON.parse(localStorage.getItem("parley.accent") ?? "{}");
  for (const name of Object.keys(accent)) if (name.startsWith("--color-")) root.style.setProperty(name, accent[name]);
} catch {
  // Storage may be closed to us; then the system's theme holds, in Parley's own colours.
}
