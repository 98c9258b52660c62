import { fill, h, uid } from "./dom.js";
import { emojiText, findEmoji } from "./emoji.js";
import { flat } from "./mrkdwn.js";
import { peopleAndBot, store } from "./state.js";

const LIMIT = 8;

const startsOrHas = (text, wanted) => text.toLowerCase().includes(wanted);

function commands(part) {
  return store.commands
    .filter((item) => item.command.toLowerCase().startsWith(part))
    .map((item) => ({
      insert: item.command,
      label: item.command,
      note: [item.usage_hint, item.description].filter(Boolean).join("  ·  "),
    }));
}

function mentions(part) {
  const people = peopleAndBot()
    .filter((person) => startsOrHas(person.name, part) || startsOrHas(person.title, part))
    .map((person) => ({ insert: `@${person.name}`, label: person.title, note: `@${person.name}` }));
  const groups = [...store.groups.values()]
    .filter((group) => startsOrHas(group.handle, part) || startsOrHas(group.name ?? "", part))
    .map((group) => ({ insert: `@${group.handle}`, label: `@${group.handle}`, note: group.name ?? "Group" }));
  const all = ["here", "channel"]
    .filter((name) => name.startsWith(part))
    .map((name) => ({ insert: `@${name}`, label: `@${name}`, note: "Everyone in this channel" }));
  return [...people, ...groups, ...all];
}

// #1 is not #21
const named = (name, part) => (/^\d+$/.test(part) ? name.split(/[-_]/).includes(part) : startsOrHas(name, part));

function channels(part) {
  return [...store.channels.values()]
    .filter((item) => item.kind !== "im" && !item.archived && named(item.name, part))
    .map((item) => ({ insert: `#${item.name}`, label: `#${item.name}`, note: flat(item.topic) }));
}

const emoji = (part) =>
  findEmoji(part, LIMIT).map((name) => ({ insert: `:${name}:`, label: `${emojiText(name)} :${name}:`, note: "" }));

const TRIGGERS = [
  [/^(\/[\w-]*)$/, commands, 0],
  [/(?:^|[\s(])@([\w.-]*)$/, mentions, 1],
  [/(?:^|[\s(])#([\w-]*)$/, channels, 1],
  [/(?:^|\s):([a-z0-9_+-]{2,})$/, emoji, 1],
];

function suggest(text) {
  for (const [pattern, find, sign] of TRIGGERS) {
    const found = pattern.exec(text);
    if (!found) continue;
    const items = find(found[1].toLowerCase()).slice(0, LIMIT);
    return { items, start: text.length - found[1].length - sign };
  }
  return { items: [], start: 0 };
}

/** The list over a composer that completes commands, people, channels and emoji while one types. */
export class Completion {
  constructor(textarea) {
    this.textarea = textarea;
    this.id = uid("completion");
    this.root = h("div", {
      class: "completion",
      role: "listbox",
      id: this.id,
      "aria-label": "Suggestions",
      hidden: true,
    });
    this.items = [];
    textarea.setAttribute("aria-controls", this.id);
    textarea.setAttribute("aria-autocomplete", "list");
    textarea.addEventListener("input", () => this.update());
    textarea.addEventListener("click", () => this.update());
    textarea.addEventListener("blur", () => setTimeout(() => this.hide(), 150));
  }

  update() {
    const before = this.textarea.value.slice(0, this.textarea.selectionStart);
    const { items, start } = suggest(before);
    const typed = before.slice(start);
    this.items = items.length === 1 && items[0].insert === typed && !typed.startsWith("/") ? [] : items;
    this.start = start;
    this.exact = items.some((item) => item.insert === typed);
    this.active = 0;
    this.draw();
  }

  draw() {
    this.root.hidden = this.items.length === 0;
    fill(
      this.root,
      this.items.map((item, index) =>
        h(
          "div",
          {
            id: `${this.id}-${index}`,
            role: "option",
            "aria-selected": String(index === this.active),
            class: index === this.active ? "suggestion active" : "suggestion",
            onpointerdown: (event) => {
              event.preventDefault();
              this.take(index);
            },
          },
          h("strong", {}, item.label),
          h("span", { class: "note" }, item.note),
        ),
      ),
    );
    const active = this.items.length ? `${this.id}-${this.active}` : "";
    this.textarea.setAttribute("aria-activedescendant", active);
  }

  hide() {
    this.items = [];
    this.draw();
  }

  take(index) {
    const { value, selectionStart } = this.textarea;
    const item = this.items[index];
    const rest = value.slice(selectionStart).replace(/^\s/, "");
    const head = `${value.slice(0, this.start)}${item.insert} `;
    this.textarea.value = head + rest;
    this.textarea.setSelectionRange(head.length, head.length);
    this.hide();
    this.textarea.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /** True when the key belonged to the list. A completely typed word does not keep Enter from sending. */
  takesKey(event) {
    if (!this.items.length) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      this.active = (this.active + step + this.items.length) % this.items.length;
      this.draw();
    } else if (event.key === "Tab" || (event.key === "Enter" && !event.shiftKey && !this.exact)) this.take(this.active);
    else if (event.key === "Escape") this.hide();
    else return false;
    event.preventDefault();
    return true;
  }
}
