import * as api from "./api.js";
import { confirmed, toast } from "./dialogs.js";
import { h } from "./dom.js";
import { plural } from "./format.js";
import { openList } from "./listmenu.js";
import { closeMenu } from "./menu.js";
import { avatar } from "./message.js";
import { mrkdwn } from "./mrkdwn.js";
import { presenceDot } from "./presence.js";
import { isBot, peopleAndBot, store, userName } from "./state.js";

function memberRow(id) {
  return h(
    "li",
    {},
    avatar(id, userName(id), "small"),
    h("span", {}, userName(id)),
    isBot(id) ? h("span", { class: "badge-app" }, "APP") : presenceDot(id),
    id === store.me ? h("span", { class: "note" }, "you") : null,
  );
}

async function leaveChannel(item) {
  const question = {
    title: `Leave #${item.name}?`,
    text: { type: "plain_text", text: "You will get no more messages from it." },
    confirm: "Leave",
    style: "danger",
  };
  if (!(await confirmed(question))) return;
  const answer = await api.leave(item.id);
  if (!answer.ok) toast(answer.error);
}

const leaveButton = (item) =>
  h("button", { type: "button", class: "button small", onclick: () => leaveChannel(item) }, "Leave the channel");

function inviteButton(item, anchor) {
  const button = h("button", { type: "button", class: "button small", "aria-haspopup": "listbox" }, "Add people");
  const chosen = new Set();
  const others = peopleAndBot().filter((person) => !item.members.includes(person.id));
  const options = others.map((person) => ({ value: person.id, label: person.title, keywords: person.name }));
  const send = async () => {
    if (!chosen.size) return;
    const answer = await api.invite(item.id, [...chosen]);
    if (!answer.ok) toast(answer.error);
  };
  button.addEventListener("click", () => {
    closeMenu(false);
    openList(anchor, {
      label: `Add people to #${item.name}`,
      groups: [{ options }],
      many: true,
      chosen: () => [...chosen],
      onPick: ({ value }) => (chosen.delete(value) ? null : chosen.add(value)),
      onClose: send,
    });
  });
  return options.length ? button : null;
}

/** Topic, purpose and members of a channel, and the ways in and out; lists open beside `anchor`. */
export function about(item, anchor) {
  const row = (title, text) =>
    text ? h("div", { class: "about-row" }, h("strong", {}, title), h("div", { class: "words" }, mrkdwn(text))) : null;
  const members = item.members ?? [];
  const inside = item.member && item.kind !== "im" && !item.archived;
  return [
    row("Topic", item.topic),
    row("Purpose", item.purpose),
    h("strong", {}, plural(members.length, "member")),
    h("ul", { class: "members" }, members.map(memberRow)),
    inside ? h("div", { class: "about-foot" }, inviteButton(item, anchor), leaveButton(item)) : null,
  ];
}
