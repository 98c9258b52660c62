import * as api from "./api.js";
import { emit, store } from "./state.js";

const threadKey = (channelId, ts) => `${channelId}:${ts}`;
const order = (a, b) => a.ts.localeCompare(b.ts, undefined, { numeric: true });
const isReply = (message) => Boolean(message.thread_ts) && message.thread_ts !== message.ts;

export const historyOf = (id) => store.histories.get(id) ?? { messages: [], hasMore: false, loaded: false };
export const threadOf = (channelId, ts) => store.threads.get(threadKey(channelId, ts)) ?? null;

const recent = [];

/** What the feed brought while a fetch was under way is newer than the answer of that fetch. */
function note(channelId, message) {
  recent.push({ at: performance.now(), channelId, message });
  if (recent.length > 200) recent.shift();
}

const arrived = (channelId, since, belongs) =>
  recent
    .filter((item) => item.channelId === channelId && item.at >= since && belongs(item.message))
    .map((item) => item.message);

const onTop = (message) => !isReply(message) || message.subtype === "thread_broadcast";

export async function loadHistory(id) {
  const [since, viewer] = [performance.now(), store.me];
  const answer = await api.fetchHistory(id);
  if (!answer.ok || viewer !== store.me) return answer;
  const held = historyOf(id);
  const joins = held.messages.length > 0 && held.messages.at(-1).ts >= (answer.messages[0]?.ts ?? "");
  const page = merge(answer.messages, arrived(id, since, onTop));
  const older = joins && answer.has_more ? held.messages.filter((message) => message.ts < page[0].ts) : [];
  store.histories.set(id, {
    messages: [...older, ...page],
    hasMore: older.length ? held.hasMore : Boolean(answer.has_more),
    loaded: true,
  });
  emit("messages", id);
  return answer;
}

/** One page more at the top; false when there is none or it is already on its way. */
export async function loadOlder(id, limit) {
  const history = historyOf(id);
  if (!history.hasMore || history.loading || history.messages.length === 0) return false;
  history.loading = true;
  const answer = await api.fetchHistory(id, history.messages[0].ts, limit);
  history.loading = false;
  if (!answer.ok) return false;
  history.messages = merge(answer.messages, history.messages);
  history.hasMore = Boolean(answer.has_more) && answer.messages.length > 0;
  emit("messages", id);
  return true;
}

/** Older pages until the message `ts` is among those held. */
export async function loadBackTo(id, ts) {
  const earlier = () => historyOf(id).messages[0]?.ts ?? "";
  while (earlier() > ts && (await loadOlder(id, 1000)));
}

export async function loadThread(channelId, ts) {
  const [since, viewer] = [performance.now(), store.me];
  const answer = await api.fetchThread(channelId, ts);
  if (answer.ok && viewer === store.me) {
    const newer = arrived(channelId, since, (message) => message.ts === ts || message.thread_ts === ts);
    store.threads.set(threadKey(channelId, ts), merge(answer.messages, newer));
    emit("thread", threadKey(channelId, ts));
  }
  return answer;
}

function merge(first, second) {
  const all = new Map();
  for (const message of [...first, ...second]) all.set(message.ts, message);
  return [...all.values()].sort(order);
}

function put(list, message) {
  const at = list.findLastIndex((item) => item.ts === message.ts);
  if (at >= 0) {
    list[at] = { ...message };
    return;
  }
  list.push(message);
  if (list.length > 1 && order(list.at(-2), message) > 0) list.sort(order);
}

function putInThread(channelId, message) {
  const root = message.thread_ts ?? message.ts;
  const thread = threadOf(channelId, root);
  if (!thread) return;
  put(thread, message);
  emit("thread", threadKey(channelId, root));
}

function countReply(channelId, message) {
  const parent = historyOf(channelId).messages.find((item) => item.ts === message.thread_ts);
  if (!parent || message.ephemeral || parent.latest_reply >= message.ts) return;
  parent.reply_count = (parent.reply_count ?? 0) + 1;
  parent.latest_reply = message.ts;
  parent.reply_users = [...new Set([...(parent.reply_users ?? []), message.user])];
}

export function takeMessage(channelId, message) {
  note(channelId, message);
  if (isReply(message)) countReply(channelId, message);
  putInThread(channelId, message);
  const history = store.histories.get(channelId);
  if (history && onTop(message)) put(history.messages, message);
  emit("messages", channelId);
}

export function takeChange(channelId, message) {
  note(channelId, message);
  const history = store.histories.get(channelId);
  if (history?.messages.some((item) => item.ts === message.ts)) put(history.messages, message);
  putInThread(channelId, message);
  emit("messages", channelId);
}

export function takeDeletion(channelId, ts, threadTs) {
  const without = (list) => list.filter((item) => item.ts !== ts);
  const history = store.histories.get(channelId);
  if (history) history.messages = without(history.messages);
  for (const root of [threadTs, ts].filter(Boolean)) {
    const thread = threadOf(channelId, root);
    if (thread) store.threads.set(threadKey(channelId, root), without(thread));
    emit("thread", threadKey(channelId, root));
  }
  emit("messages", channelId);
}

export function forgetMessages() {
  store.histories.clear();
  store.threads.clear();
  recent.length = 0;
}
