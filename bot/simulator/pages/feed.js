import { feedUrl } from "./api.js";

const FIRST_PAUSE = 400;
const LONGEST_PAUSE = 10_000;

/**
 * A feed that reopens itself; `onOpen(again)` runs at each connection, so that the caller can refetch what it missed.
 * With `watch` it also tells of calls, deliveries and faults.
 */
export function openFeed({ onOpen, onEvent, onLost, watch = false }) {
  let socket = null;
  let pause = FIRST_PAUSE;
  let opened = 0;
  let stopped = false;
  let waiting = 0;

  function connect() {
    const mine = new WebSocket(feedUrl(watch ? { watch: 1 } : {}));
    socket = mine;
    mine.addEventListener("open", () => {
      pause = FIRST_PAUSE;
      opened += 1;
      onOpen(opened > 1);
    });
    mine.addEventListener("message", (event) => {
      if (mine === socket && !stopped) onEvent(JSON.parse(event.data));
    });
    mine.addEventListener("close", () => {
      if (!stopped && mine === socket) retry();
    });
  }

  function retry() {
    onLost();
    waiting = setTimeout(connect, pause * (0.75 + Math.random() / 2));
    pause = Math.min(pause * 2, LONGEST_PAUSE);
  }

  connect();
  return function stop() {
    stopped = true;
    clearTimeout(waiting);
    socket.close();
  };
}
