import { fill, h, icon, ICONS, safeHref } from "./dom.js";
import { emit, store } from "./state.js";

let pane = null;
let leave = () => {};
let back = null;

export function startBeside(element, onClose) {
  pane = element;
  leave = onClose;
  pane.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    event.preventDefault();
    leave();
  });
}

function head(title, note) {
  return h(
    "header",
    { class: "thread-head" },
    h(
      "button",
      { type: "button", class: "plain back", "aria-label": "Back to conversations", onclick: () => leave() },
      icon(ICONS.back, 22),
    ),
    h("div", {}, h("h2", {}, title), note ? h("span", { class: "note" }, note) : null),
    h(
      "button",
      { type: "button", class: "plain close", "aria-label": `Close ${title}`, onclick: () => leave() },
      icon(ICONS.close),
    ),
  );
}

/** Something beside the messages: `key` names it, `content` are its nodes. */
export function showBeside({ key, title, note = "", content }) {
  if (!store.panel) back = document.activeElement;
  fill(pane, head(title, note), content);
  store.panel = key;
  pane.hidden = false;
  pane.setAttribute("aria-label", title);
  emit("current");
  (pane.querySelector("input") ?? pane.querySelector("button:not(.back)"))?.focus();
}

/** A page of others; it is not loaded again while it is open. */
export function showFrame({ title, url }) {
  if (store.panel === title) {
    pane.querySelector("button:not(.back)").focus();
    return;
  }
  const frame = h("iframe", { src: safeHref(url), title, sandbox: "allow-scripts allow-same-origin allow-popups" });
  showBeside({ key: title, title, content: frame });
}

/** Without its frame nothing in it goes on asking for news. */
export function closeBeside() {
  if (!store.panel) return;
  store.panel = "";
  pane.hidden = true;
  fill(pane);
  emit("current");
  if (back?.isConnected) back.focus();
}
