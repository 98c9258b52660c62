import { store } from "./state.js";

const marks = new Map();

const counts = (message) =>
  message.user !== store.me && (!message.thread_ts || message.thread_ts === message.ts || !message.user);

/** The ts of the message over which "New" stands in a conversation; empty when nothing is new. */
export const newFrom = (id) => marks.get(id) ?? "";

export const forgetNew = (id) => marks.delete(id);

/** The workspace counts what is unread; the line stands over the first of those. */
export function markNew(id, messages, unread) {
  let left = unread;
  for (let at = messages.length - 1; at >= 0 && left > 0; at -= 1) {
    if (!counts(messages[at])) continue;
    left -= 1;
    marks.set(id, messages[at].ts);
  }
}

/** While nobody looks, the first message to arrive gets the line. */
export function arrivedUnseen(id, message) {
  if (!marks.has(id) && counts(message)) marks.set(id, message.ts);
}
