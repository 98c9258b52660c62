import * as api from "./api.js";
import { announce } from "./announce.js";
import { canvasChanged } from "./canvas.js";
import { toast } from "./dialogs.js";
import { takeChange, takeDeletion, takeMessage } from "./history.js";
import { watching } from "./messages.js";
import { takePresence } from "./presence.js";
import { emit, refreshState, store } from "./state.js";
import { arrivedUnseen } from "./unread.js";

const isReply = (message) => Boolean(message.thread_ts) && message.thread_ts !== message.ts;

/** The workspace counts mentions; until it is asked again, those of this person by name are counted here. */
function countUnread(item, message) {
  if (!item.member || message.user === store.me || isReply(message)) return;
  item.unread = (item.unread ?? 0) + 1;
  if (item.kind === "im" || message.text?.includes(`<@${store.me}>`)) item.mentions = (item.mentions ?? 0) + 1;
  emit("unread");
  if (/<!(subteam|here|channel|everyone)/.test(message.text)) refreshState();
}

function messageArrived({ channel: id, message, thread_ts: threadTs }) {
  takeMessage(id, threadTs && !message.thread_ts ? { ...message, thread_ts: threadTs } : message);
  const item = store.channels.get(id);
  if (!item) refreshState();
  else if (id === store.current && watching()) {
    api.markRead(id);
    if (!isReply(message)) announce(message);
  } else {
    if (id === store.current) arrivedUnseen(id, message);
    countUnread(item, message);
  }
}

function viewsChanged({ views }) {
  store.views = views;
  emit("views");
  if (store.tab === "home") refreshState();
}

/** What is done with each kind of news of the feed. */
export const ARRIVALS = {
  message: messageArrived,
  changed: (event) => takeChange(event.channel, event.message),
  deleted: (event) => takeDeletion(event.channel, event.ts ?? event.message?.ts, event.thread_ts),
  channels: () => refreshState(),
  canvas: (event) => {
    refreshState();
    canvasChanged(event.id);
  },
  presence: takePresence,
  views: viewsChanged,
  toast: (event) => toast(event.text),
};
