import { addressFor, permalinkIn, placeInAddress, remember } from "./address.js";
import * as api from "./api.js";
import { closeBeside, showFrame, startBeside } from "./beside.js";
import { canvasIn, showCanvas } from "./canvas.js";
import { commands } from "./commands.js";
import { Composer } from "./composer.js";
import { toast } from "./dialogs.js";
import { icon, ICONS } from "./dom.js";
import { startDrawer, toggleDrawer } from "./drawer.js";
import { startHeader } from "./header.js";
import { drawHint, startHint } from "./hint.js";
import { drawHome, startHome } from "./home.js";
import { drawJoinBar } from "./joinbar.js";
import { nextPart, showKeys, startKeys } from "./keys.js";
import { composerWords, jumpTo, markSeen, showChannel, startMessages } from "./messages.js";
import { startModals } from "./modal.js";
import { openPalette } from "./palette.js";
import { showSearch } from "./search.js";
import { become, firstPerson, firstPlace } from "./session.js";
import { startSidebar } from "./sidebar.js";
import { channel, emit, on, refreshState, sidebarChannels, store } from "./state.js";
import { startTheme } from "./theme.js";
import { showThread, startThread } from "./thread.js";

const at = (id) => document.getElementById(id);
const composer = new Composer({
  label: "Message",
  testId: "composer",
  place: () => ({ channel: store.current, thread: "" }),
});

function screen(name) {
  document.body.dataset.screen = name;
}

function writeAddress(push) {
  const url = addressFor(store);
  if (push && url !== location.pathname + location.search + location.hash) history.pushState(null, "", url);
  else history.replaceState(null, "", url);
}

async function openChannel(id, { thread = "", push = true, ts = "" } = {}) {
  if (!store.channels.has(id)) {
    toast("You are not in that conversation.");
    return;
  }
  const changed = store.current !== id;
  store.current = id;
  store.thread = thread;
  if (changed || ts) store.tab = "messages";
  if (thread) closeBeside();
  screen(thread ? "thread" : "channel");
  writeAddress(push);
  remember(store.me, id);
  emit("current");
  showPlace(changed);
  if (changed) await reportFailure(showChannel(id));
  if (ts && !(await jumpTo(ts))) toast("That message is not there any more.");
  markSeen();
  showThread();
}

async function reportFailure(work) {
  const answer = await work;
  if (answer && !answer.ok) toast(answer.error);
}

function showPlace(changed) {
  const item = channel();
  const member = item && (item.member || item.kind === "im");
  composer.root.hidden = !member || item.archived || store.tab === "home";
  at("log").hidden = store.tab === "home";
  drawJoinBar(at("join-bar"), item, member);
  drawHome();
  if (changed && item) {
    composer.placeChanged(composerWords(item));
    composer.focus();
  }
}

function leaveThreadFor(show) {
  store.thread = "";
  screen("beside");
  writeAddress(false);
  showThread();
  return show();
}

const openPanel = (panel) => leaveThreadFor(() => showFrame(panel));
const openSearch = (words = "") => leaveThreadFor(() => showSearch(words, found));
const openCanvas = (id) => leaveThreadFor(() => showCanvas(id));

/** What was searched for is shown, and the results stay beside it where there is room. */
function found(id, place) {
  return openChannel(id, place);
}

function closePanel() {
  const phone = matchMedia("(max-width: 640px)").matches;
  const ofThePractice = store.panels.some((panel) => panel.title === store.panel);
  closeBeside();
  screen(phone && ofThePractice ? "sidebar" : "channel");
}

function openThread(ts) {
  closeBeside();
  store.thread = ts;
  screen("thread");
  writeAddress(true);
  showThread();
}

function closeThread() {
  store.thread = "";
  screen("channel");
  writeAddress(true);
  showThread();
  composer.focus();
}

