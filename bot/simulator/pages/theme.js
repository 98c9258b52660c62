import { h, icon, ICONS } from "./dom.js";
import { openList } from "./listmenu.js";
import { keep, kept } from "./storage.js";

const KEY = "theme";
const NAMES = { auto: "As the device", light: "Light", dark: "Dark" };

const theme = () => (kept(KEY) in NAMES ? kept(KEY) : "auto");

/** "auto" leaves the choice to the device. */
export function setTheme(name) {
  keep(KEY, name);
  show(name);
}

function show(name) {
  if (name === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = name;
}

export const startTheme = () => show(theme());

export function themeButton() {
  const button = h(
    "button",
    {
      type: "button",
      class: "side-tool",
      "aria-label": `Appearance: ${NAMES[theme()]}`,
      title: "Appearance",
      "aria-haspopup": "listbox",
      "aria-expanded": "false",
    },
    icon(ICONS.moon, 17),
  );
  const options = Object.entries(NAMES).map(([value, label]) => ({ value, label }));
  const pick = ({ value }) => {
    setTheme(value);
    button.setAttribute("aria-label", `Appearance: ${NAMES[value]}`);
  };
  button.addEventListener("click", () =>
    openList(button, { label: "Appearance", groups: [{ options }], chosen: () => [theme()], onPick: pick }),
  );
  return button;
}
