import { blockNodes } from "./blocks.js";
import { elementNode, imageNode } from "./elements.js";
import { h, link } from "./dom.js";
import { plainString, textNodes } from "./mrkdwn.js";
import { richText } from "./richtext.js";

const TASK_MARKS = { pending: "○", in_progress: "◐", complete: "●", error: "✕" };
const TASK_WORDS = { pending: "waiting", in_progress: "under way", complete: "done", error: "failed" };

const words = (object, className = "words") => (object ? h("div", { class: className }, textNodes(object)) : null);

function alert(block) {
  const level = ["info", "warning", "error", "success"].includes(block.level) ? block.level : "default";
  return h("div", { class: `alert ${level}`, role: "note" }, textNodes(block.text));
}

function card(block, host) {
  const buttons = (block.actions ?? []).map((element) => elementNode(element, block, host));
  return h(
    "div",
    { class: "kit-card" },
    block.hero_image ? h("div", { class: "picture" }, imageNode(block.hero_image)) : null,
    h(
      "div",
      { class: "kit-card-head" },
      block.icon ? imageNode(block.icon, "context-image") : null,
      h("div", {}, block.title ? h("strong", {}, textNodes(block.title)) : null, words(block.subtitle, "note")),
    ),
    words(block.body),
    buttons.length ? h("div", { class: "block-actions" }, buttons) : null,
  );
}

const carousel = (block, host) =>
  h(
    "div",
    { class: "carousel", tabindex: "0", role: "group", "aria-label": "Cards" },
    (block.elements ?? []).map((item) => card(item, host)),
  );

const container = (block, host) =>
  h(
    "div",
    { class: "kit-card" },
    block.title ? h("strong", {}, textNodes(block.title)) : null,
    blockNodes(block.child_blocks ?? block.blocks ?? block.elements, host),
  );

function task(item) {
  const status = item.status in TASK_MARKS ? item.status : "pending";
  return h(
    "div",
    { class: "kit-task" },
    h("span", { class: `task-mark ${status}`, role: "img", "aria-label": TASK_WORDS[status] }, TASK_MARKS[status]),
    h(
      "div",
      {},
      h("strong", {}, plainString(item.title)),
      [item.details, item.output].filter(Boolean).map(richText),
      (item.sources ?? []).map((source) => h("div", { class: "note" }, link(source.url, source.text ?? source.url))),
    ),
  );
}

const plan = (block) =>
  h("div", { class: "kit-card" }, h("strong", {}, plainString(block.title)), (block.tasks ?? []).map(task));

const contextActions = (block, host) => (block.elements ?? []).map((element) => elementNode(element, block, host));

/** Blocks that came after the first dozen, https://docs.slack.dev/reference/block-kit/blocks. */
export const NEW_BLOCKS = {
  alert,
  card,
  carousel,
  container,
  plan,
  task_card: task,
  context_actions: contextActions,
};

const SAYING = new Set(["text", "title", "subtitle", "label", "alt_text", "description", "body", "value"]);

function textsIn(value, found = []) {
  if (Array.isArray(value)) for (const item of value) textsIn(item, found);
  else if (value && typeof value === "object")
    for (const [key, item] of Object.entries(value)) {
      if (typeof item === "string") {
        if (SAYING.has(key) && item.trim()) found.push(item);
      } else textsIn(item, found);
    }
  return found;
}

/** A kind that this page does not know: its name, and whatever it says. */
export function unknownNode(what, item) {
  const lines = [...new Set(textsIn(item))].slice(0, 12);
  return h(
    "div",
    { class: "unknown", role: "note" },
    h("span", { class: "unknown-name" }, `${what} “${item.type}”, which this page does not draw`),
    lines.map((line) => h("div", { class: "words" }, textNodes(line))),
  );
}
