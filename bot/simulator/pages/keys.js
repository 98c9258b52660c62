import { showDialog } from "./dialogs.js";
import { h, icon, ICONS } from "./dom.js";

const MAC = /Mac|iPhone|iPad/.test(navigator.platform);
const MOD = MAC ? "⌘" : "Ctrl";

const LIST = [
  [[MOD, "K"], "Jump to a channel, an incident or a person"],
  [[MOD, "F"], "Search messages"],
  [["Alt", "↑ ↓"], "The conversation above or below"],
  [["Alt", "Shift", "↑ ↓"], "The unread conversation above or below"],
  [["F6"], "To the next part of the page"],
  [["Enter"], "Send; with Shift a new line"],
  [["↑"], "In an empty field: edit your last message"],
  [["↑ ↓"], "In the messages and lists: one up or down; Tab reaches the buttons"],
  [[MOD, "Enter"], "Hand a dialog in"],
  [[MOD, "."], "Under the hood: calls, events and faults"],
  [["Esc"], "Close what is open"],
  [["?"], "This list"],
];

const typing = (target) => target.closest?.("input, textarea, [contenteditable]") !== null;

export function showKeys() {
  if (document.querySelector("dialog[open]")) return;
  const close = h(
    "button",
    { type: "button", class: "plain", "aria-label": "Close", onclick: () => leave() },
    icon(ICONS.close),
  );
  const keys = (names) => names.map((name) => h("kbd", {}, name));
  const rows = LIST.map(([names, words]) => [h("dt", {}, keys(names)), h("dd", {}, words)]);
  const { leave } = showDialog({
    label: "Keys",
    testId: "keys",
    onCancel: () => leave(),
    content: [
      h("header", { class: "dialog-head" }, h("h2", {}, "Keys"), close),
      h("div", { class: "dialog-body" }, h("dl", { class: "keys" }, rows)),
    ],
  });
  close.focus();
}

/** The name of a pressed key with its modifiers, such as "mod+k" or "alt+shift+ArrowUp". */
function chord(event) {
  const parts = [(event.ctrlKey || event.metaKey) && "mod", event.altKey && "alt"];
  const named = event.key.length > 1;
  if (event.shiftKey && named) parts.push("shift");
  return [...parts, named ? event.key : event.key.toLowerCase()].filter(Boolean).join("+");
}

/** `actions` maps chords to what they do; a single letter counts only while nobody types. */
export function startKeys(actions) {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    const name = chord(event);
    const act = actions[name];
    if (!act || document.querySelector("dialog[open]")) return;
    if (!/^(mod|alt|F\d)/.test(name) && typing(event.target)) return;
    if (act(event) !== false) event.preventDefault();
  });
}

const PARTS = [
  ".entry.here",
  "#log",
  "#home",
  "#composer-place textarea",
  "#thread textarea",
  "#beside :is(input, button:not(.back))",
  "#drawer input",
];

/** F6 goes round the parts of the page that are on the screen. */
export function nextPart(step) {
  const stops = PARTS.map((selector) => document.querySelector(selector)).filter((node) => node?.checkVisibility());
  const container = (node) => node.closest("aside, #log, #home, #composer-place, #drawer");
  const at = stops.findIndex((node) => container(node)?.contains(document.activeElement));
  stops[(at + step + stops.length) % stops.length]?.focus();
}
