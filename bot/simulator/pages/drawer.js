import * as api from "./api.js";
import { fill, h, icon, ICONS } from "./dom.js";
import { FaultBench } from "./faults.js";
import { openFeed } from "./feed.js";
import { plural } from "./format.js";
import { emit, store } from "./state.js";
import { Traffic } from "./traffic.js";

let root = null;
let stop = () => {};
let traffic = null;
let bench = null;
let count = null;
let back = null;

export function startDrawer(element) {
  root = element;
  root.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    event.preventDefault();
    toggleDrawer();
  });
}

function tool(label, glyph, onclick, attributes = {}) {
  return h(
    "button",
    { type: "button", class: "plain", "aria-label": label, title: label, onclick, ...attributes },
    icon(ICONS[glyph], 16),
  );
}

function pauseButton() {
  const button = tool("Pause", "pause", () => {
    traffic.pause(!traffic.paused);
    button.setAttribute("aria-pressed", String(traffic.paused));
    fill(button, icon(ICONS[traffic.paused ? "play" : "pause"], 16));
    button.title = traffic.paused ? "Go on" : "Pause";
  }, { "aria-pressed": "false" });
  return button;
}

function head() {
  const filter = h("input", {
    class: "field",
    type: "search",
    "aria-label": "Show only what has this text",
    placeholder: "Filter",
    autocomplete: "off",
    oninput: () => traffic.filter(filter.value),
  });
  count = h("span", { class: "note drawer-count" });
  return h(
    "header",
    { class: "drawer-head" },
    h("h2", {}, "Under the hood"),
    count,
    filter,
    pauseButton(),
    tool("Clear the list", "trash", () => traffic.clear()),
    tool("Close Under the hood", "close", toggleDrawer, { "data-close": "" }),
  );
}

let telling = 0;

/** Counting may wait for the next picture, however much arrives. */
function tellCount() {
  cancelAnimationFrame(telling);
  telling = requestAnimationFrame(() => {
    const held = traffic.held.length ? `, ${traffic.held.length} held back` : "";
    count.textContent = `${plural(traffic.shown, "line")}${held}`;
  });
}

async function begin() {
  const [calls, deliveries] = await Promise.all([api.fetchCalls(), api.fetchDeliveries(), bench.refresh()]);
  traffic.begin(calls.calls ?? [], deliveries.deliveries ?? []);
}

const NEWS = {
  call: ({ call }) => traffic.takeCall(call),
  delivery: ({ delivery }) => traffic.takeDelivery(delivery),
  faults: () => bench.refresh(),
};

function show() {
  back = document.activeElement;
  bench = new FaultBench();
  traffic = new Traffic((method) => bench.aim(method));
  traffic.changed = tellCount;
  fill(root, head(), h("div", { class: "drawer-body" }, bench.root, traffic.list));
  root.hidden = false;
  stop = openFeed({ watch: true, onOpen: begin, onLost: () => {}, onEvent: (event) => NEWS[event.type]?.(event) });
  root.querySelector(matchMedia("(hover: hover)").matches ? "input" : "[data-close]").focus();
}

function hide() {
  stop();
  cancelAnimationFrame(telling);
  root.hidden = true;
  fill(root);
  if (back?.isConnected) back.focus();
}

/** The drawer listens only while it is open. */
export function toggleDrawer() {
  store.drawer = !store.drawer;
  if (store.drawer) show();
  else hide();
  emit("drawer");
}
