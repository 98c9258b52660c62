import * as api from "./api.js";

const listeners = new Map();

export const store = {
  me: "",
  team: "",
  bot: null,
  hint: null,
  home: null,
  people: new Map(),
  groups: new Map(),
  channels: new Map(),
  commands: [],
  shortcuts: [],
  views: [],
  panels: [],
  panel: "",
  drawer: false,
  faults: 0,
  histories: new Map(),
  threads: new Map(),
  current: "",
  thread: "",
  tab: "messages",
  online: true,
};

export function on(topic, listener) {
  if (!listeners.has(topic)) listeners.set(topic, new Set());
  listeners.get(topic).add(listener);
}

export function emit(topic, detail) {
  for (const listener of listeners.get(topic) ?? []) listener(detail);
}

const byId = (items) => new Map((items ?? []).map((item) => [item.id, item]));

export function takeState(state) {
  store.me = state.me?.id ?? state.me;
  store.team = state.team?.name ?? "Workspace";
  store.bot = state.bot ?? null;
  store.hint = state.hint ?? null;
  store.home = state.home ?? null;
  store.people = byId(state.people);
  store.groups = byId(state.groups);
  store.channels = byId(state.channels);
  store.commands = state.commands ?? [];
  store.shortcuts = state.shortcuts ?? [];
  store.views = state.views ?? [];
  store.panels = state.panels ?? [];
  api.actAs(store.me);
}

let refreshing = null;
let staleAgain = false;

async function refetch() {
  do {
    staleAgain = false;
    const viewer = store.me;
    const state = await api.fetchState(viewer);
    if (!state.ok) return false;
    if (viewer === store.me) takeState(state);
  } while (staleAgain);
  emit("state");
  emit("views");
  return true;
}

/** Several wishes while one answer is under way become one more fetch, not many. */
export function refreshState() {
  if (refreshing) {
    staleAgain = true;
    return refreshing;
  }
  refreshing = refetch().finally(() => {
    refreshing = null;
  });
  return refreshing;
}

export const channel = (id = store.current) => store.channels.get(id) ?? null;
export const isBot = (id) => Boolean(store.bot) && id === store.bot.user_id;

export function userName(id) {
  if (isBot(id)) return store.bot.real_name ?? store.bot.name;
  const person = store.people.get(id);
  return person ? person.real_name || person.name : (id ?? "Someone");
}

export function channelTitle(item) {
  if (!item) return "";
  return item.kind === "im" ? userName(item.user) : item.name;
}

export function channelName(id) {
  const item = store.channels.get(id);
  return item ? channelTitle(item) : null;
}

const PALETTE = ["#7c3085", "#2b6cb0", "#2f855a", "#b7791f", "#c05621", "#b83280", "#4c51bf", "#00796b"];

export function userColor(id) {
  if (isBot(id)) return "#6b2170";
  const given = store.people.get(id)?.color;
  if (given) return given.startsWith("#") ? given : `#${given}`;
  let sum = 0;
  for (const letter of String(id)) sum += letter.charCodeAt(0);
  return PALETTE[sum % PALETTE.length];
}

export const sidebarChannels = () => {
  const mine = [...store.channels.values()].filter((item) => !item.archived || item.id === store.current);
  const byTitle = (a, b) => channelTitle(a).localeCompare(channelTitle(b), undefined, { numeric: true });
  return {
    channels: mine.filter((item) => item.kind !== "im" && (item.member || item.id === store.current)).sort(byTitle),
    directs: mine.filter((item) => item.kind === "im").sort(byTitle),
  };
};

export function peopleAndBot() {
  const everyone = [...store.people.values()].map((person) => ({
    id: person.id,
    name: person.name,
    title: userName(person.id),
  }));
  if (store.bot && !store.people.has(store.bot.user_id)) {
    everyone.push({ id: store.bot.user_id, name: store.bot.name.toLowerCase(), title: store.bot.name });
  }
  return everyone;
}
