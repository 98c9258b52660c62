import { fill, h, icon, ICONS, uid } from "./dom.js";
import { openList } from "./listmenu.js";
import { plainString, textNodes } from "./mrkdwn.js";
import { channelTitle, peopleAndBot, store } from "./state.js";

const fromOption = (option) => ({
  value: option.value,
  label: plainString(option.text),
  description: plainString(option.description),
  raw: option,
});

function staticGroups(element) {
  if (!element.option_groups) return [{ options: (element.options ?? []).map(fromOption) }];
  return element.option_groups.map((group) => ({
    label: plainString(group.label),
    options: group.options.map(fromOption),
  }));
}

function userGroups() {
  return [
    {
      options: peopleAndBot().map((person) => ({
        value: person.id,
        label: person.title,
        keywords: person.name,
        raw: person.id,
      })),
    },
  ];
}

const asChoice = (item) => ({
  value: item.id,
  label: `${item.kind === "im" ? "@" : "#"}${channelTitle(item)}`,
  raw: item.id,
});

function conversationGroups(element) {
  const include = element.filter?.include ?? ["public", "private", "im"];
  const kinds = { public: "channel", private: "private", im: "im" };
  const wanted = include.map((name) => kinds[name]);
  const all = [...store.channels.values()].filter((item) => wanted.includes(item.kind) && !item.archived);
  return [{ options: all.map(asChoice) }];
}

function channelGroups() {
  return [
    { options: [...store.channels.values()].filter((item) => item.kind === "channel" && !item.archived).map(asChoice) },
  ];
}

const valueOf = (raw) => raw?.value ?? raw;

function labelFor(raw, groups) {
  const found = groups.flatMap((group) => group.options).find((option) => option.value === valueOf(raw));
  return found?.label ?? (raw?.text ? plainString(raw.text) : String(valueOf(raw)));
}

function trigger(element, field) {
  return h("button", {
    type: "button",
    id: field.id,
    class: "select",
    role: "combobox",
    "aria-haspopup": "listbox",
    "aria-expanded": "false",
    "data-action-id": element.action_id,
    "aria-describedby": field.describedBy,
  });
}

function named(control, element, field, text, empty) {
  const label = field.label ?? plainString(element.placeholder) ?? "";
  control.setAttribute("aria-label", label && label !== text ? `${label}: ${text}` : text);
  fill(control, h("span", { class: empty ? "select-text empty" : "select-text" }, text), icon(ICONS.down, 14));
}

const single = (groupsOf) => (element, field) => {
  const control = trigger(element, field);
  const show = () => {
    const value = field.get();
    const empty = value === null || value === undefined;
    const text = empty ? plainString(element.placeholder) || "Select an item" : labelFor(value, groupsOf(element));
    named(control, element, field, text, empty);
  };
  control.addEventListener("click", () =>
    openList(control, {
      label: field.label ?? (plainString(element.placeholder) || "Options"),
      groups: clearable(groupsOf(element), field),
      chosen: () => [valueOf(field.get())],
      onPick: (option) => {
        field.set(option.raw);
        show();
        field.dispatch();
      },
    }),
  );
  show();
  return control;
};

function clearable(groups, field) {
  if (!field.optional || field.get() === null) return groups;
  return [{ options: [{ value: "", label: "Clear the choice", raw: null }] }, ...groups];
}

const several = (groupsOf) => (element, field) => {
  const control = trigger(element, field);
  control.classList.add("select-many");
  const values = () => field.get() ?? [];
  const show = () => {
    const groups = groupsOf(element);
    const labels = values().map((raw) => labelFor(raw, groups));
    named(
      control,
      element,
      field,
      labels.join(", ") || plainString(element.placeholder) || "Select options",
      !labels.length,
    );
    if (labels.length)
      control.firstChild.replaceChildren(...labels.map((label) => h("span", { class: "chip" }, label)));
  };
  const toggle = (option) => {
    const kept = values().filter((raw) => valueOf(raw) !== option.value);
    const room = !element.max_selected_items || kept.length < element.max_selected_items;
    if (kept.length < values().length) field.set(kept);
    else if (room) field.set([...kept, option.raw]);
    show();
  };
  control.addEventListener("click", () => {
    const before = JSON.stringify(values());
    openList(control, {
      label: field.label ?? (plainString(element.placeholder) || "Options"),
      groups: groupsOf(element),
      many: true,
      onPick: toggle,
      chosen: () => values().map(valueOf),
      onClose: () => {
        if (JSON.stringify(values()) !== before) field.dispatch();
      },
    });
  });
  show();
  return control;
};

function choices(kind) {
  const multiple = kind === "checkbox";
  return (element, field) => {
    const name = uid("choice");
    const isOn = (option) =>
      multiple ? (field.get() ?? []).some((item) => item.value === option.value) : field.get()?.value === option.value;
    const change = (option, on) => {
      const kept = multiple ? (field.get() ?? []).filter((item) => item.value !== option.value) : [];
      field.set(multiple ? (on ? [...kept, option] : kept) : option);
      field.dispatch();
    };
    const row = (option) =>
      h(
        "label",
        { class: "choice" },
        h("input", {
          type: kind,
          name,
          value: option.value,
          checked: isOn(option),
          onchange: (event) => change(option, event.target.checked),
        }),
        h(
          "span",
          {},
          textNodes(option.text),
          option.description ? h("span", { class: "choice-note" }, textNodes(option.description)) : null,
        ),
      );
    return h(
      "div",
      {
        class: "choices",
        id: field.id,
        role: multiple ? "group" : "radiogroup",
        "data-action-id": element.action_id,
        "aria-label": field.label ?? "Options",
        "aria-describedby": field.describedBy,
      },
      element.options.map(row),
    );
  };
}

export const SELECTS = {
  static_select: single(staticGroups),
  users_select: single(userGroups),
  conversations_select: single(conversationGroups),
  channels_select: single(channelGroups),
  multi_static_select: several(staticGroups),
  multi_users_select: several(userGroups),
  multi_conversations_select: several(conversationGroups),
  multi_channels_select: several(channelGroups),
  radio_buttons: choices("radio"),
  checkboxes: choices("checkbox"),
};
