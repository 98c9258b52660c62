import { h, link } from "./dom.js";
import { emojiFor, replaceEmoji } from "./emoji.js";
import { slackDate } from "./format.js";
import { channelName, store, userName } from "./state.js";

const INNER = (mark) => `((?:<[^<>\\n]*>|\`[^\`\\n]*\`|[^${mark}\\n])+?)`;
const STYLED = (mark) => `(?<![\\w${mark}])${mark}(?!\\s)${INNER(mark)}(?<!\\s)${mark}(?![\\w${mark}])`;
const PATTERN = [
  "<([^<>\\n]+)>",
  "`([^`\\n]+)`",
  ":([a-z0-9_+'-]+):(?::skin-tone-\\d:)?",
  STYLED("\\*"),
  STYLED("_"),
  STYLED("~"),
  "(https?://[^\\s<>|]+[^\\s<>|.,;:!?)\\]'\"])",
].join("|");

const ENTITIES = { "&amp;": "&", "&lt;": "<", "&gt;": ">" };
export const decode = (text) => text.replace(/&(?:amp|lt|gt);/g, (entity) => ENTITIES[entity]);

export const mention = (id, label) => {
  const name = label || userName(id);
  return h("span", { class: id === store.me ? "mention mention-me" : "mention" }, `@${name.replace(/^@/, "")}`);
};

export function channelMention(id, label) {
  const name = channelName(id) ?? label;
  if (!name) return h("span", { class: "mention" }, "a private channel");
  return h("a", { class: "mention", href: `#/${id}` }, `#${name.replace(/^#/, "")}`);
}

export function groupMention(id, label) {
  const group = store.groups.get(id);
  const mine = group?.members?.includes?.(store.me);
  return h(
    "span",
    { class: mine ? "mention mention-me" : "mention" },
    `@${(group?.handle ?? label ?? id).replace(/^@/, "")}`,
  );
}

export const broadcast = (name) => h("span", { class: "mention mention-me" }, `@${name}`);

function special(body, label) {
  const date = /^date\^(-?\d+)\^([^^]+)(?:\^(.+))?$/.exec(body);
  if (date) {
    const text = slackDate(date[1], decode(date[2]), decode(label ?? ""));
    const node = date[3] ? link(decode(date[3]), text) : h("time", { title: decode(label ?? "") }, text);
    return node;
  }
  const group = /^subteam\^(\w+)$/.exec(body);
  if (group) return groupMention(group[1], label && decode(label));
  if (["here", "channel", "everyone"].includes(body)) return broadcast(body);
  return document.createTextNode(decode(label ?? `<!${body}>`));
}

function entity(inside) {
  const bar = inside.indexOf("|");
  const body = bar < 0 ? inside : inside.slice(0, bar);
  const label = bar < 0 ? undefined : inside.slice(bar + 1);
  if (body.startsWith("@"))
    return mention(body.slice(1), label && !store.people.has(body.slice(1)) ? decode(label) : undefined);
  if (body.startsWith("#")) return channelMention(body.slice(1), label && decode(label));
  if (body.startsWith("!")) return special(body.slice(1), label);
  const url = decode(body);
  if (!/^(https?:|mailto:|tel:)/i.test(url)) return document.createTextNode(decode(`<${inside}>`));
  return link(url, label ? replaceEmoji(decode(label)) : url.replace(/^(mailto|tel):/, ""));
}

function emojiNode(name, whole) {
  const glyph = emojiFor(name);
  return glyph ? h("span", { class: "emoji", role: "img", "aria-label": name, title: `:${name}:` }, glyph) : whole;
}

export function inline(text) {
  const nodes = [];
  let last = 0;
  for (const match of text.matchAll(new RegExp(PATTERN, "gi"))) {
    if (match.index > last) nodes.push(...lines(text.slice(last, match.index)));
    nodes.push(styled(match));
    last = match.index + match[0].length;
  }
  if (last < text.length) nodes.push(...lines(text.slice(last)));
  return nodes;
}

function styled([whole, angle, code, emoji, bold, italic, strike, url]) {
  if (angle !== undefined) return entity(angle);
  if (code !== undefined) return h("code", {}, decode(code));
  if (emoji !== undefined) return emojiNode(emoji, whole);
  if (bold !== undefined) return h("strong", {}, inline(bold));
  if (italic !== undefined) return h("em", {}, inline(italic));
  if (strike !== undefined) return h("s", {}, inline(strike));
  return link(decode(url), decode(url));
}

function lines(text) {
  return decode(text)
    .split("\n")
    .flatMap((line, index) => (index ? [h("br"), line] : [line]))
    .filter((node) => node !== "");
}

const QUOTE = /^(?:&gt;|>)(?!>>|&gt;&gt;) ?/;

function paragraphs(text) {
  const groups = [];
  for (const line of text.split("\n")) {
    const quoted = QUOTE.test(line);
    const content = quoted ? line.replace(QUOTE, "") : line;
    const group = groups.at(-1);
    if (group && group.quoted === quoted) group.lines.push(content);
    else groups.push({ quoted, lines: [content] });
  }
  return groups.flatMap(({ quoted, lines: own }) => {
    const nodes = inline(own.join("\n"));
    return quoted ? [h("blockquote", {}, nodes)] : [h("span", { class: "run" }, nodes)];
  });
}

/** Slack's own markup as DOM nodes; nothing in `text` is ever parsed as HTML. */
export function mrkdwn(text) {
  const parts = String(text ?? "").split(/\n?```\n?([^]*?)\n?```\n?/);
  return parts.flatMap((part, index) => {
    if (index % 2) return [h("pre", {}, decode(rawLinks(part)))];
    return part ? paragraphs(part) : [];
  });
}

/** The same text without markup, for places that show one plain line. */
export const flat = (text) => h("span", {}, mrkdwn(String(text ?? "").replaceAll("\n", " "))).textContent;

const rawLinks = (text) => text.replace(/<(https?:[^|>]+)\|?([^>]*)>/g, (_, url, label) => label || url);

const typedMention = (id) => store.people.get(id)?.name ?? (store.bot?.user_id === id ? store.bot.name : id);

/** Slack's markup as a person would have typed it, for rewriting a message. */
export const asTyped = (text) =>
  decode(
    String(text ?? "").replace(/<([^<>|]+)(?:\|([^<>]*))?>/g, (whole, body, label) => {
      if (body.startsWith("@")) return `@${typedMention(body.slice(1))}`;
      if (body.startsWith("#")) return `#${channelName(body.slice(1)) ?? label}`;
      if (body.startsWith("!subteam^")) return `@${store.groups.get(body.slice(9))?.handle ?? label}`;
      return body.startsWith("!") ? `@${body.slice(1)}` : body;
    }),
  );

/** A text object: mrkdwn or plain_text, where plain text knows emoji and nothing else. */
export function textNodes(object) {
  if (!object) return [];
  if (typeof object === "string") return mrkdwn(object);
  return object.type === "mrkdwn" ? mrkdwn(object.text) : plainText(object);
}

export const plainString = (object) => replaceEmoji(typeof object === "string" ? object : (object?.text ?? ""));

export const plainText = (object) =>
  plainString(object)
    .split("\n")
    .flatMap((line, index) => (index ? [h("br"), line] : [line]));
