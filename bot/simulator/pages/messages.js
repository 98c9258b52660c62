import * as api from "./api.js";
import { h } from "./dom.js";
import { editing } from "./editing.js";
import { historyOf, loadBackTo, loadHistory, loadOlder } from "./history.js";
import { introduction } from "./introduction.js";
import { MessageList } from "./messagelist.js";
import { Span } from "./span.js";
import { channel, channelTitle, on, store, userName } from "./state.js";
import { forgetNew, markNew, newFrom } from "./unread.js";

const EDGE = 300;

let list = null;
let log = null;
let below = null;
let shownChannel = "";
let openThread = () => {};
let stuck = true;
let newest = "";
const span = new Span();

export function startMessages(elements, onThread) {
  log = elements.log;
  below = elements.below;
  openThread = onThread;
  list = new MessageList(log);
  log.addEventListener("scroll", scrolled);
  below.addEventListener("click", () => {
    toEnd();
    log.focus({ preventScroll: true });
  });
  on("posted", toEnd);
  on("messages", (id) => {
    if (id === store.current) draw();
  });
  on("state", draw);
  on("editing", draw);
  new ResizeObserver(() => {
    if (stuck) list.toBottom();
  }).observe(log);
}

function toEnd() {
  stuck = true;
  span.toEnd();
  below.hidden = true;
  draw();
}

function scrolled() {
  const messages = historyOf(store.current).messages;
  stuck = list.atBottom && span.atEnd;
  if (stuck) {
    span.toEnd();
    below.hidden = true;
    return;
  }
  span.hold(messages);
  if (log.scrollTop < EDGE) up();
  else if (log.scrollHeight - log.scrollTop - log.clientHeight < EDGE && span.move(messages, 1)) draw();
}

async function up() {
  const id = store.current;
  if (span.move(historyOf(id).messages, -1)) {
    draw();
    return;
  }
  if (!(await loadOlder(id)) || store.current !== id) return;
  span.move(historyOf(id).messages, -1);
  draw();
}

export async function showChannel(id) {
  if (shownChannel !== id) {
    list.clear();
    forgetNew(shownChannel);
    shownChannel = id;
    stuck = true;
    newest = "";
    span.toEnd();
    below.hidden = true;
  }
  draw();
  const unread = channel(id)?.unread ?? 0;
  const answer = await loadHistory(id);
  if (store.current !== id) return answer;
  if (unread && !newFrom(id)) {
    markNew(id, historyOf(id).messages, unread);
    draw();
  }
  if (stuck) list.toBottom();
  return answer;
}

let introKey = "";
let introNode = null;

function intro(item, history, above) {
  const key = JSON.stringify([item.id, item.purpose, channelTitle(item), history.loaded, history.hasMore, above]);
  if (key !== introKey) {
    introKey = key;
    introNode = beginning(item, history, above);
  }
  return introNode ? [introNode] : [];
}

function beginning(item, history, above) {
  if (!history.loaded) return null;
  if (!history.hasMore && !above) return introduction(item);
  return h("button", { type: "button", class: "button small older", onclick: up }, "Show older messages");
}

function newLine() {
  return h("div", { class: "new-line", role: "separator", "aria-label": "New messages" }, h("span", {}, "New"));
}

function draw() {
  const item = channel();
  if (!item) {
    list.clear();
    return;
  }
  const history = historyOf(item.id);
  const [start, end] = span.bounds(history.messages);
  const anchor = stuck ? null : list.anchor();
  const pins = new Set(item.pins ?? []);
  const fresh = newFrom(item.id);
  list.draw(history.messages.slice(start, end), item.id, {
    context: `${store.me} ${store.people.size} ${store.channels.size}`,
    intro: intro(item, history, start > 0),
    previous: history.messages[start - 1] ?? null,
    options: (message) => ({ pinned: pins.has(message.ts), openThread, editing: editing(item.id, message.ts, "") }),
    before: (message) => (message.ts === fresh ? [list.node("new", fresh, newLine)] : []),
  });
  if (stuck) list.toBottom();
  else list.hold(anchor);
  const latest = history.messages.at(-1)?.ts ?? "";
  if (!stuck) offerEnd(newest !== "" && latest > newest);
  newest = latest;
}

/** The way back down; it says so when something has come meanwhile. */
function offerEnd(arrived) {
  if (!arrived && span.atEnd) return;
  if (arrived || below.hidden) below.lastChild.textContent = arrived ? "New messages" : "Latest messages";
  below.hidden = false;
}

/** Show this message of the open conversation, however far up; false when it is not there. */
export async function jumpTo(ts) {
  const id = store.current;
  await loadBackTo(id, ts);
  if (store.current !== id) return false;
  const { messages } = historyOf(id);
  if (!messages.some((message) => message.ts === ts)) return false;
  stuck = false;
  span.around(messages, ts);
  draw();
  const node = list.find(ts);
  node.scrollIntoView({ block: "center" });
  node.classList.add("found");
  node.focus({ preventScroll: true });
  setTimeout(() => node.classList.remove("found"), 2500);
  return true;
}

const elsewhere = () =>
  matchMedia("(max-width: 640px)").matches && ["sidebar", "beside", "thread"].includes(document.body.dataset.screen);

export const watching = () => !document.hidden && !elsewhere();

export function markSeen() {
  const item = channel();
  if (!item?.unread || !watching()) return;
  item.unread = 0;
  api.markRead(item.id);
}

export const composerWords = (item) =>
  item.kind === "im" ? `Message ${userName(item.user)}` : `Message #${item.name}`;
