import * as api from "./api.js";
import { toast } from "./dialogs.js";
import { ICONS } from "./dom.js";
import { listButton } from "./listmenu.js";
import { store } from "./state.js";

/** The app's shortcuts of one type: "global" or "message". */
export const shortcutsOf = (type) => store.shortcuts.filter((item) => item.type === type);

export async function runShortcut(callbackId, place = {}) {
  const answer = await api.useShortcut(callbackId, place);
  if (!answer.ok) toast(answer.error);
}

function groups() {
  const app = shortcutsOf("global").map((item) => ({
    value: item.callback_id,
    label: item.name,
    description: item.description,
    work: () => runShortcut(item.callback_id),
  }));
  return [{ label: store.bot?.real_name ?? "App", options: app }];
}

/** The lightning of the composer; null when the app has no global shortcut. */
export function lightning() {
  if (!shortcutsOf("global").length) return null;
  return listButton("Shortcuts", ICONS.bolt, groups);
}
