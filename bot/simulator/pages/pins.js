import * as api from "./api.js";
import { toast } from "./dialogs.js";
import { fill, h } from "./dom.js";
import { clockTime, dateOf, dayName } from "./format.js";
import { closeMenu } from "./menu.js";
import { messageNode } from "./message.js";
import { userName } from "./state.js";

function row(pin, item, jump) {
  const date = dateOf(pin.created);
  const unpin = async () => {
    const answer = await api.pin(item.id, pin.message.ts, false);
    if (answer.ok) closeMenu();
    else toast(answer.error);
  };
  const go = async () => {
    closeMenu(false);
    if (!(await jump(pin.message))) toast("That message is not there any more.");
  };
  return h(
    "div",
    { class: "pin" },
    h("div", { class: "note" }, `Pinned by ${userName(pin.by)}, ${dayName(date).toLowerCase()} at ${clockTime(date)}`),
    messageNode(pin.message, item.id, { bare: true }),
    h(
      "div",
      { class: "file-buttons" },
      h("button", { type: "button", class: "button small", onclick: go }, "Go to message"),
      h("button", { type: "button", class: "button small", onclick: unpin }, "Unpin"),
    ),
  );
}

/** What is pinned in a channel; `jump(message)` shows one in its place. */
export function pinList(item, jump) {
  const list = h("div", { class: "pins" }, h("span", { class: "note" }, "Looking…"));
  api.fetchPins(item.id).then((answer) => {
    if (!answer.ok) fill(list, h("p", { class: "note" }, answer.error));
    else fill(list, answer.pins.map((pin) => row(pin, item, jump)));
  });
  return list;
}
