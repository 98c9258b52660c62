import * as api from "./api.js";
import { closeBeside, showBeside, startBeside } from "./beside.js";
import { Composer } from "./composer.js";
import { toast } from "./dialogs.js";
import { h, icon, ICONS } from "./dom.js";
import { openFeed } from "./feed.js";
import { drawHome, startHome } from "./home.js";
import { forgetMessages, takeChange, takeDeletion, takeMessage } from "./history.js";
import { startHeader } from "./header.js";
import { drawHint, startHint } from "./hint.js";
import { forgetHosts } from "./hosts.js";
import { composerWords, jumpTo, markSeen, showChannel, startMessages, watching } from "./messages.js";
import { startModals } from "./modal.js";
import { addressFor, chosenPerson, placeInAddress, lastPerson, permalinkIn, remember, remembered } from "./address.js";
import { askWho } from "./who.js";
import { startSidebar } from "./sidebar.js";
import { channel, channelTitle, emit, on, refreshState, store, takeState } from "./state.js";
import { reloadThread, showThread, startThread } from "./thread.js";

const at = (id) => document.getElementById(id);
const composer = new Composer({
  label: "Message",
  testId: "composer",
  place: () => ({ channel: store.current, thread: "" }),
});
let stopFeed = () => {};

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
  if (changed) store.tab = "messages";
  if (thread) closeBeside();
  screen(thread ? "thread" : "channel");
  writeAddress(push);
  remember(store.me, id);
  emit("current");
  showPlace(changed);
  if (changed) await reportFailure(showChannel(id));
  if (ts) jumpTo(ts);
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
  drawJoinBar(item, member);
  drawHome();
  document.title = item ? `${channelTitle(item)} · ${store.team}` : store.team;
  if (changed && item) {
    composer.placeChanged(composerWords(item));
    composer.focus();
  }
}

function drawJoinBar(item, member) {
  const bar = at("join-bar");
  bar.hidden = !item || (member && !item.archived);
  if (bar.hidden) return;
  const words = item.archived ? `#${item.name} is archived.` : `You are looking at #${item.name}.`;
  bar.replaceChildren(
    h("span", {}, words),
    item.archived
      ? ""
      : h(
          "button",
          { type: "button", class: "button primary", onclick: () => reportFailure(api.join(item.id).then(joined)) },
          "Join the channel",
        ),
  );
}

async function joined(answer) {
  await refreshState();
  return answer;
}

function openPanel(panel) {
  store.thread = "";
  screen("beside");
  writeAddress(false);
  showThread();
  showBeside(panel);
}

function closePanel() {
  closeBeside();
  screen("sidebar");
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

function takeMessageEvent({ channel: id, message, thread_ts: threadTs }) {
  takeMessage(id, threadTs && !message.thread_ts ? { ...message, thread_ts: threadTs } : message);
  const item = store.channels.get(id);
  if (!item) refreshState();
  else if (id === store.current && watching()) api.markRead(id);
  else if (item.member && message.user !== store.me && (!message.thread_ts || message.thread_ts === message.ts)) {
    item.unread = (item.unread ?? 0) + 1;
    emit("state");
  }
}

const EVENTS = {
  message: takeMessageEvent,
  changed: (event) => takeChange(event.channel, event.message),
  deleted: (event) => takeDeletion(event.channel, event.ts ?? event.message?.ts, event.thread_ts),
  channels: () => refreshState(),
  views: (event) => {
    store.views = event.views;
    emit("views");
    if (store.tab === "home") refreshState();
  },
  toast: (event) => toast(event.text),
};

function setOnline(online) {
  if (store.online === online) return;
  store.online = online;
  emit("online");
}

async function catchUp(again) {
  setOnline(true);
  await refreshState();
  if (again) forgetOtherChannels();
  if (store.current) await showChannel(store.current);
  await reloadThread();
}

function forgetOtherChannels() {
  for (const id of store.histories.keys()) if (id !== store.current) store.histories.delete(id);
}

function firstPlace() {
  const place = placeInAddress();
  if (store.channels.has(place.channelId)) return place;
  const last = remembered(store.me);
  const mine = [...store.channels.values()].filter((item) => item.member && item.kind === "channel" && !item.archived);
  const named = (name) => mine.find((item) => item.name === name)?.id;
  const start = store.channels.has(last)
    ? last
    : (named("incidents") ?? named("general") ?? mine[0]?.id ?? [...store.channels.keys()][0]);
  return { channelId: start, thread: "", ts: "" };
}

async function become(personId, keep = "") {
  const state = await api.fetchState(personId);
  if (!state.ok) {
    toast(state.error);
    return false;
  }
  stopFeed();
  forgetMessages();
  forgetHosts();
  takeState(state);
  store.current = "";
  store.thread = "";
  const place = store.channels.has(keep) ? { channelId: keep, thread: "", ts: "" } : firstPlace();
  emit("state");
  emit("views");
  stopFeed = openFeed({
    onOpen: catchUp,
    onLost: () => setOnline(false),
    onEvent: (event) => EVENTS[event.type]?.(event),
  });
  if (place.channelId) await openChannel(place.channelId, { ...place, push: false });
  return true;
}

async function firstPerson() {
  const wanted = chosenPerson();
  for (const name of new Set([wanted, "", lastPerson()])) {
    const state = await api.fetchState(name);
    if (!state.ok) continue;
    const named = state.people.find((person) => person.name === wanted || person.id === wanted);
    if (wanted && !named) toast(`Nobody here is called “${wanted}”.`);
    return named?.id ?? state.me?.id ?? state.me;
  }
  return askWho();
}

function followLink(event) {
  const anchor = event.target.closest?.("a[href]");
  const place = anchor && permalinkIn(anchor.href);
  if (!place || event.ctrlKey || event.metaKey) return;
  if (!store.channels.has(place.channelId) && anchor.target) return;
  event.preventDefault();
  openChannel(place.channelId, { thread: place.thread, ts: place.ts });
}

async function start() {
  at("composer-place").append(composer.root);
  startSidebar(at("sidebar"), {
    open: openChannel,
    openDirect,
    openPanel,
    switchTo: (id) => become(id, store.current),
  });
  startHeader(at("header"), at("bookmarks"), {
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
  startHome(at("home"));
  startHint(at("hint"));
  startModals();
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
  const person = await firstPerson();
  while (!(await become(person)))
    await new Promise((resume) => {
      setTimeout(resume, 2000);
    });
  document.body.dataset.ready = "true";
}

at("below").prepend(icon(ICONS.down, 14));
start();
