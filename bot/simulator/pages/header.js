import { canvasTabs } from "./canvas.js";
import { fill, h, icon, ICONS, link } from "./dom.js";
import { emojiText } from "./emoji.js";
import { plural } from "./format.js";
import { about } from "./members.js";
import { openPanel } from "./menu.js";
import { avatar } from "./message.js";
import { flat, mrkdwn } from "./mrkdwn.js";
import { pinList } from "./pins.js";
import { presenceDot } from "./presence.js";
import { channel, channelTitle, isBot, on, store } from "./state.js";

let root = null;
let bar = null;
let actions = {};
let drawn = "";

/** `given` are back(), showTab(name), search(), openCanvas(id) and jump(message). */
export function startHeader(headerElement, barElement, given) {
  [root, bar, actions] = [headerElement, barElement, given];
  on("state", draw);
  on("current", draw);
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
  button.addEventListener("click", () => openPanel(button, { label, content: content(button), className })?.focus());
  return button;
}

function bookmark(item) {
  const mark = item.emoji
    ? h("span", { class: "emoji" }, emojiText(item.emoji.replaceAll(":", "")))
    : icon(ICONS.bookmark, 14);
  const node = link(item.link, mark, h("span", {}, item.title));
  node.classList.add("bookmark");
  return node;
}

function tab(name, title) {
  return h(
    "button",
    {
      type: "button",
      role: "tab",
      class: "tab",
      "aria-selected": String(store.tab === name),
      tabindex: store.tab === name ? "0" : "-1",
      onclick: () => actions.showTab(name),
    },
    title,
  );
}

function tabs() {
  const list = h(
    "div",
    { role: "tablist", class: "tabs", "aria-label": "App" },
    store.bot.home_tab ? tab("home", "Home") : null,
    tab("messages", "Messages"),
  );
  list.addEventListener("keydown", (event) => {
    if (!["ArrowLeft", "ArrowRight"].includes(event.key)) return;
    event.preventDefault();
    list.querySelector("[aria-selected=false]")?.click();
    bar.querySelector("[aria-selected=true]")?.focus();
  });
  return list;
}

function sign(item, title) {
  if (item.kind === "im") return avatar(item.user, title, "small");
  return item.kind === "private" ? icon(ICONS.lock) : h("span", { class: "hash" }, "#");
}

function titleNode(item, hasBot) {
  const title = channelTitle(item);
  const topic = item.topic
    ? h("div", { class: "topic", title: flat(item.topic) }, mrkdwn(item.topic.replaceAll("\n", " ")))
    : null;
  const beside = hasBot ? h("span", { class: "badge-app" }, "APP") : item.kind === "im" ? presenceDot(item.user) : null;
  return h("div", { class: "head-title" }, h("h1", {}, sign(item, title), h("span", {}, title), beside), topic);
}

function searchButton() {
  const label = "Search messages";
  return h(
    "button",
    { type: "button", class: "head-button", "aria-label": label, title: label, onclick: actions.search },
    icon(ICONS.search, 16),
  );
}

function tools(item) {
  const count = item.members?.length ?? 0;
  const pins = item.pins?.length ?? 0;
  return h(
    "div",
    { class: "head-tools" },
    pins
      ? panelButton("pin", pins, plural(pins, "pinned message"), () => pinList(item, actions.jump), "panel-wide")
      : null,
    item.kind === "im"
      ? null
      : panelButton("people", count, plural(count, "member"), (button) => about(item, button), "panel-about"),
    searchButton(),
  );
}

function draw() {
  const item = channel();
  if (!item) {
    drawn = "";
    fill(root);
    fill(bar);
    return;
  }
  const { unread, last_read, mentions, ...shown } = item;
  const people = item.kind === "im" ? store.people.get(item.user) : store.people.size;
  const signature = JSON.stringify([shown, store.tab, store.me, people]);
  if (signature === drawn) return;
  drawn = signature;
  const hasBot = item.kind === "im" && isBot(item.user);
  const back = h(
    "button",
    { type: "button", class: "plain back", "aria-label": "Back to conversations", onclick: actions.back },
    icon(ICONS.back, 22),
  );
  fill(root, back, titleNode(item, hasBot), tools(item));
  drawBar(item, hasBot);
}

function drawBar(item, hasBot) {
  const marks = [...canvasTabs(item, actions.openCanvas), ...(item.bookmarks ?? []).map(bookmark)];
  bar.hidden = marks.length === 0 && !hasBot;
  fill(bar, hasBot ? tabs() : null, marks);
}