async function openDirect(userId) {
  const answer = await api.openDirect(userId);
  if (!answer.ok) {
    toast(answer.error);
    return;
  }
  await refreshState();
  openChannel(answer.channel?.id ?? answer.channel);
}

function followLink(event) {
  const anchor = event.target.closest?.("a[href]");
  if (!anchor || event.ctrlKey || event.metaKey) return;
  const canvas = canvasIn(anchor.href);
  const place = permalinkIn(anchor.href);
  if (canvas) openCanvas(canvas);
  else if (!place || (!store.channels.has(place.channelId) && anchor.target)) return;
  else openChannel(place.channelId, { thread: place.thread, ts: place.ts });
  event.preventDefault();
}

/** The conversation `step` places down the sidebar; with `unread` only those with something new. */
function beyond(step, unread = false) {
  const { channels, directs } = sidebarChannels();
  const all = [...channels, ...directs];
  const from = all.findIndex((item) => item.id === store.current);
  for (let away = 1; away <= all.length; away += 1) {
    const item = all[(from + step * away + all.length * 2) % all.length];
    if (unread && !item.unread) continue;
    if (item.id !== store.current) openChannel(item.id);
    return;
  }
}

function startParts() {
  at("composer-place").append(composer.root);
  startSidebar(at("sidebar"), {
    open: openChannel,
    openDirect,
    openPanel,
    search: openSearch,
    drawer: toggleDrawer,
    keys: showKeys,
    switchTo: (id) => become(id, openChannel, store.current),
  });
  startHeader(at("header"), at("bookmarks"), {
    search: () => openSearch(),
    openCanvas,
    jump: (message) => {
      const reply = message.thread_ts && message.thread_ts !== message.ts;
      return reply ? openThread(message.thread_ts) : jumpTo(message.ts);
    },
    back: () => {
      screen("sidebar");
      emit("current");
    },
    showTab: (name) => {
      store.tab = name;
      emit("current");
      showPlace(false);
      if (name === "home") reportFailure(api.openHome());
    },
  });
  startMessages({ log: at("log"), below: at("below") }, openThread);
  startThread(at("thread"), closeThread);
  startBeside(at("beside"), closePanel);
  startDrawer(at("drawer"));
  startHome(at("home"));
  startHint(at("hint"));
  startModals();
}

const actions = { open: openChannel, openDirect, search: openSearch, others: () => commands(openPanel) };
const KEYS = {
  "mod+k": () => openPalette(actions),
  "mod+f": (event) => (event.target.closest(".search-pane") ? false : openSearch()),
  "mod+/": showKeys,
  "?": showKeys,
  "mod+.": toggleDrawer,
  "alt+ArrowUp": () => beyond(-1),
  "alt+ArrowDown": () => beyond(1),
  "alt+shift+ArrowUp": () => beyond(-1, true),
  "alt+shift+ArrowDown": () => beyond(1, true),
  F6: () => nextPart(1),
  "shift+F6": () => nextPart(-1),
  Escape: () => (store.panel ? closePanel() : store.thread ? closeThread() : false),
};

async function start() {
  startTheme();
  startParts();
  startKeys(KEYS);
  on("current", () => drawHint(at("hint"), composer));
  on("state", () => {
    drawHint(at("hint"), composer);
    showPlace(false);
    if (store.current && !store.channels.has(store.current)) openChannel(firstPlace().channelId);
  });
  document.addEventListener("click", followLink);
  document.addEventListener("visibilitychange", markSeen);
  addEventListener("popstate", () => {
    const { channelId, thread } = placeInAddress();
    if (store.channels.has(channelId)) openChannel(channelId, { thread, push: false });
  });
  const canvas = new URLSearchParams(location.search).get("canvas");
  const person = await firstPerson();
  while (!(await become(person, openChannel)))
    await new Promise((resume) => {
      setTimeout(resume, 2000);
    });
  if (canvas) await openCanvas(canvas);
  document.body.dataset.ready = "true";
}

at("below").prepend(icon(ICONS.down, 14));
start();
