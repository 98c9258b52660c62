import { toast } from "./dialogs.js";
import { fill, h, icon, ICONS } from "./dom.js";
import { Composer } from "./composer.js";
import { editing } from "./editing.js";
import { plural } from "./format.js";
import { loadThread, threadOf } from "./history.js";
import { MessageList } from "./messagelist.js";
import { channel, channelTitle, on, store } from "./state.js";

let pane = null;
let list = null;
let composer = null;
let shown = "";

export function startThread(element, onClose) {
  pane = element;
  const log = h("div", { class: "log", role: "log", "aria-live": "off", "aria-label": "Replies", tabindex: "0" });
  list = new MessageList(log);
  composer = new Composer({ label: "Reply", place: () => ({ channel: store.current, thread: store.thread }) });
  const where = h("span", { class: "note" });
  fill(
    pane,
    h(
      "header",
      { class: "thread-head" },
      h(
        "button",
        { type: "button", class: "plain back", "aria-label": "Back to the channel", onclick: onClose },
        icon(ICONS.back, 22),
      ),
      h("div", {}, h("h2", {}, "Thread"), where),
      h(
        "button",
        { type: "button", class: "plain close", "aria-label": "Close the thread", onclick: onClose },
        icon(ICONS.close),
      ),
    ),
    log,
    composer.root,
  );
  pane.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented) onClose();
  });
  on("thread", () => draw(where));
  on("state", () => draw(where));
  on("editing", () => draw(where));
}

export async function showThread() {
  pane.hidden = !store.thread;
  const key = `${store.current}:${store.thread}`;
  if (!store.thread || key === shown) {
    if (!store.thread) shown = "";
    return;
  }
  shown = key;
  list.clear();
  composer.placeChanged("Reply…");
  const answer = await loadThread(store.current, store.thread);
  if (!answer.ok) toast(answer.error);
  list.toBottom();
  composer.focus();
}

export const reloadThread = () => (store.thread ? loadThread(store.current, store.thread) : null);

function draw(where) {
  if (!store.thread) return;
  const messages = threadOf(store.current, store.thread) ?? [];
  const item = channel();
  where.textContent = item ? (item.kind === "im" ? channelTitle(item) : `#${channelTitle(item)}`) : "";
  const stuck = list.atBottom;
  const replies = messages.length - 1;
  const divider =
    replies > 0 ? [h("div", { class: "replies-line" }, h("span", {}, plural(replies, "reply", "replies")))] : [];
  list.draw(messages, store.current, {
    options: (message) => ({
      thread: store.thread,
      editing: editing(store.current, message.ts, store.thread),
    }),
    context: `${store.me} ${store.people.size}`,
    after: (message) => (message.ts === store.thread ? divider : []),
  });
  if (stuck) list.toBottom();
}
