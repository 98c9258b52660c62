import { fill, h, icon, uid } from "./dom.js";
import { closeMenu, openPanel, place } from "./menu.js";

const SEARCH_FROM = 8;

const matches = (option, wanted) =>
  `${option.label} ${option.description ?? ""} ${option.keywords ?? ""}`.toLowerCase().includes(wanted);

class ListMenu {
  constructor(anchor, { label, groups, chosen, many = false, search = true, onPick }) {
    Object.assign(this, { anchor, label, groups, chosen, many, onPick, id: uid("list"), shown: [], active: 0 });
    this.list = h("div", {
      class: "options",
      role: "listbox",
      id: this.id,
      "aria-label": label,
      "aria-multiselectable": many ? "true" : null,
      tabindex: "0",
    });
    const count = groups.reduce((sum, group) => sum + group.options.length, 0);
    this.search =
      !search || count < SEARCH_FROM
        ? null
        : h("input", {
            class: "search",
            type: "text",
            role: "combobox",
            "aria-label": `Search ${label}`,
            "aria-controls": this.id,
            "aria-expanded": "true",
            autocomplete: "off",
            spellcheck: "false",
            oninput: () => this.searched(),
          });
    this.done = many ? h("button", { type: "button", class: "button done", onclick: () => closeMenu() }, "Done") : null;
  }

  open(onClose) {
    const content = [this.search, this.list, this.done];
    this.panel = openPanel(this.anchor, {
      label: this.label,
      role: "presentation",
      content,
      onClose,
      className: "panel-list",
    });
    if (!this.panel) return;
    this.panel.addEventListener("keydown", (event) => this.key(event));
    this.draw();
    this.mark(
      Math.max(
        this.shown.findIndex((option) => this.chosen().includes(option.value)),
        0,
      ),
    );
    place(this.panel, this.anchor);
    (this.search ?? this.list).focus();
  }

  pick(option) {
    if (this.many) {
      this.onPick(option);
      this.active = this.shown.indexOf(option);
      this.draw();
      return;
    }
    closeMenu();
    this.onPick(option);
  }

  searched() {
    this.active = 0;
    this.draw();
  }

  draw() {
    const wanted = (this.search?.value ?? "").trim().toLowerCase();
    const picked = this.chosen();
    this.shown = [];
    const rows = this.groups.flatMap((group) => this.groupRows(group, wanted, picked));
    fill(this.list, rows.length ? rows : h("div", { class: "option-none" }, "Nothing matches that."));
    this.mark(Math.min(this.active, Math.max(this.shown.length - 1, 0)));
  }

  groupRows(group, wanted, picked) {
    const rows = group.options
      .filter((option) => matches(option, wanted))
      .map((option) => {
        this.shown.push(option);
        return this.row(option, `${this.id}-${this.shown.length - 1}`, picked.includes(option.value));
      });
    return rows.length && group.label
      ? [h("div", { class: "option-group", role: "presentation" }, group.label), ...rows]
      : rows;
  }

  row(option, id, chosen) {
    return h(
      "div",
      {
        id,
        role: "option",
        class: "option",
        "aria-selected": String(chosen),
        "data-value": option.value,
        onclick: () => this.pick(option),
      },
      h("span", { class: "tick", "aria-hidden": "true" }, chosen ? "✓" : ""),
      h(
        "span",
        { class: "option-words" },
        h("span", { class: "option-label" }, option.icon, option.label),
        option.description ? h("span", { class: "option-note" }, option.description) : null,
      ),
    );
  }

  mark(index) {
    this.list.querySelector(".option.active")?.classList.remove("active");
    this.active = index;
    const row = this.list.querySelector(`#${this.id}-${index}`);
    row?.classList.add("active");
    row?.scrollIntoView({ block: "nearest" });
    (this.search ?? this.list).setAttribute("aria-activedescendant", row?.id ?? "");
  }

  key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const picks = event.target !== this.done && (event.key === "Enter" || (event.key === " " && !this.search));
    if (step && this.shown.length) this.mark((this.active + step + this.shown.length) % this.shown.length);
    else if (picks && this.shown[this.active]) this.pick(this.shown[this.active]);
    else if (event.key === "Tab" && !this.many) closeMenu();
    else if (!picks) return;
    event.preventDefault();
    event.stopPropagation();
  }
}

/**
 * A list to choose from. `groups` is [{label?, options: [{value, label, description?, keywords?, icon?}]}]; `chosen()` tells
 * the chosen values. With `many`, choosing toggles and the list stays open until it is left. A long list can be searched,
 * unless `search` is false.
 */
export function openList(anchor, choices) {
  new ListMenu(anchor, choices).open(choices.onClose);
}

/** A small button that opens a list of things to do: options that `work`. `groups` is asked each time it opens. */
export function listButton(label, paths, groups, search = true) {
  const button = h(
    "button",
    {
      type: "button",
      class: "tool",
      "aria-label": label,
      title: label,
      "aria-haspopup": "listbox",
      "aria-expanded": "false",
    },
    icon(paths),
  );
  button.addEventListener("click", () =>
    openList(button, { label, groups: groups(), chosen: () => [], onPick: ({ work }) => work(), search }),
  );
  return button;
}
