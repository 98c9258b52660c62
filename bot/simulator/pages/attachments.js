import { blockNodes } from "./blocks.js";
import { h, link } from "./dom.js";
import { mrkdwn } from "./mrkdwn.js";

const COLORS = { good: "#2eb886", warning: "#daa038", danger: "#a30200" };

const words = (text) => (text ? h("div", { class: "words" }, mrkdwn(text)) : null);

function title(item) {
  if (!item.title) return null;
  const name = h("strong", {}, item.title);
  return h("div", { class: "words" }, item.title_link ? link(item.title_link, name) : name);
}

function fields(item) {
  if (!item.fields?.length) return null;
  const cell = (field) =>
    h("div", { class: "section-field" }, h("strong", {}, field.title), h("br"), mrkdwn(field.value));
  return h("div", { class: "fields" }, item.fields.map(cell));
}

function barOf(color) {
  const code = COLORS[color] ?? (color ? `#${color.replace("#", "")}` : "");
  return /^#[0-9a-f]{3,8}$/i.test(code) ? `--bar:${code}` : null;
}

/** A legacy attachment: a bar of its colour beside its words, fields or blocks. */
export function attachmentNodes(item, host) {
  const head = title(item);
  return [
    words(item.pretext),
    h(
      "div",
      { class: "attachment", style: barOf(item.color) },
      item.author_name ? h("div", { class: "note" }, item.author_name) : null,
      head,
      words(item.text),
      fields(item),
      item.blocks ? blockNodes(item.blocks, host) : null,
      item.blocks || item.text || head ? null : words(item.fallback),
      item.footer ? h("div", { class: "note" }, mrkdwn(item.footer)) : null,
    ),
  ];
}
