import * as api from "./api.js";
import { toast } from "./dialogs.js";
import { h } from "./dom.js";
import { refreshState } from "./state.js";

async function join(id) {
  const answer = await api.join(id);
  await refreshState();
  if (!answer.ok) toast(answer.error);
}

/** In place of the composer: the way into a channel one only looks at, or that it is archived. */
export function drawJoinBar(bar, item, member) {
  bar.hidden = !item || (member && !item.archived);
  if (bar.hidden) return;
  const words = item.archived ? `#${item.name} is archived.` : `You are looking at #${item.name}.`;
  const button = h(
    "button",
    { type: "button", class: "button primary", onclick: () => join(item.id) },
    "Join the channel",
  );
  bar.replaceChildren(h("span", {}, words), item.archived ? "" : button);
}
