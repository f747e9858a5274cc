import app from "./app.json" with { type: "json" };
import auth from "./auth.json" with { type: "json" };
import chat from "./chat.json" with { type: "json" };
import common from "./common.json" with { type: "json" };
import composer from "./composer.json" with { type: "json" };
import jump from "./jump.json" with { type: "json" };
import messages from "./messages.json" with { type: "json" };
import people from "./people.json" with { type: "json" };
import problem from "./problem.json" with { type: "json" };
import rooms from "./rooms.json" with { type: "json" };
import setup from "./setup.json" with { type: "json" };
import shell from "./shell.json" with { type: "json" };
import sidebar from "./sidebar.json" with { type: "json" };
import ui from "./ui.json" with { type: "json" };

/** The English catalogue: one file a feature, keys as `feature.thing`. English is complete; other languages fall back to it. */
export const en = {
  app,
  auth,
  chat,
  common,
  composer,
  jump,
  messages,
  people,
  problem,
  rooms,
  setup,
  shell,
  sidebar,
  ui,
};
