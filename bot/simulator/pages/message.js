import * as api from "./api.js";
import { blockNodes } from "./blocks.js";
import { toast } from "./dialogs.js";
import { h, icon, ICONS, link, safeHref } from "./dom.js";
import { emojiText, findEmoji, QUICK } from "./emoji.js";
import { fileNode } from "./files.js";
import { clockTime, dateOf, dayName, exactTime, plural, sameDay } from "./format.js";
import { messageHost } from "./hosts.js";
import { openList } from "./listmenu.js";
import { shortcutsButton } from "./shortcuts.js";
import { mrkdwn } from "./mrkdwn.js";
import { isBot, store, userColor, userName } from "./state.js";

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

function attachment(item, host) {
  const words = (text) => (text ? h("div", { class: "words" }, mrkdwn(text)) : null);
  const title = item.title
    ? h(
        "div",
        { class: "words" },
        item.title_link ? link(item.title_link, h("strong", {}, item.title)) : h("strong", {}, item.title),
      )
    : null;
  const fields = item.fields?.length
    ? h(
        "div",
        { class: "fields" },
        item.fields.map((field) =>
          h("div", { class: "section-field" }, h("strong", {}, field.title), h("br"), mrkdwn(field.value)),
        ),
      )
    : null;
  const color =
    { good: "#2eb886", warning: "#daa038", danger: "#a30200" }[item.color] ??
    (item.color ? `#${item.color.replace("#", "")}` : null);
  return [
    words(item.pretext),
    h(
      "div",
      { class: "attachment", style: color ? `--bar:${color}` : null },
      title,
      words(item.text),
      fields,
      item.blocks ? blockNodes(item.blocks, host) : null,
      item.blocks || item.text || title ? null : words(item.fallback),
      item.footer ? h("div", { class: "note" }, mrkdwn(item.footer)) : null,
    ),
  ];
}

function content(message, channelId) {
  const host = messageHost(channelId, message);
  if (message.blocks?.length) return [h("div", { class: "blocks" }, blockNodes(message.blocks, host)), edited(message)];
  return message.text ? [h("div", { class: "words" }, mrkdwn(message.text), edited(message))] : [];
}

async function toggleReaction(channelId, message, name) {
  const mine = message.reactions?.some((reaction) => reaction.name === name && reaction.users.includes(store.me));
  const answer = await api.react(channelId, message.ts, name, !mine);
  if (!answer.ok) toast(answer.error);
}

function pickEmoji(anchor, channelId, message) {
  const options = findEmoji("", 2000).map((name) => ({
    value: name,
    label: name,
    icon: h("span", { class: "emoji" }, `${emojiText(name)} `),
  }));
  openList(anchor, {
    label: "Reactions",
    groups: [{ options }],
    chosen: () => [],
    onPick: ({ value }) => toggleReaction(channelId, message, value),
  });
}

function reactions(message, channelId) {
  if (!message.reactions?.length) return null;
  const add = h(
    "button",
    { type: "button", class: "reaction add", "aria-label": "Add a reaction", "aria-haspopup": "listbox" },
    icon(ICONS.smile, 15),
  );
  add.addEventListener("click", () => pickEmoji(add, channelId, message));
  return h(
    "div",
    { class: "reactions" },
    message.reactions.map((reaction) => {
      const mine = reaction.users.includes(store.me);
      const who = reaction.users.map(userName).join(", ");
      return h(
        "button",
        {
          type: "button",
          class: mine ? "reaction mine" : "reaction",
          "aria-pressed": String(mine),
          "data-reaction": reaction.name,
          title: `${who} reacted with :${reaction.name}:`,
          "aria-label": `${plural(reaction.users.length, "reaction")} :${reaction.name}: by ${who}`,
          onclick: () => toggleReaction(channelId, message, reaction.name),
        },
        h("span", { class: "emoji" }, emojiText(reaction.name)),
        ` ${reaction.users.length}`,
      );
    }),
    add,
  );
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

function toolbar(message, channelId, openThread) {
  const more = h(
    "button",
    { type: "button", class: "tool", "aria-label": "Choose a reaction", "aria-haspopup": "listbox" },
    icon(ICONS.smile),
  );
  more.addEventListener("click", () => pickEmoji(more, channelId, message));
  const quick = QUICK.map((name) =>
    h(
      "button",
      {
        type: "button",
        class: "tool",
        "aria-label": `React with :${name}:`,
        onclick: () => toggleReaction(channelId, message, name),
      },
      emojiText(name),
    ),
  );
  const reply = openThread
    ? h(
        "button",
        {
          type: "button",
          class: "tool",
          "aria-label": "Reply in thread",
          onclick: () => openThread(message.thread_ts ?? message.ts),
        },
        icon(ICONS.reply),
      )
    : null;
  return h(
    "div",
    { class: "toolbar", role: "toolbar", "aria-label": "Message actions" },
    quick,
    more,
    reply,
    shortcutsButton("message", { channel: channelId, ts: message.ts }),
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

/** `compact` leaves out the author, `pinned` marks it, `openThread(ts)` is absent inside a thread. */
export function messageNode(message, channelId, { compact = false, pinned = false, openThread = null } = {}) {
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
      content(message, channelId),
      (message.attachments ?? []).map((item) => attachment(item, host)),
      (message.files ?? []).map(fileNode),
      reactions(message, channelId),
      openThread ? threadLine(message, openThread) : null,
    ),
    message.ephemeral ? null : toolbar(message, channelId, openThread),
  );
}
