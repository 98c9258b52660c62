import { authorName } from "./message.js";
import { flat } from "./mrkdwn.js";
import { store } from "./state.js";

const PAUSE = 600;
const MOST = 160;

let waiting = [];
let timer = 0;

/** Screen readers hear of what others write in the open conversation: the latest words, or how many there were. */
export function announce(message) {
  if (message.user === store.me && !message.ephemeral) return;
  waiting.push(message);
  clearTimeout(timer);
  timer = setTimeout(speak, PAUSE);
}

function speak() {
  const last = waiting.at(-1);
  const words = `${authorName(last)}: ${flat(last.text || "").slice(0, MOST)}`;
  const node = document.getElementById("announcer");
  if (node) node.textContent = waiting.length > 1 ? `${waiting.length} new messages. ${words}` : words;
  waiting = [];
}
