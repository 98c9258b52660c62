import { blockNodes } from "./blocks.js";
import { ViewHost } from "./hosts.js";
import { h } from "./dom.js";
import { channel, isBot, store, userName } from "./state.js";

let root = null;
let host = null;
let shown = "";

export function startHome(element) {
  root = element;
}

/** The app's Home tab, when the workspace has one and its conversation is open. */
export function drawHome() {
  const item = channel();
  const here = store.tab === "home" && item?.kind === "im" && isBot(item.user);
  root.hidden = !here;
  if (!here) return;
  const signature = JSON.stringify([store.me, store.home]);
  if (signature === shown) return;
  shown = signature;
  if (!store.home) {
    root.replaceChildren(h("p", { class: "note" }, `${userName(item.user)} shows nothing here yet.`));
    return;
  }
  if (host?.container.view_id !== store.home.id) host = new ViewHost(store.home);
  host.take(store.home);
  root.replaceChildren(...blockNodes(store.home.blocks, host));
}
