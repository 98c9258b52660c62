const UNREACHABLE = "The practice workspace did not answer. Is it still running?";

let viewer = "";

export function actAs(userId) {
  viewer = userId;
}

async function read(response) {
  try {
    const body = await response.json();
    if (body.ok === undefined) body.ok = response.ok;
    if (!body.ok && !body.error && !body.errors) body.error = `The workspace answered ${response.status}.`;
    return body;
  } catch {
    return { ok: false, error: `The workspace answered ${response.status} without a readable body.` };
  }
}

async function send(path, options) {
  try {
    return await read(await fetch(path, options));
  } catch {
    return { ok: false, error: UNREACHABLE };
  }
}

function query(params) {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries({ as: viewer, ...params })) {
    if (value !== undefined && value !== null && value !== "") search.set(name, value);
  }
  return search.toString();
}

const get = (path, params) => send(`${path}?${query(params)}`, { cache: "no-store" });

const postJson = (path, body) =>
  send(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

const post = (path, body) => postJson(path, { as: viewer, ...body });

export const fetchState = (as) => get("/sim/state", as === undefined ? {} : { as });
export const fetchHistory = (channel, before, limit = 100) => get("/sim/history", { channel, before, limit });
export const fetchThread = (channel, ts) => get("/sim/thread", { channel, ts });
export const fetchSearch = (q) => get("/sim/search", { q, limit: 40 });
export const fetchPins = (channel) => get("/sim/pins", { channel });
export const fetchCanvas = (id) => get(`/sim/canvas/${encodeURIComponent(id)}`, {});
export const fetchCalls = () => get("/sim/calls", { limit: 150 });
export const fetchDeliveries = () => get("/sim/deliveries", { limit: 150 });
export const fetchFaults = () => get("/sim/faults", {});
export const orderFault = (order) => postJson("/sim/faults", order);
export const say = (channel, text, threadTs) =>
  post("/sim/say", { channel, text, ...(threadTs ? { thread_ts: threadTs } : {}) });
export const act = (action) => post("/sim/act", action);
export const submitView = (viewId, values) => post("/sim/submit", { view_id: viewId, values });
export const closeView = (viewId) => post("/sim/close", { view_id: viewId });
export const react = (channel, ts, name, on) => post("/sim/react", { channel, ts, name, on });
export const pin = (channel, ts, on) => post("/sim/pin", { channel, ts, on });
export const edit = (channel, ts, text) => post("/sim/edit", { channel, ts, text });
export const remove = (channel, ts) => post("/sim/delete", { channel, ts });
export const join = (channel) => post("/sim/join", { channel });
export const leave = (channel) => post("/sim/leave", { channel });
export const openDirect = (user) => post("/sim/dm", { user });
export const markRead = (channel, ts) => post("/sim/read", { channel, ...(ts ? { ts } : {}) });
export const setPresence = (presence) => post("/sim/presence", { presence });
export const createChannel = (name, isPrivate) => post("/sim/create", { name, private: isPrivate });
export const invite = (channel, users) => post("/sim/invite", { channel, users });
export const openHome = () => post("/sim/home", {});
export const useShortcut = (callbackId, place = {}) => post("/sim/shortcut", { callback_id: callbackId, ...place });
/** A file goes to the workspace; with a place it is shared there, with words or without. */
export const upload = (file, place = {}) =>
  send(`/sim/upload?${query({ name: file.name, ...place })}`, {
    method: "POST",
    headers: { "Content-Type": file.type || "application/octet-stream" },
    body: file,
  });
export const fileUrl = (id) => `/sim/file/${encodeURIComponent(id)}?${query({})}`;

export function feedUrl(params = {}) {
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  return `${scheme}//${location.host}/sim/feed?${query(params)}`;
}

export async function fetchText(url) {
  try {
    const response = await fetch(url);
    return response.ok ? await response.text() : null;
  } catch {
    return null;
  }
}
