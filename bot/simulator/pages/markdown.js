import { h, link } from "./dom.js";
import { emojiFor } from "./emoji.js";
import { decode } from "./mrkdwn.js";

const INLINE = new RegExp(
  [
    "\\\\([!-/:-@\\[-`{-~])",
    "(`+)([^]+?)\\2(?!`)",
    '!?\\[([^\\]]*)\\]\\(\\s*<?([^\\s)>]+)>?(?:\\s+"[^"]*")?\\s*\\)',
    "<((?:https?://|mailto:)[^>\\s]+)>",
    "\\*\\*\\*(?!\\s)([^*]+?)\\*\\*\\*",
    "\\*\\*(?!\\s)([^]+?)\\*\\*",
    "__(?!\\s)([^]+?)__(?!\\w)",
    "\\*(?![\\s*])([^*]+?)\\*",
    "(?<!\\w)_(?![\\s_])([^_]+?)_(?!\\w)",
    "~~([^]+?)~~",
    ":([a-z0-9_+'-]+):",
    "(https?://[^\\s<>|]+[^\\s<>|.,;:!?)\\]'\"*_])",
    "(?: {2,}|\\\\)\\n",
  ].join("|"),
  "g",
);

export function markdownInline(text) {
  const nodes = [];
  let last = 0;
  for (const match of text.matchAll(INLINE)) {
    if (match.index > last) nodes.push(decode(text.slice(last, match.index)));
    nodes.push(inlineNode(match));
    last = match.index + match[0].length;
  }
  if (last < text.length) nodes.push(decode(text.slice(last)));
  return nodes;
}

function inlineNode([whole, escaped, , code, label, target, auto, both, strong, strong2, em, em2, strike, emoji, url]) {
  if (escaped !== undefined) return escaped;
  if (code !== undefined) return h("code", {}, code.trim());
  if (target !== undefined) return link(target, label ? markdownInline(label) : target);
  if (auto ?? url) return link(auto ?? url, auto ?? url);
  if (both !== undefined) return h("strong", {}, h("em", {}, markdownInline(both)));
  if (strong ?? strong2) return h("strong", {}, markdownInline(strong ?? strong2));
  if (em ?? em2) return h("em", {}, markdownInline(em ?? em2));
  if (strike !== undefined) return h("s", {}, markdownInline(strike));
  if (emoji !== undefined) return emojiFor(emoji) ?? whole;
  return h("br");
}

