import * as api from "./api.js";
import { confirmed, toast } from "./dialogs.js";
import { ICONS } from "./dom.js";
import { canChange, startEditing } from "./editing.js";
import { listButton } from "./listmenu.js";
import { runShortcut, shortcutsOf } from "./shortcuts.js";
import { channel, store } from "./state.js";

async function tell(work) {
  const answer = await work;
  if (!answer.ok) toast(answer.error);
}

async function remove(channelId, ts) {
  const question = {
    title: "Delete this message?",
    text: { type: "plain_text", text: "This cannot be undone." },
    confirm: "Delete",
    style: "danger",
  };
  if (await confirmed(question)) await tell(api.remove(channelId, ts));
}

async function copyLink(channelId, ts) {
  const address = `${location.origin}/archives/${channelId}/p${ts.replace(".", "")}`;
  try {
    await navigator.clipboard.writeText(address);
    toast("The link is copied.");
  } catch {
    toast(address);
  }
}

const does = (label, work, keywords = "") => ({ value: label, label, keywords, work });

function own(message, channelId, thread) {
  if (!canChange(message)) return [];
  return [
    does("Edit message", () => startEditing(channelId, message, thread)),
    does("Delete message", () => remove(channelId, message.ts)),
  ];
}

function common(message, channelId, openThread) {
  const pinned = channel(channelId)?.pins?.includes(message.ts);
  return [
    openThread ? does("Reply in thread", () => openThread(message.thread_ts ?? message.ts)) : null,
    does(pinned ? "Unpin from this channel" : "Pin to this channel", () =>
      tell(api.pin(channelId, message.ts, !pinned)),
    ),
    does("Copy link", () => copyLink(channelId, message.ts)),
  ].filter(Boolean);
}

function ofTheApp(message, channelId) {
  const place = { channel: channelId, ts: message.ts };
  return shortcutsOf("message").map((item) => ({
    value: item.callback_id,
    label: item.name,
    description: item.description,
    work: () => runShortcut(item.callback_id, place),
  }));
}

/** The "more" button of a message: what Slack itself offers, then the app's message shortcuts. */
export function moreButton(message, channelId, { openThread, thread = "" }) {
  const groups = () => [
    { options: [...common(message, channelId, openThread), ...own(message, channelId, thread)] },
    { label: store.bot?.real_name ?? "App", options: ofTheApp(message, channelId) },
  ];
  return listButton("More actions", ICONS.dots, groups, false);
}
