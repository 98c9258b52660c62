import { h, link } from "./dom.js";
import { emojiText } from "./emoji.js";
import { dateOf, slackDate } from "./format.js";
import { broadcast, channelMention, groupMention, mention } from "./mrkdwn.js";

const STYLES = { bold: "strong", italic: "em", strike: "s", code: "code", underline: "u" };

function withStyle(node, style) {
  return Object.entries(STYLES).reduce((inner, [name, tag]) => (style?.[name] ? h(tag, {}, inner) : inner), node);
}

const lineBreaks = (text) => text.split("\n").flatMap((line, index) => (index ? [h("br"), line] : [line]));

const PIECES = {
  text: (piece) => h("span", {}, lineBreaks(piece.text ?? "")),
  link: (piece) => link(piece.url, piece.text || piece.url),
  user: (piece) => mention(piece.user_id),
  channel: (piece) => channelMention(piece.channel_id),
  usergroup: (piece) => groupMention(piece.usergroup_id),
  broadcast: (piece) => broadcast(piece.range),
  emoji: (piece) => h("span", { class: "emoji", role: "img", "aria-label": piece.name }, emojiText(piece.name)),
  color: (piece) => h("code", {}, piece.value),
  date: (piece) =>
    h(
      "time",
      {},
      slackDate(piece.timestamp, piece.format ?? "{date}", piece.fallback ?? String(dateOf(piece.timestamp))),
    ),
};

const piece = (item) => withStyle((PIECES[item.type] ?? (() => h("span", {}, item.text ?? "")))(item), item.style);

const pieces = (elements) => (elements ?? []).map(piece);

const PARTS = {
  rich_text_section: (part) => h("div", { class: "rich-section" }, pieces(part.elements)),
  rich_text_preformatted: (part) => h("pre", {}, pieces(part.elements)),
  rich_text_quote: (part) => h("blockquote", {}, pieces(part.elements)),
  rich_text_list: (part) =>
    h(
      part.style === "ordered" ? "ol" : "ul",
      { class: `rich-list indent-${Math.min(part.indent ?? 0, 4)}`, start: part.offset ? part.offset + 1 : null },
      (part.elements ?? []).map((item) => h("li", {}, pieces(item.elements))),
    ),
};

export const richText = (block) =>
  h(
    "div",
    { class: "rich-text" },
    (block.elements ?? []).map((part) => (PARTS[part.type] ?? PARTS.rich_text_section)(part)),
  );

/** What a person typed into a rich text input, as the rich text Slack would send. */
export function richTextFrom(text) {
  return {
    type: "rich_text",
    elements: [{ type: "rich_text_section", elements: text ? [{ type: "text", text }] : [] }],
  };
}

export function richTextPlain(value) {
  const read = (item) => item.text ?? (item.elements ?? []).map(read).join("");
  return (value?.elements ?? []).map(read).join("\n");
}
