import * as api from "./api.js";
import { toast } from "./dialogs.js";
import { h, icon, ICONS } from "./dom.js";
import { openList } from "./listmenu.js";
import { store } from "./state.js";

/** A button that lists the app's shortcuts of one type ("global" or "message"); null when it has none. */
export function shortcutsButton(type, place) {
  const found = store.shortcuts.filter((item) => item.type === type);
  if (!found.length) return null;
  const label = type === "global" ? "Shortcuts" : "More actions";
  const button = h(
    "button",
    {
      type: "button",
      class: "tool",
      "aria-label": label,
      title: label,
      "aria-haspopup": "listbox",
      "aria-expanded": "false",
    },
    icon(type === "global" ? ICONS.bolt : ICONS.dots),
  );
  const options = found.map((item) => ({ value: item.callback_id, label: item.name, description: store.bot?.name }));
  button.addEventListener("click", () =>
    openList(button, {
      label,
      groups: [{ options }],
      chosen: () => [],
      onPick: async ({ value }) => {
        const answer = await api.useShortcut(value, type === "message" ? place : {});
        if (!answer.ok) toast(answer.error);
      },
    }),
  );
  return button;
}
