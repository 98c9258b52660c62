import * as api from "./api.js";
import { showDialog, toast } from "./dialogs.js";
import { fill, h, icon, ICONS } from "./dom.js";
import { plural } from "./format.js";
import { flat } from "./mrkdwn.js";
import { refreshState, store } from "./state.js";

/** The list of all public channels, with a button to join or leave each. */
export function browseChannels(open) {
  const search = h("input", { class: "field", type: "text", placeholder: "Search channels", "aria-label": "Search channels", oninput: () => draw() });
  const rows = h("ul", { class: "browse" });
  const close = h("button", { type: "button", class: "plain", "aria-label": "Close", onclick: () => leave() }, icon(ICONS.close));
  const { leave } = showDialog({ label: "All channels", onCancel: () => leave(), content: [
    h("header", { class: "dialog-head" }, h("h2", {}, "All channels"), close), h("div", { class: "dialog-body" }, search, rows)] });

  function visit(item) {
    leave();
    open(item.id);
  }

  async function joinAndVisit(item) {
    const answer = await api.join(item.id);
    if (!answer.ok) return toast(answer.error);
    await refreshState();
    return visit(item);
  }

  function row(item) {
    const action = item.member
      ? h("button", { type: "button", class: "button small", onclick: () => visit(item) }, "Open")
      : h("button", { type: "button", class: "button small primary", "aria-label": `Join ${item.name}`, onclick: () => joinAndVisit(item) }, "Join");
    const note = [item.member ? "Joined" : null, plural(item.members?.length ?? 0, "member"), flat(item.topic || item.purpose)].filter(Boolean).join(" · ");
    return h("li", {}, h("button", { type: "button", class: "plain browse-name", onclick: () => visit(item) }, h("strong", {}, `# ${item.name}`), h("span", { class: "note" }, note)), action);
  }

  function draw() {
    const wanted = search.value.trim().replace(/^#/, "").toLowerCase();
    const found = [...store.channels.values()].filter((item) => item.kind === "channel" && !item.archived && item.name.includes(wanted));
    found.sort((a, b) => Number(a.member) - Number(b.member) || a.name.localeCompare(b.name, undefined, { numeric: true }));
    fill(rows, found.length ? found.map(row) : h("li", { class: "note" }, "No channel has that in its name."));
  }

  draw();
  search.focus();
}
