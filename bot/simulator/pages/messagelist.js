import { h } from "./dom.js";
import { dateOf, dayName, sameDay } from "./format.js";
import { isSystem, messageNode } from "./message.js";

const TOGETHER = 5 * 60;
const none = () => [];

function continues(previous, message) {
  if (!previous || isSystem(previous) || isSystem(message) || previous.ephemeral || message.ephemeral) return false;
  const author = (item) => `${item.user}|${item.bot_id ?? ""}|${item.username ?? ""}`;
  return (
    author(previous) === author(message) &&
    Number(message.ts) - Number(previous.ts) < TOGETHER &&
    message.subtype !== "thread_broadcast"
  );
}

/** Draws messages into `root` and keeps the node of every message that did not change, so that open fields survive. */
export class MessageList {
  constructor(root) {
    this.root = root;
    this.drawn = new Map();
    this.alive = new Set();
    root.addEventListener("keydown", (event) => this.walk(event));
  }

  /** Arrow keys go from message to message; Tab then reaches the buttons of the one that has the focus. */
  walk(event) {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!step || !event.target.matches(".log, .message")) return;
    const stops = [...this.root.querySelectorAll(".message")];
    const at = stops.indexOf(event.target);
    const next = at < 0 ? stops.at(-1) : stops[at + step];
    if (!next) return;
    event.preventDefault();
    next.focus();
  }

  clear() {
    this.drawn.clear();
    this.root.replaceChildren();
  }

  get atBottom() {
    return this.root.scrollHeight - this.root.scrollTop - this.root.clientHeight < 60;
  }

  toBottom() {
    this.root.scrollTop = this.root.scrollHeight;
  }

  /** The node of this key as it was drawn before if its signature is the same, else built anew. */
  node(key, signature, build) {
    this.alive.add(key);
    const old = this.drawn.get(key);
    if (old?.signature === signature) return old.node;
    const node = build();
    if (old?.node.contains(document.activeElement)) this.refocus = { node, from: document.activeElement };
    this.drawn.set(key, { signature, node });
    return node;
  }

  /**
   * `options(message)` gives messageNode's options; `intro` nodes come first, `context` redraws all when it changes,
   * `previous` is the message before the first that is drawn, `before(message)` and `after(message)` give what stands
   * around it.
   */
  draw(messages, channelId, { options, intro = [], context = "", previous = null, before = none, after = none }) {
    const nodes = [...intro];
    this.alive.clear();
    for (const message of messages) {
      const date = dateOf(message.ts);
      if (!previous || !sameDay(dateOf(previous.ts), date)) nodes.push(this.dayNode(date));
      nodes.push(...before(message));
      const chosen = {
        ...options(message),
        compact: continues(previous, message) && sameDay(dateOf(previous.ts), date),
      };
      const signature = JSON.stringify([message, chosen.compact, chosen.pinned, chosen.editing, context]);
      nodes.push(
        this.node(message.ts, signature, () => messageNode(message, channelId, chosen)),
        ...after(message),
      );
      previous = message;
    }
    for (const key of this.drawn.keys()) if (!this.alive.has(key)) this.drawn.delete(key);
    this.place(nodes);
  }

  dayNode(date) {
    const key = `day ${date.toDateString()}`;
    const name = dayName(date);
    return this.node(key, name, () =>
      h("div", { class: "day", role: "separator", "aria-label": name }, h("span", {}, name)),
    );
  }

  /** The message at the top of what is seen, and how far down it begins; `hold` keeps it there through a redraw. */
  anchor() {
    const top = this.root.getBoundingClientRect().top;
    for (const node of this.root.querySelectorAll(":scope > [data-ts]")) {
      const box = node.getBoundingClientRect();
      if (box.bottom > top) return { ts: node.dataset.ts, offset: box.top - top };
    }
    return null;
  }

  hold(anchor) {
    const node = anchor && this.find(anchor.ts);
    if (!node) return;
    const moved = node.getBoundingClientRect().top - this.root.getBoundingClientRect().top - anchor.offset;
    if (moved) this.root.scrollTop += moved;
  }

  find(ts) {
    return this.root.querySelector(`[data-ts="${CSS.escape(ts)}"]`);
  }

  place(nodes) {
    const wanted = new Set(nodes);
    for (const child of [...this.root.children]) if (!wanted.has(child)) child.remove();
    let next = this.root.firstElementChild;
    for (const node of nodes) {
      if (node === next) next = next.nextElementSibling;
      else this.root.insertBefore(node, next);
    }
    if (!this.refocus) return;
    const { node, from } = this.refocus;
    this.refocus = null;
    const name = from.dataset?.actionId;
    (name ? (node.querySelector(`[data-action-id="${CSS.escape(name)}"]`) ?? node) : node).focus({
      preventScroll: true,
    });
  }
}
