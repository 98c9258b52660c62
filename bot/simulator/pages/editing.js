import * as api from "./api.js";
import { toast } from "./dialogs.js";
import { h } from "./dom.js";
import { historyOf, threadOf } from "./history.js";
import { asTyped } from "./mrkdwn.js";
import { emit, store } from "./state.js";

let open = null;

export const canChange = (message) => message.user === store.me && !message.bot_id && !message.subtype;

/** Whether the message is being rewritten in this list: `thread` is the ts of the thread, or empty for the channel. */
export const editing = (channel, ts, thread) =>
  open !== null && open.channel === channel && open.ts === ts && open.thread === thread;

export function startEditing(channel, message, thread = "") {
  open = { channel, ts: message.ts, thread, before: message.text, node: editor(asTyped(message.text)) };
  emit("editing");
  const field = open.node.querySelector("textarea");
  field.focus();
  field.setSelectionRange(field.value.length, field.value.length);
  fit(field);
}

/** The last message of this person in the place where they write; never one of an app. */
export function editLast({ channel, thread }) {
  const messages = thread ? (threadOf(channel, thread) ?? []) : historyOf(channel).messages;
  const mine = messages.findLast(canChange);
  if (mine) startEditing(channel, mine, thread ?? "");
  return Boolean(mine);
}

export const editorNode = () => open.node;

function fit(field) {
  field.style.height = "auto";
  field.style.height = `${Math.min(field.scrollHeight + 2, 260)}px`;
}

function stop() {
  const was = open;
  open = null;
  emit("editing");
  emit("edited", was);
}

async function save(text) {
  const { channel, ts } = open;
  if (!text.trim()) {
    toast("A message cannot be empty; delete it from its menu instead.");
    return;
  }
  const answer = await api.edit(channel, ts, text.trim());
  if (answer.ok) stop();
  else toast(answer.error);
}

function editor(text) {
  const field = h("textarea", {
    class: "field",
    "aria-label": "Edit your message",
    value: text,
    rows: "1",
    oninput: () => fit(field),
    onkeydown: (event) => {
      if (event.key === "Escape") stop();
      else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) save(field.value);
      else return;
      event.preventDefault();
      event.stopPropagation();
    },
  });
  return h(
    "form",
    {
      class: "editor",
      onsubmit: (event) => {
        event.preventDefault();
        save(field.value);
      },
    },
    field,
    h(
      "div",
      { class: "editor-foot" },
      h("span", { class: "note" }, "Enter saves, Esc leaves it as it was."),
      h("button", { type: "button", class: "button small", onclick: stop }, "Cancel"),
      h("button", { type: "submit", class: "button small primary" }, "Save"),
    ),
  );
}
