import { keep, keepHere, kept, keptHere } from "./storage.js";

const fragment = () => new URLSearchParams(location.hash.replace(/^#\/?/, "").replace(/^([A-Z][^=&]*)/, "at=$1"));

/** The person named by `?as=` or `#as=`, by handle or id; empty when the address names nobody. */
export const chosenPerson = () => new URLSearchParams(location.search).get("as") ?? fragment().get("as") ?? "";

/** The place after `#/`, such as `#/C012/1700000000.000100`. */
export function placeInAddress() {
  const search = new URLSearchParams(location.search);
  if (search.has("channel"))
    return { channelId: search.get("channel"), thread: search.get("thread_ts") ?? "", ts: search.get("ts") ?? "" };
  const [channelId = "", thread = ""] = (fragment().get("at") ?? "").split("/");
  return { channelId, thread, ts: "" };
}

export function addressFor({ me, people, current, thread }) {
  const search = new URLSearchParams(location.search);
  for (const name of ["channel", "ts", "thread_ts", "canvas"]) search.delete(name);
  search.set("as", people.get(me)?.name ?? me);
  return `${location.pathname}?${search}#/${current}${thread ? `/${thread}` : ""}`;
}

/** A Slack permalink or a `#/C…` link of this page, as a place; null for any other address. */
export function permalinkIn(href) {
  const url = new URL(href, location.href);
  const inside = url.origin === location.origin && /^#\/(\w+)$/.exec(url.hash);
  if (inside) return { channelId: inside[1], thread: "", ts: "" };
  const found = /\/archives\/(\w+)(?:\/p(\d{10})(\d{6}))?$/.exec(url.pathname);
  if (!found) return null;
  const ts = found[2] ? `${found[2]}.${found[3]}` : "";
  const thread = url.searchParams.get("thread_ts") ?? "";
  return { channelId: found[1], thread, ts };
}

const CHANNEL = (person) => `last-channel:${person}`;
const PERSON = "last-person";

export function remember(person, channelId) {
  keepHere(CHANNEL(person), channelId);
  keep(PERSON, person);
}

export const remembered = (person) => keptHere(CHANNEL(person));

export const lastPerson = () => kept(PERSON);
