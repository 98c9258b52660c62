import * as api from "./api.js";
import { confirmed, toast } from "./dialogs.js";
import { fill, h, icon, ICONS, link } from "./dom.js";
import { emojiText } from "./emoji.js";
import { plural } from "./format.js";
import { historyOf } from "./history.js";
import { openPanel } from "./menu.js";
import { avatar, messageNode } from "./message.js";
import { flat, mrkdwn } from "./mrkdwn.js";
import { jumpTo } from "./messages.js";
import { channel, channelTitle, isBot, on, store, userName } from "./state.js";

let root = null;
let bar = null;
let actions = {};

export function startHeader(headerElement, barElement, given) {
  [root, bar, actions] = [headerElement, barElement, given];
  on("state", draw);
  on("current", draw);
}

function memberRow(id) {
  return h(
    "li",
    {},
    avatar(id, userName(id), "small"),
    h("span", {}, userName(id)),
    isBot(id) ? h("span", { class: "badge-app" }, "APP") : null,
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

function about(item) {
  const row = (title, text) =>
    text ? h("div", { class: "about-row" }, h("strong", {}, title), h("div", { class: "words" }, mrkdwn(text))) : null;
  const members = item.members ?? [];
  return [
    row("Topic", item.topic),
    row("Purpose", item.purpose),
    h("strong", {}, plural(members.length, "member")),
    h("ul", { class: "members" }, members.map(memberRow)),
    item.member && item.kind !== "im"
      ? h("button", { type: "button", class: "button small", onclick: () => leaveChannel(item) }, "Leave the channel")
      : null,
  ];
}

async function pinnedMessage(item, ts) {
  const loaded = historyOf(item.id).messages.find((message) => message.ts === ts);
  if (loaded) return loaded;
  const answer = await api.fetchThread(item.id, ts);
  return answer.ok ? answer.messages.find((message) => message.ts === ts) : null;
}

function pinList(item) {
  const list = h("div", { class: "pins" }, h("span", { class: "note" }, "Looking…"));
  Promise.all(item.pins.map((ts) => pinnedMessage(item, ts))).then((messages) => {
    fill(
      list,
      messages.filter(Boolean).map((message) =>
        h(
          "div",
          { class: "pin" },
          messageNode(message, item.id),
          h(
            "button",
            {
              type: "button",
              class: "button small",
              onclick: () => {
                if (!jumpTo(message.ts)) toast("That message is further up; scroll to load older ones.");
              },
            },
            "Go to message",
          ),
        ),
      ),
    );
  });
  return list;
}

function panelButton(glyph, count, label, content, className) {
  const button = h(
    "button",
    {
      type: "button",
      class: "head-button",
      "aria-label": label,
      "aria-haspopup": "dialog",
      "aria-expanded": "false",
      title: label,
    },
    icon(ICONS[glyph], 16),
    String(count),
  );
  button.addEventListener("click", () => openPanel(button, { label, content: content(), className })?.focus());
  return button;
}

function bookmark(item) {
  const mark = item.emoji
    ? h("span", { class: "emoji" }, emojiText(item.emoji.replaceAll(":", "")))
    : icon(ICONS.bookmark, 14);
  return link(item.link, mark, h("span", {}, item.title));
}

function tabs() {
  const tab = (name, title) =>
    h(
      "button",
      {
        type: "button",
        role: "tab",
        class: "tab",
        "aria-selected": String(store.tab === name),
        onclick: () => actions.showTab(name),
      },
      title,
    );
  return h(
    "div",
    { role: "tablist", class: "tabs", "aria-label": "App" },
    tab("messages", "Messages"),
    store.bot.home_tab ? tab("home", "Home") : null,
  );
}

function draw() {
  const item = channel();
  if (!item) {
    fill(root);
    fill(bar);
    return;
  }
  const title = channelTitle(item);
  const sign =
    item.kind === "im"
      ? avatar(item.user, title, "small")
      : item.kind === "private"
        ? icon(ICONS.lock)
        : h("span", { class: "hash" }, "#");
  const count = item.members?.length ?? 0;
  const pins = item.pins?.length ?? 0;
  const hasBot = item.kind === "im" && isBot(item.user);
  fill(
    root,
    h(
      "button",
      { type: "button", class: "plain back", "aria-label": "Back to conversations", onclick: actions.back },
      icon(ICONS.back, 22),
    ),
    h(
      "div",
      { class: "head-title" },
      h("h1", {}, sign, h("span", {}, title), hasBot ? h("span", { class: "badge-app" }, "APP") : null),
      item.topic
        ? h("div", { class: "topic", title: flat(item.topic) }, mrkdwn(item.topic.replaceAll("\n", " ")))
        : null,
    ),
    h(
      "div",
      { class: "head-tools" },
      pins ? panelButton("pin", pins, plural(pins, "pinned message"), () => pinList(item), "panel-wide") : null,
      item.kind === "im"
        ? null
        : panelButton("people", count, plural(count, "member"), () => about(item), "panel-about"),
    ),
  );
  const marks = item.bookmarks ?? [];
  bar.hidden = marks.length === 0 && !hasBot;
  fill(bar, hasBot ? tabs() : null, marks.map(bookmark));
}
