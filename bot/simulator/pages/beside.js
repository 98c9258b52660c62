import { fill, h, icon, ICONS, safeHref } from "./dom.js";
import { emit, store } from "./state.js";

let pane = null;
let leave = () => {};

export function startBeside(element, onClose) {
  pane = element;
  leave = onClose;
  pane.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented) leave();
  });
}

function head(title) {
  return h(
    "header",
    { class: "thread-head" },
    h(
      "button",
      { type: "button", class: "plain back", "aria-label": "Back to conversations", onclick: () => leave() },
      icon(ICONS.back, 22),
    ),
    h("div", {}, h("h2", {}, title)),
    h(
      "button",
      { type: "button", class: "plain close", "aria-label": `Close ${title}`, onclick: () => leave() },
      icon(ICONS.close),
    ),
  );
}

export function showBeside({ title, url }) {
  if (store.panel !== title) {
    const frame = h("iframe", { src: safeHref(url), title, sandbox: "allow-scripts allow-same-origin allow-popups" });
    fill(pane, head(title), frame);
  }
  store.panel = title;
  pane.hidden = false;
  pane.setAttribute("aria-label", title);
  emit("current");
  pane.querySelector("button:not(.back)").focus();
}

/** Without its frame nothing in it goes on asking for news. */
export function closeBeside() {
  if (!store.panel) return;
  store.panel = "";
  pane.hidden = true;
  fill(pane);
  emit("current");
}
