import * as api from "./api.js";
import { showDialog, toast } from "./dialogs.js";
import { fill, h, icon, ICONS } from "./dom.js";
import { plural } from "./format.js";
import { flat } from "./mrkdwn.js";
import { refreshState, store } from "./state.js";

const strangersFirst = (a, b) =>
  Number(a.member) - Number(b.member) || a.name.localeCompare(b.name, undefined, { numeric: true });

class ChannelBrowser {
  constructor(open) {
    this.open = open;
    this.search = h("input", {
      class: "field",
      type: "text",
      placeholder: "Search channels",
      oninput: () => this.draw(),
    });
    this.search.setAttribute("aria-label", "Search channels");
    this.rows = h("ul", { class: "browse" });
    const close = h("button", { type: "button", class: "plain", onclick: () => this.leave() }, icon(ICONS.close));
    close.setAttribute("aria-label", "Close");
    const head = h("header", { class: "dialog-head" }, h("h2", {}, "All channels"), close);
    const body = h("div", { class: "dialog-body" }, this.search, this.rows);
    const shown = showDialog({ label: "All channels", onCancel: () => this.leave(), content: [head, body] });
    this.leave = shown.leave;
    this.draw();
    this.search.focus();
  }

  visit(item) {
    this.leave();
    this.open(item.id);
  }

  async join(item) {
    const answer = await api.join(item.id);
    if (!answer.ok) {
      toast(answer.error);
      return;
    }
    await refreshState();
    this.visit(item);
  }

  action(item) {
    if (item.member)
      return h("button", { type: "button", class: "button small", onclick: () => this.visit(item) }, "Open");
    const label = `Join ${item.name}`;
    const join = () => this.join(item);
    return h("button", { type: "button", class: "button small primary", "aria-label": label, onclick: join }, "Join");
  }

  row(item) {
    const facts = [
      item.member ? "Joined" : "",
      plural(item.members?.length ?? 0, "member"),
      flat(item.topic || item.purpose),
    ];
    const name = h("strong", {}, `# ${item.name}`);
    const note = h("span", { class: "note" }, facts.filter(Boolean).join(" · "));
    const look = () => this.visit(item);
    return h(
      "li",
      {},
      h("button", { type: "button", class: "plain browse-name", onclick: look }, name, note),
      this.action(item),
    );
  }

  draw() {
    const wanted = this.search.value.trim().replace(/^#/, "").toLowerCase();
    const all = [...store.channels.values()].filter((item) => item.kind === "channel" && !item.archived);
    const found = all.filter((item) => item.name.includes(wanted)).sort(strangersFirst);
    const rows = found.map((item) => this.row(item));
    const make = wanted && !all.some((item) => item.name === wanted) ? this.makeRow(wanted) : null;
    fill(this.rows, rows.length ? rows : h("li", { class: "note" }, "No channel has that in its name."), make);
  }

  makeRow(name) {
    const create = (isPrivate) => () => this.create(name, isPrivate);
    return h(
      "li",
      { class: "browse-make" },
      h("button", { type: "button", class: "button small", onclick: create(false) }, `Create #${name}`),
      h("button", { type: "button", class: "button small", onclick: create(true) }, "Create it private"),
    );
  }

  async create(name, isPrivate) {
    const answer = await api.createChannel(name, isPrivate);
    if (!answer.ok) {
      toast(answer.error);
      return;
    }
    await refreshState();
    this.visit({ id: answer.channel });
  }
}

/** The list of all public channels, with a button to join or open each. */
export function browseChannels(open) {
  return new ChannelBrowser(open);
}
