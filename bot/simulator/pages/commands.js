import * as api from "./api.js";
import { toast } from "./dialogs.js";
import { icon, ICONS } from "./dom.js";
import { toggleDrawer } from "./drawer.js";
import { showKeys } from "./keys.js";
import { store } from "./state.js";
import { setTheme } from "./theme.js";

function command(label, glyph, go, texts = "") {
  return { label, note: "", texts: [texts], mark: icon(ICONS[glyph], 15), go };
}

async function be(presence) {
  const answer = await api.setPresence(presence);
  if (!answer.ok) toast(answer.error);
}

/** What can be done from the jump list besides going somewhere. */
export const commands = (openPanel) => [
  ...store.panels.map((panel) => command(panel.title, "shop", () => openPanel(panel))),
  command("Under the hood", "hood", toggleDrawer, "calls events faults drawer"),
  command("Keys", "keys", showKeys, "help keyboard"),
  command("Dark appearance", "moon", () => setTheme("dark"), "theme"),
  command("Light appearance", "moon", () => setTheme("light"), "theme"),
  command("Set yourself away", "eye", () => be("away"), "presence"),
  command("Set yourself active", "eye", () => be("active"), "presence"),
];