const FENCE = /^ {0,3}(```+|~~~+)\s*(\S*)/;
const HEADING = /^ {0,3}(#{1,6})\s+(.*?)\s*#*\s*$/;
const RULE = /^ {0,3}([-*_])(?:\s*\1){2,}\s*$/;
const QUOTE = /^ {0,3}> ?/;
const ITEM = /^(\s*)([-*+]|\d+[.)])\s+(.*)$/;
const TABLE_LINE = /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/;

const BLOCKS = [fence, heading, rule, quote, list, table];

/** CommonMark's everyday part (headings, lists, tables, code, quotes, emphasis, links) as DOM nodes, never as HTML. */
export function markdown(source) {
  const rows = String(source ?? "")
    .replace(/\r\n?/g, "\n")
    .replace(/<!--[^]*?-->/g, "")
    .split("\n");
  return h("div", { class: "markdown" }, parse(rows));
}

function parse(rows) {
  const nodes = [];
  let at = 0;
  while (at < rows.length) {
    if (!rows[at].trim()) {
      at += 1;
      continue;
    }
    const [node, next] = blockAt(rows, at) ?? paragraph(rows, at);
    nodes.push(node);
    at = next;
  }
  return nodes;
}

function blockAt(rows, at) {
  for (const read of BLOCKS) {
    const found = read(rows, at);
    if (found) return found;
  }
  return null;
}

function paragraph(rows, at) {
  let end = at + 1;
  while (end < rows.length && rows[end].trim() && !blockAt(rows, end)) end += 1;
  return [
    h(
      "p",
      {},
      markdownInline(
        rows
          .slice(at, end)
          .map((row) => row.replace(/^\s+/, ""))
          .join("\n"),
      ),
    ),
    end,
  ];
}

function fence(rows, at) {
  const open = FENCE.exec(rows[at]);
  if (!open) return null;
  let end = at + 1;
  while (end < rows.length && !rows[end].trim().startsWith(open[1])) end += 1;
  return [h("pre", {}, h("code", {}, rows.slice(at + 1, end).join("\n"))), end + 1];
}

function heading(rows, at) {
  const found = HEADING.exec(rows[at]);
  return found && [h(`h${found[1].length}`, {}, markdownInline(found[2])), at + 1];
}

function rule(rows, at) {
  return RULE.test(rows[at]) ? [h("hr"), at + 1] : null;
}

function quote(rows, at) {
  if (!QUOTE.test(rows[at])) return null;
  let end = at;
  while (end < rows.length && QUOTE.test(rows[end])) end += 1;
  return [h("blockquote", {}, parse(rows.slice(at, end).map((row) => row.replace(QUOTE, "")))), end];
}

function list(rows, at) {
  const first = ITEM.exec(rows[at]);
  if (!first) return null;
  const depth = first[1].length;
  const ordered = /\d/.test(first[2]);
  const items = [];
  let end = at;
  while (end < rows.length) {
    const item = ITEM.exec(rows[end]);
    if (item && item[1].length <= depth + 1) {
      if (item[1].length < depth || /\d/.test(item[2]) !== ordered) break;
      items.push([item[3]]);
    } else if (!continues(rows, end, depth)) break;
    else items.at(-1).push(rows[end].slice(Math.min(depth + 2, rows[end].search(/\S|$/))));
    end += 1;
  }
  const start = ordered ? Number.parseInt(first[2], 10) : null;
  return [h(ordered ? "ol" : "ul", { start: start === 1 ? null : start }, items.map(listItem)), end];
}

function continues(rows, at, depth) {
  if (rows[at].trim()) return rows[at].search(/\S/) > depth || !(rows[at - 1].trim() === "" || blockAt(rows, at));
  const next = rows[at + 1];
  return Boolean(next?.trim()) && (next.search(/\S/) > depth || ITEM.test(next));
}

function listItem(rows) {
  const task = /^\[([ xX])\]\s+(.*)$/.exec(rows[0]);
  const [first, ...rest] = task ? [task[2], ...rows.slice(1)] : rows;
  const box =
    task &&
    h("input", {
      type: "checkbox",
      disabled: true,
      checked: task[1] !== " ",
      "aria-label": task[1] === " " ? "open" : "done",
    });
  const plainRest = rest.every((row) => row.trim() && !ITEM.test(row) && !FENCE.test(row));
  const body = plainRest ? markdownInline([first, ...rest].join("\n")) : [markdownInline(first), parse(rest)];
  return h("li", { class: task ? "task" : null }, box, body);
}

const cells = (row) =>
  row
    .trim()
    .replace(/^\||\|$/g, "")
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll("\\|", "|"));

function table(rows, at) {
  if (!rows[at].includes("|") || !TABLE_LINE.test(rows[at + 1] ?? "") || !rows[at + 1].includes("-")) return null;
  let end = at + 2;
  while (end < rows.length && rows[end].includes("|") && rows[end].trim()) end += 1;
  const line = (tag, row) =>
    h(
      "tr",
      {},
      cells(row).map((cell) => h(tag, {}, markdownInline(cell))),
    );
  const body = rows.slice(at + 2, end).map((row) => line("td", row));
  const head = cells(rows[at]).some(Boolean) ? h("thead", {}, line("th", rows[at])) : null;
  return [h("div", { class: "table-frame" }, h("table", {}, head, h("tbody", {}, body))), end];
}
