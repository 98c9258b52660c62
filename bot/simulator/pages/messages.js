import * as api from "./api.js";
import { h } from "./dom.js";
import { historyOf, loadHistory, loadOlder } from "./history.js";
import { MessageList } from "./messagelist.js";
import { channel, channelTitle, on, store, userName } from "./state.js";

let list = null;
let log = null;
let below = null;
let shownChannel = "";
let openThread = () => {};

export function startMessages(elements, onThread) {
  log = elements.log;
  below = elements.below;
  openThread = onThread;
  list = new MessageList(log);
  log.addEventListener("scroll", scrolled);
  below.addEventListener("click", () => list.toBottom());
  on("messages", (id) => {
    if (id === store.current) draw();
  });
  on("state", draw);
  new ResizeObserver(() => {
    if (stuck) list.toBottom();
  }).observe(log);
}

let stuck = true;

function scrolled() {
  stuck = list.atBottom;
  if (stuck) below.hidden = true;
  if (log.scrollTop < 80) loadOlder(store.current);
}

export async function showChannel(id) {
  if (shownChannel !== id) {
    list.clear();
    shownChannel = id;
    stuck = true;
    below.hidden = true;
  }
  draw();
  const answer = await loadHistory(id);
  if (store.current === id && list.atBottom) list.toBottom();
  return answer;
}

function introduction(item) {
  const title = channelTitle(item);
  const where =
    item.kind === "im"
      ? `This is the beginning of your conversation with ${title}.`
      : `This is the beginning of #${title}.`;
  return h(
    "div",
    { class: "beginning" },
    h("h3", {}, item.kind === "im" ? title : `# ${title}`),
    h("p", {}, where),
    item.purpose ? h("p", { class: "note" }, item.purpose) : null,
  );
}

let introKey = "";
let introNode = null;

function intro(item, history) {
  const key = JSON.stringify([item.id, item.purpose, channelTitle(item), history.loaded, history.hasMore]);
  if (key !== introKey) {
    introKey = key;
    introNode = !history.loaded
      ? null
      : history.hasMore
        ? h(
            "button",
            { type: "button", class: "button small older", onclick: () => loadOlder(item.id) },
            "Show older messages",
          )
        : introduction(item);
  }
  return introNode ? [introNode] : [];
}

function draw() {
  const item = channel();
  if (!item) {
    list.clear();
    return;
  }
  const history = historyOf(item.id);
  const [height, top, last] = [log.scrollHeight, log.scrollTop, log.lastElementChild];
  const firstTs = log.querySelector("[data-ts]")?.dataset.ts;
  const pins = new Set(item.pins ?? []);
  const context = `${store.me} ${store.people.size} ${store.channels.size}`;
  list.draw(history.messages, item.id, {
    context,
    intro: intro(item, history),
    options: (message) => ({ pinned: pins.has(message.ts), openThread }),
  });
  if (stuck) list.toBottom();
  else if (firstTs && history.messages[0]?.ts < firstTs) log.scrollTop = top + log.scrollHeight - height;
  else if (log.lastElementChild !== last && last?.isConnected) below.hidden = false;
}

export function jumpTo(ts) {
  const node = log.querySelector(`[data-ts="${CSS.escape(ts)}"]`);
  if (!node) return false;
  stuck = false;
  node.scrollIntoView({ block: "center" });
  node.classList.add("found");
  setTimeout(() => node.classList.remove("found"), 2500);
  return true;
}

const elsewhere = () =>
  matchMedia("(max-width: 640px)").matches && ["sidebar", "beside"].includes(document.body.dataset.screen);

export const watching = () => !document.hidden && !elsewhere();

export function markSeen() {
  const item = channel();
  if (!item?.unread || !watching()) return;
  item.unread = 0;
  api.markRead(item.id);
}

export const composerWords = (item) =>
  item.kind === "im" ? `Message ${userName(item.user)}` : `Message #${item.name}`;
