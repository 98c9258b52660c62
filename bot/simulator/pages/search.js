import * as api from "./api.js";
import { showBeside } from "./beside.js";
import { fill, h, icon, ICONS } from "./dom.js";
import { clockTime, dateOf, dayName, plural } from "./format.js";
import { authorName } from "./message.js";
import { flat } from "./mrkdwn.js";
import { userName } from "./state.js";

const PAUSE = 180;
const AROUND = 90;
const KEY = "search";

/** The words that are sought, without the filters such as in:#ops. */
const plainWords = (query) => query.split(/\s+/).filter((word) => word && !/^(in|from|has):/i.test(word));

/** A stretch of the text about the first of the words. */
function excerpt(text, words) {
  const low = text.toLowerCase();
  const at = Math.max(0, ...words.map((word) => low.indexOf(word.toLowerCase())).slice(0, 1));
  const start = Math.max(0, at - AROUND);
  const cut = text.slice(start, at + 2 * AROUND);
  return `${start ? "…" : ""}${cut}${start + cut.length < text.length ? "…" : ""}`;
}

function marked(text, words) {
  if (!words.length) return [text];
  const escaped = words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const parts = text.split(new RegExp(`(${escaped.join("|")})`, "gi"));
  return parts.map((part, index) => (index % 2 ? h("mark", {}, part) : part));
}

const place = (item) => (item.kind === "im" ? `With ${item.name}` : `#${item.name}`);

function messageRow(found, words, open) {
  const { message } = found;
  const date = dateOf(message.ts);
  const text = flat(message.text || "");
  const thread = message.thread_ts && message.thread_ts !== message.ts ? message.thread_ts : "";
  const where = `${place(found)} · ${dayName(date)} at ${clockTime(date)}${thread ? " · in a thread" : ""}`;
  const go = () => open(found.channel, { ts: thread || message.ts, thread });
  return h(
    "li",
    {},
    h(
      "button",
      { type: "button", class: "found-row", onclick: go },
      h("span", { class: "note" }, where),
      h("strong", {}, authorName(message)),
      h("span", { class: "found-text" }, marked(excerpt(text, words), words)),
    ),
  );
}

const fileRow = (file, words) =>
  h(
    "li",
    {},
    h(
      "a",
      { class: "found-row", href: api.fileUrl(file.id), target: "_blank", rel: "noopener" },
      h("span", { class: "note" }, icon(ICONS.file, 13), ` File by ${userName(file.user)}`),
      h("strong", {}, marked(file.title || file.name, words)),
    ),
  );

class Search {
  constructor(open) {
    this.open = open;
    this.asked = 0;
    this.timer = 0;
    this.field = h("input", {
      class: "field",
      type: "search",
      "aria-label": "Search messages and files",
      placeholder: "Words, from:@ana, in:#incidents, has:pin",
      autocomplete: "off",
      oninput: () => this.soon(),
    });
    this.summary = h("p", { class: "note", role: "status" }, "All the words are to be found.");
    this.rows = h("ul", { class: "found" });
    const form = h(
      "form",
      {
        role: "search",
        onsubmit: (event) => {
          event.preventDefault();
          this.find();
        },
      },
      this.field,
      this.summary,
    );
    form.addEventListener("keydown", (event) => this.down(event));
    this.rows.addEventListener("keydown", (event) => this.walk(event));
    this.content = h("div", { class: "search-pane" }, form, this.rows);
  }

  soon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.find(), PAUSE);
  }

  down(event) {
    if (event.key !== "ArrowDown") return;
    event.preventDefault();
    this.rows.querySelector(".found-row")?.focus();
  }

  walk(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const rows = [...this.rows.querySelectorAll(".found-row")];
    (rows[rows.indexOf(document.activeElement) + step] ?? this.field).focus();
  }

  async find() {
    clearTimeout(this.timer);
    const query = this.field.value.trim();
    this.asked += 1;
    const mine = this.asked;
    if (!query) {
      fill(this.rows);
      return;
    }
    const answer = await api.fetchSearch(query);
    if (mine === this.asked) this.show(answer, plainWords(query));
  }

  show(answer, words) {
    if (!answer.ok) {
      this.summary.textContent = answer.error;
      return;
    }
    const count = answer.messages.length + answer.files.length;
    const more = answer.has_more ? "; the latest are shown" : "";
    this.summary.textContent = count ? `${plural(count, "result")}${more}` : "Nothing has those words.";
    fill(
      this.rows,
      answer.messages.map((found) => messageRow(found, words, this.open)),
      answer.files.map((file) => fileRow(file, words)),
    );
  }
}

/** The search pane, begun with these words; `open(channel, {ts, thread})` shows what is chosen. */
export function showSearch(words, open) {
  const search = new Search(open);
  search.field.value = words;
  showBeside({ key: KEY, title: "Search", content: search.content });
  search.field.focus();
  if (words) search.find();
}
