import { browseChannels } from "./browse.js";
import { fill, h, icon, ICONS } from "./dom.js";
import { avatar } from "./message.js";
import { openList } from "./listmenu.js";
import { watching } from "./messages.js";
import { channelTitle, isBot, on, sidebarChannels, store, userColor, userName } from "./state.js";

let root = null;
let actions = {};

export function startSidebar(element, { open, switchTo, openDirect, openPanel }) {
  root = element;
  actions = { open, switchTo, openDirect, openPanel };
  on("state", draw);
  on("current", draw);
  on("online", draw);
}

function glyph(item) {
  if (item.kind === "private") return icon(ICONS.lock, 15);
  if (item.kind === "channel") return h("span", { class: "hash" }, "#");
  return h(
    "span",
    { class: "mini", style: `--tint:${userColor(item.user)}` },
    [...userName(item.user)][0]?.toUpperCase() ?? "?",
  );
}

function entry(item) {
  const here = item.id === store.current;
  const fresh = item.unread > 0 && !(here && watching());
  const classes = ["entry", here && "here", fresh && "fresh", item.archived && "archived"].filter(Boolean).join(" ");
  const label = [channelTitle(item), item.kind === "private" && "private room", fresh && `${item.unread} unread`]
    .filter(Boolean)
    .join(", ");
  return h(
    "li",
    {},
    h(
      "button",
      {
        type: "button",
        class: classes,
        "data-channel": item.kind === "im" ? userName(item.user) : item.name,
        "data-channel-id": item.id,
        "aria-label": label,
        "aria-current": here ? "page" : null,
        onclick: () => actions.open(item.id),
      },
      glyph(item),
      h("span", { class: "entry-name" }, channelTitle(item)),
      item.kind === "im" && isBot(item.user) ? h("span", { class: "badge-app" }, "APP") : null,
      fresh
        ? h("span", { class: "unread", "aria-hidden": "true" }, item.unread > 99 ? "99+" : String(item.unread))
        : null,
    ),
  );
}

/** Before the first word with the app there is no conversation yet; choosing this opens it. */
function botEntry(directs) {
  if (!store.bot || directs.some((item) => isBot(item.user))) return null;
  const name = userName(store.bot.user_id);
  return h(
    "li",
    {},
    h(
      "button",
      { type: "button", class: "entry", "data-channel": name, onclick: () => actions.openDirect(store.bot.user_id) },
      glyph({ kind: "im", user: store.bot.user_id }),
      h("span", { class: "entry-name" }, name),
      h("span", { class: "badge-app" }, "APP"),
    ),
  );
}

function panelEntry(panel) {
  const here = panel.title === store.panel;
  return h(
    "li",
    {},
    h(
      "button",
      {
        type: "button",
        class: here ? "entry here" : "entry",
        "data-panel": panel.title,
        "aria-current": here ? "page" : null,
        onclick: () => actions.openPanel(panel),
      },
      icon(ICONS.bolt, 15),
      h("span", { class: "entry-name" }, panel.title),
    ),
  );
}

function heading(title, label, onPlus) {
  return h(
    "div",
    { class: "side-heading" },
    h("h2", {}, title),
    h("button", { type: "button", class: "plain", "aria-label": label, onclick: onPlus }, icon(ICONS.plus, 16)),
  );
}

function pickPerson(event) {
  const others = [...store.people.values()].filter((person) => person.id !== store.me);
  const options = others.map((person) => ({ value: person.id, label: userName(person.id), keywords: person.name }));
  if (store.bot && !store.people.has(store.bot.user_id))
    options.unshift({ value: store.bot.user_id, label: store.bot.name, description: "App" });
  openList(event.currentTarget, {
    label: "Send a direct message",
    groups: [{ options }],
    chosen: () => [],
    onPick: ({ value }) => actions.openDirect(value),
  });
}

function personSwitch() {
  const name = userName(store.me);
  const button = h(
    "button",
    {
      type: "button",
      class: "person-switch",
      "data-testid": "person-switch",
      "aria-haspopup": "listbox",
      "aria-expanded": "false",
      "aria-label": `You are ${name}. Change person`,
    },
    avatar(store.me, name, "small"),
    h("span", { class: "switch-words" }, "You are ", h("strong", {}, name.split(" ")[0])),
    icon(ICONS.down, 14),
  );
  const options = [...store.people.values()]
    .filter((person) => !isBot(person.id))
    .map((person) => ({
      value: person.id,
      label: userName(person.id),
      description: [person.title, `@${person.name}`, person.tz].filter(Boolean).join(" · "),
    }));
  button.addEventListener("click", () =>
    openList(button, {
      label: "Be another person",
      groups: [{ options }],
      chosen: () => [store.me],
      onPick: ({ value }) => actions.switchTo(value),
    }),
  );
  return button;
}

function focusedEntry() {
  return root.contains(document.activeElement) ? document.activeElement.dataset.channelId : null;
}

function draw() {
  const { channels, directs } = sidebarChannels();
  const focused = focusedEntry();
  const scroll = root.querySelector(".side-scroll")?.scrollTop ?? 0;
  fill(
    root,
    h(
      "header",
      { class: "workspace" },
      h("strong", {}, store.team),
      store.online ? null : h("span", { class: "offline", role: "status" }, "Reconnecting…"),
    ),
    h(
      "nav",
      { class: "side-scroll", "aria-label": "Conversations" },
      heading("Channels", "Join or browse channels", () => browseChannels(actions.open)),
      h("ul", {}, channels.map(entry)),
      heading("Direct messages", "Write to a person", pickPerson),
      h("ul", {}, botEntry(directs), directs.map(entry)),
      store.panels.length ? h("div", { class: "side-heading" }, h("h2", {}, "Practice")) : null,
      store.panels.length ? h("ul", {}, store.panels.map(panelEntry)) : null,
    ),
    h("footer", { class: "side-foot" }, personSwitch()),
  );
  root.querySelector(".side-scroll").scrollTop = scroll;
  if (focused) root.querySelector(`[data-channel-id="${CSS.escape(focused)}"]`)?.focus();
}
