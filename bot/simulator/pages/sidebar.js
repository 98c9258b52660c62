import { browseChannels } from "./browse.js";
import { fill, h, icon, ICONS } from "./dom.js";
import { openList } from "./listmenu.js";
import { watching } from "./messages.js";
import { personSwitch } from "./personswitch.js";
import { presenceDot } from "./presence.js";
import { themeButton } from "./theme.js";
import { channelTitle, isBot, on, sidebarChannels, store, userColor, userName } from "./state.js";

let root = null;
let actions = {};

/** `given` are open(id), switchTo(id), openDirect(id), openPanel(panel), search(), drawer() and keys(). */
export function startSidebar(element, given) {
  root = element;
  actions = given;
  for (const topic of ["state", "current", "online", "unread", "drawer"]) on(topic, draw);
}

const mini = (id) =>
  h(
    "span",
    { class: "mini", style: `--tint:${userColor(id)}` },
    [...userName(id)][0]?.toUpperCase() ?? "?",
    isBot(id) ? null : presenceDot(id),
  );

function glyph(item) {
  if (item.kind === "private") return icon(ICONS.lock, 15);
  if (item.kind === "channel") return h("span", { class: "hash" }, "#");
  return mini(item.user);
}

function badge(item) {
  const [mentions, unread] = [item.mentions ?? 0, item.unread];
  const count = mentions || unread;
  return h(
    "span",
    { class: mentions ? "unread mentions" : "unread", "aria-hidden": "true" },
    count > 99 ? "99+" : String(count),
  );
}

function labelOf(item, fresh) {
  const unread = fresh && `${item.unread} unread`;
  const mentions = fresh && item.mentions > 0 && item.kind !== "im" && `${item.mentions} for you`;
  return [channelTitle(item), item.kind === "private" && "private room", unread, mentions].filter(Boolean).join(", ");
}

function entry(item) {
  const here = item.id === store.current;
  const fresh = item.unread > 0 && !(here && watching());
  const classes = ["entry", here && "here", fresh && "fresh", item.archived && "archived"].filter(Boolean).join(" ");
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
        "aria-label": labelOf(item, fresh),
        "aria-current": here ? "page" : null,
        onclick: () => actions.open(item.id),
      },
      glyph(item),
      h("span", { class: "entry-name" }, channelTitle(item)),
      item.kind === "im" && isBot(item.user) ? h("span", { class: "badge-app" }, "APP") : null,
      fresh ? badge(item) : null,
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
      icon(ICONS.shop, 15),
      h("span", { class: "entry-name" }, panel.title),
    ),
  );
}

function drawerEntry() {
  return h(
    "li",
    {},
    h(
      "button",
      {
        type: "button",
        class: "entry",
        "data-testid": "open-drawer",
        "aria-expanded": String(store.drawer),
        "aria-controls": "drawer",
        onclick: () => actions.drawer(),
      },
      icon(ICONS.hood, 15),
      h("span", { class: "entry-name" }, "Under the hood"),
      store.faults ? h("span", { class: "unread mentions", title: "Faults in force" }, String(store.faults)) : null,
    ),
  );
}

const sideTool = (label, glyph, onclick) =>
  h(
    "button",
    { type: "button", class: "side-tool", "aria-label": label, title: label, onclick },
    icon(ICONS[glyph], 17),
  );

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

/** What has the focus, by what finds it again after a redraw. */
function focusedEntry() {
  if (!root.contains(document.activeElement)) return null;
  const { channelId, panel, testid } = document.activeElement.dataset;
  if (channelId) return `[data-channel-id="${CSS.escape(channelId)}"]`;
  if (panel) return `[data-panel="${CSS.escape(panel)}"]`;
  return testid ? `[data-testid="${CSS.escape(testid)}"]` : null;
}

function drawTitle() {
  const all = [...store.channels.values()].filter((item) => item.member && !(item.id === store.current && watching()));
  const count = all.reduce((sum, item) => sum + (item.unread ?? 0), 0);
  const place = store.channels.get(store.current);
  document.title = `${count ? `(${count}) ` : ""}${place ? `${channelTitle(place)} · ` : ""}${store.team}`;
}

let drawn = "";

function draw() {
  drawTitle();
  const { channels, directs } = sidebarChannels();
  const people = [...store.people.values()];
  const { me, current, panel, panels, online, drawer, faults, team } = store;
  const signature = JSON.stringify([
    channels, directs, people, me, current, panel, panels, online, drawer, faults, team, watching(),
  ]);
  if (signature === drawn) return;
  drawn = signature;
  const focused = focusedEntry();
  const scroll = root.querySelector(".side-scroll")?.scrollTop ?? 0;
  fill(
    root,
    h(
      "header",
      { class: "workspace" },
      h("strong", {}, store.team),
      store.online ? null : h("span", { class: "offline", role: "status" }, "Reconnecting…"),
      sideTool("Search messages", "search", () => actions.search()),
    ),
    h(
      "nav",
      { class: "side-scroll", "aria-label": "Conversations" },
      heading("Channels", "Join or browse channels", () => browseChannels(actions.open)),
      h("ul", {}, channels.map(entry)),
      heading("Direct messages", "Write to a person", pickPerson),
      h("ul", {}, botEntry(directs), directs.map(entry)),
      h("div", { class: "side-heading" }, h("h2", {}, "Practice")),
      h("ul", {}, store.panels.map(panelEntry), drawerEntry()),
    ),
    h(
      "footer",
      { class: "side-foot" },
      personSwitch(actions.switchTo),
      themeButton(),
      sideTool("Keys", "keys", () => actions.keys()),
    ),
  );
  root.querySelector(".side-scroll").scrollTop = scroll;
  if (focused) root.querySelector(focused)?.focus({ preventScroll: true });
}
