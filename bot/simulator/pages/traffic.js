import { fill, h } from "./dom.js";
import { asText } from "./scrub.js";
import { channelName, store, userName } from "./state.js";

const MOST_ROWS = 300;
const WAYS = { call: "The app asks Slack", event: "Slack tells the app" };
const FINE = new Set(["ok", "acknowledged"]);

const clock = (at) => new Date(at).toLocaleTimeString(undefined, { hourCycle: "h23" });

function took(ms, outcome) {
  if (ms === null || ms === undefined) return outcome === "open" ? "…" : "";
  return ms < 10 ? `${ms.toFixed(1)} ms` : `${Math.round(ms)} ms`;
}

function placeName(id) {
  const name = channelName(id) ?? (store.people.has(id) ? userName(id) : null);
  return name ? `${id.startsWith("C") ? "#" : "@"}${name}` : id;
}

function placeOf(args) {
  const id = args?.channel ?? args?.channel_id ?? args?.event?.channel ?? args?.container?.channel_id;
  if (typeof id === "string") return placeName(id);
  const user = args?.user_id ?? args?.user?.id ?? args?.event?.user;
  return typeof user === "string" ? `@${userName(user)}` : "";
}

const call = (item) => ({
  key: `call ${item.seq}`,
  away: true,
  at: item.at,
  name: item.method,
  place: placeOf(item.args),
  ms: item.ms,
  outcome: item.status,
  details: [
    ["Asked", item.args],
    ["Answered", item.response],
  ],
});

const delivery = (item) => ({
  key: `delivery ${item.seq}`,
  away: false,
  at: item.at,
  name: item.name,
  place: placeOf(item.payload),
  ms: item.ms,
  outcome: item.outcome,
  note: [item.kind, item.attempt ? `attempt ${item.attempt + 1}: ${item.reason}` : "", `over ${item.over}`]
    .filter(Boolean)
    .join(", "),
  details: [["Sent to the app", item.payload]],
});

const tone = (outcome) => (outcome === "open" ? "open" : FINE.has(outcome) ? "fine" : "bad");

/** The list of calls and deliveries, the newest on top; each changes in place when it is answered. */
export class Traffic {
  /** `onMethod(method)` is told when somebody would make trouble for a method. */
  constructor(onMethod) {
    this.onMethod = onMethod;
    this.list = h("ol", { class: "traffic", "aria-label": "Calls and events, the newest first", tabindex: "0" });
    this.rows = new Map();
    this.held = [];
    this.paused = false;
    this.wanted = "";
    this.changed = () => {};
  }

  takeCall(item) {
    this.take(call(item));
  }

  takeDelivery(item) {
    this.take(delivery(item));
  }

  /** What happened before the drawer was opened, in the order in which it happened. */
  begin(calls, deliveries) {
    const all = [...calls.map(call), ...deliveries.map(delivery)];
    all.sort((a, b) => a.at.localeCompare(b.at));
    for (const entry of all.slice(-MOST_ROWS)) this.put(entry);
    this.changed();
  }

  take(entry) {
    if (this.paused && !this.rows.has(entry.key)) {
      this.held = this.held.filter((item) => item.key !== entry.key);
      this.held.push(entry);
    } else this.put(entry);
    this.changed();
  }

  pause(on) {
    this.paused = on;
    if (on) return;
    for (const entry of this.held.splice(0)) this.put(entry);
    this.changed();
  }

  clear() {
    this.rows.clear();
    this.held.length = 0;
    fill(this.list);
    this.changed();
  }

  filter(words) {
    this.wanted = words.trim().toLowerCase();
    for (const row of this.rows.values()) this.sift(row);
    this.changed();
  }

  get shown() {
    return [...this.rows.values()].filter((row) => !row.node.hidden).length;
  }

  sift(row) {
    row.node.hidden = Boolean(this.wanted) && !row.text.includes(this.wanted);
  }

  put(entry) {
    const old = this.rows.get(entry.key);
    const row = old ?? { node: h("li", {}) };
    const { name, place, outcome, note = "", details } = entry;
    row.text = [name, place, outcome, note, JSON.stringify(details)].join(" ").toLowerCase();
    row.entry = entry;
    const open = old?.node.querySelector("details")?.open ?? false;
    fill(row.node, this.draw(entry, open));
    this.sift(row);
    this.rows.set(entry.key, row);
    if (old) return;
    this.list.prepend(row.node);
    if (this.rows.size > MOST_ROWS) this.dropOldest();
  }

  dropOldest() {
    const [key, row] = this.rows.entries().next().value;
    row.node.remove();
    this.rows.delete(key);
  }

  draw(entry, open) {
    const way = entry.away ? "call" : "event";
    const summary = h(
      "summary",
      { class: "traffic-row" },
      h("time", { class: "traffic-at" }, clock(entry.at)),
      h("span", { class: `way ${way}`, title: WAYS[way] }, way),
      h("span", { class: "traffic-name" }, entry.name),
      h("span", { class: "traffic-place" }, entry.place),
      h("span", { class: "traffic-ms" }, took(entry.ms, entry.outcome)),
      h("span", { class: `outcome ${tone(entry.outcome)}` }, entry.outcome),
    );
    const details = h("details", { open }, summary);
    const expand = () => {
      if (details.open && details.childElementCount === 1) details.append(this.expansion(entry));
    };
    details.addEventListener("toggle", expand);
    expand();
    return details;
  }

  expansion(entry) {
    const parts = entry.details
      .filter(([, value]) => value !== null && value !== undefined)
      .map(([title, value]) => [h("h3", {}, title), h("pre", { tabindex: "0", "aria-label": title }, asText(value))]);
    const trouble = entry.away
      ? h(
          "button",
          { type: "button", class: "button small", onclick: () => this.onMethod(entry.name) },
          `Make trouble for ${entry.name}`,
        )
      : null;
    const note = entry.note ? h("p", { class: "note" }, entry.note) : null;
    return h("div", { class: "traffic-more" }, note, trouble, parts);
  }
}
