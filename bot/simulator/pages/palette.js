import { showDialog } from "./dialogs.js";
import { fill, h, icon, ICONS, uid } from "./dom.js";
import { ranked } from "./fuzzy.js";
import { flat } from "./mrkdwn.js";
import { channelTitle, isBot, peopleAndBot, store } from "./state.js";

const MOST = 12;

const sign = (item) => (item.kind === "private" ? icon(ICONS.lock, 15) : h("span", { class: "hash" }, "#"));

function rooms(open) {
  const all = [...store.channels.values()].filter((item) => item.kind !== "im");
  const rank = (item) => (item.unread ? 0 : item.member ? 1 : 2) + (item.archived ? 3 : 0);
  return all
    .sort((a, b) => rank(a) - rank(b) || b.id.localeCompare(a.id))
    .map((item) => ({
      label: channelTitle(item),
      note: [item.archived ? "archived" : "", item.unread ? `${item.unread} new` : "", flat(item.topic)]
        .filter(Boolean)
        .join(" · "),
      texts: [item.name, item.purpose],
      mark: sign(item),
      go: () => open(item.id),
    }));
}

function people(openDirect) {
  return peopleAndBot()
    .filter((person) => person.id !== store.me)
    .map((person) => ({
      label: person.title,
      note: isBot(person.id) ? "App" : `@${person.name}`,
      texts: [person.title, person.name],
      mark: h("span", { class: "hash" }, "@"),
      go: () => openDirect(person.id),
    }));
}

class Palette {
  constructor(actions) {
    this.actions = actions;
    this.all = [...rooms(actions.open), ...people(actions.openDirect), ...actions.others()];
    this.id = uid("jump");
    this.shown = [];
    this.active = 0;
    this.field = h("input", {
      class: "field",
      type: "text",
      role: "combobox",
      placeholder: "Jump to a channel, an incident or a person",
      "aria-label": "Jump to",
      "aria-controls": this.id,
      "aria-expanded": "true",
      "aria-autocomplete": "list",
      autocomplete: "off",
      spellcheck: "false",
      oninput: () => this.draw(),
      onkeydown: (event) => this.key(event),
    });
    this.list = h("div", { id: this.id, class: "options", role: "listbox", "aria-label": "Places" });
    const shown = showDialog({
      className: "palette",
      label: "Jump to",
      onCancel: () => this.leave(),
      testId: "palette",
      content: h("div", { class: "palette-body" }, this.field, this.list),
    });
    this.leave = shown.leave;
    shown.dialog.addEventListener("click", (event) => {
      if (event.target === shown.dialog) this.leave();
    });
    this.draw();
    this.field.focus();
  }

  found(wanted) {
    const places = ranked(this.all, wanted, (item) => [item.label, ...item.texts]).slice(0, MOST);
    if (!wanted) return places;
    const search = {
      label: `Search messages for “${wanted}”`,
      note: "",
      mark: icon(ICONS.search, 15),
      go: () => this.actions.search(wanted),
    };
    return [...places, search];
  }

  draw() {
    this.shown = this.found(this.field.value.trim());
    fill(
      this.list,
      this.shown.map((item, index) => this.row(item, index)),
    );
    this.mark(0);
  }

  row(item, index) {
    return h(
      "div",
      { id: `${this.id}-${index}`, class: "option", role: "option", onclick: () => this.go(item) },
      h("span", { class: "jump-mark" }, item.mark),
      h(
        "span",
        { class: "option-words jump-words" },
        h("span", { class: "option-label" }, item.label),
        item.note ? h("span", { class: "option-note" }, item.note) : null,
      ),
    );
  }

  mark(index) {
    const rows = [...this.list.children];
    rows[this.active]?.classList.remove("active");
    rows.forEach((row, at) => row.setAttribute("aria-selected", String(at === index)));
    this.active = index;
    rows[index]?.classList.add("active");
    rows[index]?.scrollIntoView({ block: "nearest" });
    this.field.setAttribute("aria-activedescendant", rows[index]?.id ?? "");
  }

  go(item) {
    this.leave();
    item.go();
  }

  key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && this.shown.length) this.mark((this.active + step + this.shown.length) % this.shown.length);
    else if (event.key === "Enter" && this.shown[this.active]) this.go(this.shown[this.active]);
    else return;
    event.preventDefault();
  }
}

/** `actions` are open(id), openDirect(id), search(words) and others(), which gives more entries. */
export function openPalette(actions) {
  if (!document.querySelector("dialog[open]")) new Palette(actions);
}
