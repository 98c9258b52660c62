import * as api from "./api.js";
import { toast } from "./dialogs.js";
import { h, icon, ICONS } from "./dom.js";
import { emojiText, findEmoji } from "./emoji.js";
import { plural } from "./format.js";
import { openList } from "./listmenu.js";
import { store, userName } from "./state.js";

export async function toggleReaction(channelId, message, name) {
  const mine = message.reactions?.some((reaction) => reaction.name === name && reaction.users.includes(store.me));
  const answer = await api.react(channelId, message.ts, name, !mine);
  if (!answer.ok) toast(answer.error);
}

export function pickEmoji(anchor, channelId, message) {
  const options = findEmoji("", 2000).map((name) => ({
    value: name,
    label: name,
    icon: h("span", { class: "emoji" }, `${emojiText(name)} `),
  }));
  openList(anchor, {
    label: "Reactions",
    groups: [{ options }],
    chosen: () => [],
    onPick: ({ value }) => toggleReaction(channelId, message, value),
  });
}

function pill(reaction, message, channelId) {
  const mine = reaction.users.includes(store.me);
  const who = reaction.users.map(userName).join(", ");
  return h(
    "button",
    {
      type: "button",
      class: mine ? "reaction mine" : "reaction",
      "aria-pressed": String(mine),
      "data-reaction": reaction.name,
      title: `${who} reacted with :${reaction.name}:`,
      "aria-label": `${plural(reaction.users.length, "reaction")} :${reaction.name}: by ${who}`,
      onclick: () => toggleReaction(channelId, message, reaction.name),
    },
    h("span", { class: "emoji" }, emojiText(reaction.name)),
    ` ${reaction.users.length}`,
  );
}

/** The row of reactions under a message, with a button to add one; null while there are none. */
export function reactionRow(message, channelId) {
  if (!message.reactions?.length) return null;
  const add = h(
    "button",
    { type: "button", class: "reaction add", "aria-label": "Add a reaction", "aria-haspopup": "listbox" },
    icon(ICONS.smile, 15),
  );
  add.addEventListener("click", () => pickEmoji(add, channelId, message));
  return h(
    "div",
    { class: "reactions" },
    message.reactions.map((reaction) => pill(reaction, message, channelId)),
    add,
  );
}
