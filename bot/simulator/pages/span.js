const STEP = 50;
export const MOST = 150;

/** Which stretch of a long history is drawn: at most MOST messages, by their ts, as older ones come before them. */
export class Span {
  constructor() {
    this.toEnd();
  }

  /** Follow the newest message. */
  toEnd() {
    this.first = null;
    this.last = null;
  }

  get atEnd() {
    return this.last === null;
  }

  /** Start and end (exclusive) in `messages`, which are in order. */
  bounds(messages) {
    const end = this.last === null ? messages.length : after(messages, this.last);
    const start = this.first === null ? Math.max(0, end - MOST) : before(messages, this.first);
    if (end - start <= MOST) return [start, end];
    this.set(messages, start, start + MOST);
    return [start, start + MOST];
  }

  /** Keep what is shown where it is, whatever arrives at the end. */
  hold(messages) {
    const [start, end] = this.bounds(messages);
    this.set(messages, start, end);
  }

  set(messages, start, end) {
    this.first = messages[start]?.ts ?? null;
    this.last = end >= messages.length ? null : messages[end - 1].ts;
  }

  /** One step up or down; false when there is nothing more that way. */
  move(messages, direction) {
    const [start, end] = this.bounds(messages);
    if (direction < 0 ? start === 0 : end === messages.length) return false;
    if (direction < 0) {
      const top = Math.max(0, start - STEP);
      this.set(messages, top, Math.min(end, top + MOST));
    } else {
      const foot = Math.min(messages.length, end + STEP);
      this.set(messages, Math.max(start, foot - MOST), foot);
    }
    return true;
  }

  around(messages, ts) {
    const start = Math.max(0, before(messages, ts) - MOST / 2);
    this.set(messages, start, Math.min(messages.length, start + MOST));
  }
}

/** The index of the first message that is not before `ts`. */
function before(messages, ts) {
  let [low, high] = [0, messages.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (Number(messages[middle].ts) < Number(ts)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function after(messages, ts) {
  const at = before(messages, ts);
  return messages[at]?.ts === ts ? at + 1 : at;
}
