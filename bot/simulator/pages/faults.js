import * as api from "./api.js";
import { toast } from "./dialogs.js";
import { fill, h, icon, ICONS, uid } from "./dom.js";
import { emit, store } from "./state.js";

const ERRORS = ["channel_not_found", "is_archived", "name_taken", "invalid_auth", "fatal_error", "missing_scope"];

/** What can be done to calls: the words, which of times/seconds/error is asked for, and the order that it makes. */
const KINDS = {
  slow: { label: "Slow it down", asks: ["seconds"], order: ({ seconds }) => ({ do: "slow", seconds }) },
  limited: {
    label: "Refuse it: rate limited (429)",
    asks: ["times", "seconds"],
    order: ({ times, seconds }) => ({
      do: "fail",
      times,
      status: 429,
      error: "ratelimited",
      retry_after: Math.ceil(seconds),
    }),
  },
  server: {
    label: "Refuse it: server error (503)",
    asks: ["times"],
    order: ({ times }) => ({ do: "fail", times, status: 503, error: null }),
  },
  error: {
    label: "Answer with an error",
    asks: ["times", "error"],
    order: ({ times, error }) => ({ do: "fail", times, error }),
  },
  lost: {
    label: "Lose the answer, the work being done",
    asks: ["times"],
    order: ({ times }) => ({ do: "drop", times, before: false }),
  },
  unheard: {
    label: "Lose the call, nothing done",
    asks: ["times"],
    order: ({ times }) => ({ do: "drop", times, before: true }),
  },
  hang: { label: "Never answer", asks: ["times"], order: ({ times }) => ({ do: "hang", times }) },
};

const METHODS = [
  "*",
  "chat.postMessage",
  "chat.update",
  "chat.postEphemeral",
  "conversations.create",
  "conversations.invite",
  "views.open",
  "views.publish",
  "pins.add",
  "bookmarks.add",
  "event",
  "command",
  "interaction",
];

const NAMES = {
  "*": "every method",
  event: "events to the app",
  command: "commands to the app",
  interaction: "presses and dialogs to the app",
};

async function order(body) {
  const answer = await api.orderFault(body);
  if (!answer.ok) toast(answer.error);
  return answer.ok;
}

const nameOf = (method) => NAMES[method] ?? method;

const WHAT = {
  slow: (one) => `slow by ${one.seconds} s`,
  fail: (one) => (one.error && one.status === 200 ? one.error : `answers ${one.status}`),
  drop: (one) => (one.before ? "calls lost" : "answers lost"),
  hang: () => "never answers",
};

function words(one) {
  const what = WHAT[one.do]?.(one) ?? one.do;
  const left = one.times ? `, ${one.times === 1 ? "once" : `${one.times} times`}` : "";
  return `${nameOf(one.method)}: ${what}${left}`;
}

function chip(text, end) {
  return h(
    "li",
    { class: "fault-chip" },
    h("span", {}, text),
    h("button", { type: "button", class: "plain", "aria-label": `End: ${text}`, onclick: end }, icon(ICONS.close, 13)),
  );
}

export class FaultBench {
  constructor() {
    this.chips = h("ul", { class: "fault-chips", "aria-label": "Faults in force", role: "list" });
    this.root = h("div", { class: "bench" }, this.chips, this.quick(), this.form());
  }

  quick() {
    const button = (label, body) =>
      h("button", { type: "button", class: "button small", onclick: () => order(body) }, label);
    return h(
      "div",
      { class: "quick-faults", role: "group", "aria-label": "Faults at a press" },
      button("Slow all by 2 s", { do: "slow", method: "*", seconds: 2 }),
      button("Cut the sockets", { do: "cut" }),
      button("Slack down for 10 s", { do: "refuse", seconds: 10 }),
      button("Rate limits on", { do: "rate", on: true }),
      button("No canvases", { do: "free", on: true }),
      button("End all faults", { do: "clear" }),
    );
  }

  form() {
    const list = uid("methods");
    const input = (label, attributes) =>
      h("label", { class: "fault-field" }, h("span", {}, label), h("input", { class: "field", ...attributes }));
    this.kind = h(
      "select",
      { class: "field", onchange: () => this.ask() },
      Object.entries(KINDS).map(([value, { label }]) => h("option", { value }, label)),
    );
    this.methodLabel = input("Method (* for every one)", { value: "*", list, autocomplete: "off" });
    this.method = this.methodLabel.querySelector("input");
    this.asked = {
      times: input("Times", { type: "number", min: "1", max: "99", value: "1" }),
      seconds: input("Seconds", { type: "number", min: "0", max: "120", step: "0.5", value: "3" }),
      error: input("Error", { value: ERRORS[0], list: `${list}-errors`, autocomplete: "off" }),
    };
    const known = (id, names) => h("datalist", { id }, names.map((value) => h("option", { value })));
    const form = h(
      "form",
      {
        class: "fault-form",
        onsubmit: (event) => {
          event.preventDefault();
          this.send();
        },
      },
      this.methodLabel,
      h("label", { class: "fault-field wide" }, h("span", {}, "What befalls it"), this.kind),
      Object.values(this.asked),
      h("button", { type: "submit", class: "button small danger" }, "Make it so"),
      known(list, METHODS),
      known(`${list}-errors`, ERRORS),
    );
    this.ask();
    return h("details", { class: "fault-more" }, h("summary", {}, "Make trouble for one method"), form);
  }

  ask() {
    for (const [name, label] of Object.entries(this.asked)) label.hidden = !KINDS[this.kind.value].asks.includes(name);
  }

  /** Begin an order for this method, for whoever saw a call of it. */
  aim(method) {
    this.method.value = method;
    this.root.querySelector(".fault-more").open = true;
    this.kind.focus();
  }

  async send() {
    const value = (name) => this.asked[name].querySelector("input").value;
    const given = { times: Number(value("times")), seconds: Number(value("seconds")), error: value("error").trim() };
    await order({ method: this.method.value.trim() || "*", ...KINDS[this.kind.value].order(given) });
  }

  async refresh() {
    const state = await api.fetchFaults();
    if (!state.ok) return;
    const chips = state.orders.map((one) => chip(words(one), () => order({ do: "cancel", id: one.id })));
    if (state.refused) chips.push(chip("Slack is down", () => order({ do: "refuse", on: false })));
    if (state.rate_limits) chips.push(chip("Rate limits on", () => order({ do: "rate", on: false })));
    if (state.free_team) chips.push(chip("No canvases", () => order({ do: "free", on: false })));
    fill(this.chips, chips);
    this.chips.hidden = !chips.length;
    if (store.faults === chips.length) return;
    store.faults = chips.length;
    emit("drawer");
  }
}
