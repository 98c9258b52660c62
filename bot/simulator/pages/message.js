import { attachmentNodes } from "./attachments.js";
import { blockNodes } from "./blocks.js";
import { h, icon, ICONS, safeHref } from "./dom.js";
import { editorNode } from "./editing.js";
import { emojiText, QUICK } from "./emoji.js";
import { fileNode } from "./files.js";
import { clockTime, dateOf, dayName, exactTime, plural, sameDay } from "./format.js";
import { messageHost } from "./hosts.js";
import { moreButton } from "./messagemenu.js";
import { mrkdwn } from "./mrkdwn.js";
import { pickEmoji, reactionRow, toggleReaction } from "./reactions.js";
import { isBot, userColor, userName } from "./state.js";

const SYSTEM =
  /^(channel|group)_(join|leave|topic|purpose|name|archive|unarchive)$|^(pinned_item|bot_add|bot_remove|bookmark\w*|reminder_add)$/;

export const isSystem = (message) => SYSTEM.test(message.subtype ?? "");

export const authorName = (message) =>
  message.username ?? (message.user ? userName(message.user) : (message.bot_profile?.name ?? "App"));

export const isApp = (message) => Boolean(message.bot_id) || isBot(message.user);

export function avatar(id, name, size = "") {
  return h(
    "span",
    { class: `avatar ${size}`, style: `--tint:${userColor(id)}`, "aria-hidden": "true" },
    [...name][0]?.toUpperCase() ?? "?",
  );
}

function messageAvatar(message) {
  const pictured = message.icons?.emoji ?? message.icon_emoji;
  if (pictured)
    return h(
      "span",
      { class: "avatar picture-avatar", "aria-hidden": "true" },
      emojiText(pictured.replaceAll(":", "")),
    );
  const url = message.icons?.image_48 && safeHref(message.icons.image_48);
  if (url) return h("img", { class: "avatar", src: url, alt: "" });
  return avatar(message.user ?? message.bot_id ?? "app", authorName(message), isApp(message) ? "app" : "");
}

const timeNode = (message) =>
  h(
    "time",
    { class: "when", title: exactTime(dateOf(message.ts)), datetime: dateOf(message.ts).toISOString() },
    clockTime(dateOf(message.ts)),
  );

const edited = (message) =>
  message.edited ? h("span", { class: "edited", title: "This message was edited" }, " (edited)") : null;

function content(message, channelId) {
  const host = messageHost(channelId, message);
  if (message.blocks?.length) return [h("div", { class: "blocks" }, blockNodes(message.blocks, host)), edited(message)];
  return message.text ? [h("div", { class: "words" }, mrkdwn(message.text), edited(message))] : [];
}

function threadLine(message, openThread) {
  if (!message.reply_count) return null;
  const users = [...new Set(message.reply_users ?? [])].slice(0, 4);
  const last = dateOf(message.latest_reply ?? message.ts);
  const when = sameDay(last, new Date()) ? `today at ${clockTime(last)}` : `${dayName(last)} at ${clockTime(last)}`;
  return h(
    "button",
    { type: "button", class: "thread-line", onclick: () => openThread(message.ts) },
    users.map((id) => avatar(id, userName(id), "tiny")),
    h("strong", {}, plural(message.reply_count, "reply", "replies")),
    h("span", { class: "note" }, `Last reply ${when}`),
  );
}

function quickButton(message, channelId, name) {
  const react = () => toggleReaction(channelId, message, name);
  return h(
    "button",
    { type: "button", class: "tool", "aria-label": `React with :${name}:`, onclick: react },
    emojiText(name),
  );
}

function toolbar(message, channelId, { openThread, thread }) {
  const more = h(
    "button",
    { type: "button", class: "tool", "aria-label": "Choose a reaction", "aria-haspopup": "listbox" },
    icon(ICONS.smile),
  );
  more.addEventListener("click", () => pickEmoji(more, channelId, message));
  const open = () => openThread(message.thread_ts ?? message.ts);
  const reply = openThread
    ? h("button", { type: "button", class: "tool", "aria-label": "Reply in thread", onclick: open }, icon(ICONS.reply))
    : null;
  return h(
    "div",
    { class: "toolbar", role: "toolbar", "aria-label": "Message actions" },
    QUICK.map((name) => quickButton(message, channelId, name)),
    more,
    reply,
    moreButton(message, channelId, { openThread, thread }),
  );
}

function systemMessage(message) {
  return h(
    "div",
    { class: "message system", "data-ts": message.ts, tabindex: "-1" },
    h("span", { class: "gutter" }, timeNode(message)),
    h(
      "div",
      { class: "words" },
      message.text?.includes(`<@${message.user}`) ? null : h("strong", {}, `${authorName(message)} `),
      mrkdwn(message.text),
    ),
  );
}

function heading(message) {
  return h(
    "div",
    { class: "message-head" },
    h("span", { class: "author" }, authorName(message)),
    isApp(message) ? h("span", { class: "badge-app" }, "APP") : null,
    timeNode(message),
  );
}

/**
 * `compact` leaves out the author, `pinned` marks it, `editing` puts the editor in its place; `openThread(ts)` is absent
 * inside a thread, whose ts is `thread`. With `bare` it is only to be read.
 */
export function messageNode(message, channelId, options = {}) {
  const { compact = false, pinned = false, editing = false, openThread = null, bare = false } = options;
  if (isSystem(message)) return systemMessage(message);
  const host = messageHost(channelId, message);
  const notes = [
    message.ephemeral ? h("div", { class: "only-you" }, icon(ICONS.eye, 14), "Only visible to you") : null,
    pinned ? h("div", { class: "pinned-note" }, icon(ICONS.pin, 13), "Pinned") : null,
    message.subtype === "thread_broadcast" ? h("div", { class: "pinned-note" }, "replied to a thread") : null,
  ];
  const classes = ["message", compact && "compact", message.ephemeral && "ephemeral", pinned && "pinned"]
    .filter(Boolean)
    .join(" ");
  return h(
    "article",
    {
      class: classes,
      "data-ts": message.ts,
      "aria-label": `${authorName(message)} at ${clockTime(dateOf(message.ts))}`,
      tabindex: "-1",
    },
    h("div", { class: "gutter" }, compact ? timeNode(message) : messageAvatar(message)),
    h(
      "div",
      { class: "message-body" },
      notes,
      compact ? null : heading(message),
      editing ? editorNode() : content(message, channelId),
      (message.attachments ?? []).map((item) => attachmentNodes(item, host)),
      (message.files ?? []).map(fileNode),
      reactionRow(message, channelId),
      openThread ? threadLine(message, openThread) : null,
    ),
    message.ephemeral || editing || bare ? null : toolbar(message, channelId, options),
  );
}
