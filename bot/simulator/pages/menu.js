import { fill, h, uid } from "./dom.js";

const GAP = 4;
let open = null;

export function closeMenu(returnFocus = true) {
  if (!open) return;
  const { panel, anchor, onClose, cleanup } = open;
  open = null;
  cleanup();
  panel.remove();
  anchor.setAttribute?.("aria-expanded", "false");
  onClose?.();
  if (returnFocus && anchor.isConnected) anchor.focus();
}

function place(panel, anchor) {
  if (matchMedia("(max-width: 640px)").matches) return;
  const box = anchor.getBoundingClientRect();
  panel.style.minWidth = `${Math.min(Math.max(box.width, 180), 360)}px`;
  panel.style.maxHeight = "";
  const { width, height } = panel.getBoundingClientRect();
  const below = innerHeight - box.bottom - GAP;
  const under = below >= height || below > box.top;
  panel.style.left = `${Math.max(8, Math.min(box.left, innerWidth - width - 8))}px`;
  panel.style.top = under ? `${box.bottom + GAP}px` : "auto";
  panel.style.bottom = under ? "auto" : `${innerHeight - box.top + GAP}px`;
  panel.style.maxHeight = `${Math.min(420, (under ? below : box.top) - GAP - 8)}px`;
}

/** Any small panel beside `anchor`; inside a dialog it stays part of that dialog, so that the focus may enter it. */
export function openPanel(anchor, { label, role = "dialog", content, onClose, className = "" }) {
  const again = open?.anchor === anchor;
  closeMenu(again);
  if (again) return null;
  const panel = h("div", { class: `panel ${className}`, role, "aria-label": label, tabindex: "-1" }, content);
  (anchor.closest("dialog") ?? document.body).append(panel);
  const outside = (event) => {
    if (!panel.contains(event.target) && !anchor.contains(event.target)) closeMenu(false);
  };
  const moved = () => place(panel, anchor);
  const keys = (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    closeMenu();
  };
  addEventListener("pointerdown", outside, true);
  addEventListener("resize", moved);
  panel.addEventListener("keydown", keys);
  anchor.setAttribute("aria-expanded", "true");
  open = { panel, anchor, onClose, cleanup: () => {
    removeEventListener("pointerdown", outside, true);
    removeEventListener("resize", moved);
  } };
  place(panel, anchor);
  return panel;
}

function optionRow(option, id, chosen, pick) {
  return h("div", { id, role: "option", class: option.danger ? "option danger" : "option", "aria-selected": String(chosen),
    "data-value": option.value, onclick: () => pick(option) },
  h("span", { class: "tick", "aria-hidden": "true" }, chosen ? "✓" : ""),
  h("span", { class: "option-words" }, h("span", { class: "option-label" }, option.icon, option.label),
    option.description ? h("span", { class: "option-note" }, option.description) : null));
}

const matches = (option, wanted) => `${option.label} ${option.description ?? ""} ${option.keywords ?? ""}`.toLowerCase().includes(wanted);

/**
 * A list to choose from. `groups` is [{label?, options: [{value, label, description?}]}]; `chosen()` tells the chosen values.
 * With `many`, choosing toggles and the list stays open until it is left.
 */
export function openList(anchor, { label, groups, chosen, many = false, onPick, onClose }) {
  const count = groups.reduce((sum, group) => sum + group.options.length, 0);
  const listId = uid("list");
  const list = h("div", { class: "options", role: "listbox", id: listId, "aria-label": label, "aria-multiselectable": many ? "true" : null, tabindex: "0" });
  const search = count > 7 ? h("input", { class: "search", type: "text", role: "combobox", "aria-label": `Search ${label}`,
    "aria-controls": listId, "aria-expanded": "true", autocomplete: "off", spellcheck: "false" }) : null;
  let shown = [];
  let active = 0;

  const pick = (option) => {
    if (many) {
      onPick(option);
      draw();
      return;
    }
    closeMenu();
    onPick(option);
  };

  function draw() {
    const wanted = (search?.value ?? "").trim().toLowerCase();
    const picked = chosen();
    shown = [];
    const rows = groups.flatMap((group) => {
      const found = group.options.filter((option) => matches(option, wanted));
      const drawn = found.map((option) => {
        shown.push(option);
        return optionRow(option, `${listId}-${shown.length - 1}`, picked.includes(option.value), pick);
      });
      return found.length && group.label ? [h("div", { class: "option-group", role: "presentation" }, group.label), ...drawn] : drawn;
    });
    fill(list, rows.length ? rows : h("div", { class: "option-none" }, "Nothing matches that."));
    mark(Math.min(active, Math.max(shown.length - 1, 0)));
  }

  function mark(index) {
    list.querySelector(".option.active")?.classList.remove("active");
    active = index;
    const row = list.querySelector(`#${listId}-${index}`);
    row?.classList.add("active");
    row?.scrollIntoView({ block: "nearest" });
    (search ?? list).setAttribute("aria-activedescendant", row?.id ?? "");
  }

  function keys(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && shown.length) mark((active + step + shown.length) % shown.length);
    else if (event.key === "Enter" || (event.key === " " && !search)) { if (shown[active]) pick(shown[active]); }
    else if (event.key === "Tab") closeMenu();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  const done = many ? h("button", { type: "button", class: "button done", onclick: () => closeMenu() }, "Done") : null;
  const panel = openPanel(anchor, { label, role: "presentation", content: [search, list, done], onClose, className: "panel-list" });
  if (!panel) return;
  search?.addEventListener("input", () => { active = 0; draw(); });
  panel.addEventListener("keydown", keys);
  draw();
  mark(Math.max(shown.findIndex((option) => chosen().includes(option.value)), 0));
  place(panel, anchor);
  (search ?? list).focus();
}
