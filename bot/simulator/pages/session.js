import { chosenPerson, lastPerson, placeInAddress, remembered } from "./address.js";
import * as api from "./api.js";
import { ARRIVALS } from "./arrivals.js";
import { toast } from "./dialogs.js";
import { openFeed } from "./feed.js";
import { forgetMessages } from "./history.js";
import { forgetHosts } from "./hosts.js";
import { showChannel } from "./messages.js";
import { emit, refreshState, store, takeState } from "./state.js";
import { reloadThread } from "./thread.js";
import { askWho } from "./who.js";

let stopFeed = () => {};

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

/** Where to begin: the address, else the last conversation, else #incidents. */
export function firstPlace() {
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

/** Look at the workspace as this person; `open(id, place)` shows the first conversation. False if it cannot be. */
export async function become(personId, open, keep = "") {
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
    onEvent: (event) => ARRIVALS[event.type]?.(event),
  });
  if (place.channelId) await open(place.channelId, { ...place, push: false });
  return true;
}

/** The person that the address names, or the last one, or whoever says so. */
export async function firstPerson() {
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
