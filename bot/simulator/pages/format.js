const DAY = 86_400_000;

export const dateOf = (ts) => new Date(Number.parseFloat(ts) * 1000);

const show = (date, options) => new Intl.DateTimeFormat(undefined, options).format(date);

export const clockTime = (date) => show(date, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
export const exactTime = (date) => show(date, { dateStyle: "full", timeStyle: "medium" });

const midnight = (date) => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();

export const sameDay = (a, b) => midnight(a) === midnight(b);

function nearDay(date) {
  const days = Math.round((midnight(date) - midnight(new Date())) / DAY);
  return { 0: "today", "-1": "yesterday", 1: "tomorrow" }[days];
}

const capital = (text) => text[0].toUpperCase() + text.slice(1);

export function dayName(date) {
  const near = nearDay(date);
  if (near) return capital(near);
  const options = { weekday: "long", month: "long", day: "numeric" };
  if (date.getFullYear() !== new Date().getFullYear()) options.year = "numeric";
  return show(date, options);
}

export function agoText(date) {
  const seconds = Math.round((date.getTime() - Date.now()) / 1000);
  const words = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });
  for (const [unit, size] of [
    ["day", 86_400],
    ["hour", 3600],
    ["minute", 60],
  ]) {
    if (Math.abs(seconds) >= size) return words.format(Math.trunc(seconds / size), unit);
  }
  return words.format(seconds, "second");
}

const LONG = { weekday: "long", year: "numeric", month: "long", day: "numeric" };
const MEDIUM = { year: "numeric", month: "long", day: "numeric" };
const SHORT = { year: "numeric", month: "short", day: "numeric" };

// https://docs.slack.dev/messaging/formatting-message-text#date-formatting
const DATE_TOKENS = {
  date_num: (date) =>
    `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, "0")}-${String(date.getDate()).padStart(2, "0")}`,
  date_slash: (date) => show(date, { year: "numeric", month: "2-digit", day: "2-digit" }),
  date: (date) => show(date, MEDIUM),
  date_short: (date) => show(date, SHORT),
  date_long: (date) => show(date, LONG),
  date_pretty: (date) => nearDay(date) ?? show(date, MEDIUM),
  date_short_pretty: (date) => nearDay(date) ?? show(date, SHORT),
  date_long_pretty: (date) => nearDay(date) ?? show(date, LONG),
  date_long_full: (date) => show(date, LONG),
  day_divider_pretty: (date) => dayName(date),
  time: (date) => clockTime(date),
  time_secs: (date) => show(date, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" }),
  ago: (date) => agoText(date),
};

export function slackDate(seconds, format, fallback) {
  const date = dateOf(seconds);
  if (Number.isNaN(date.getTime())) return fallback;
  return format.replace(/\{(\w+)\}/g, (whole, token) => DATE_TOKENS[token]?.(date) ?? whole);
}

export const plural = (count, noun, nouns = `${noun}s`) => `${count} ${count === 1 ? noun : nouns}`;

export function sizeText(bytes) {
  if (!bytes) return "";
  if (bytes < 1024) return `${bytes} bytes`;
  return bytes < 1_048_576 ? `${Math.round(bytes / 1024)} kB` : `${(bytes / 1_048_576).toFixed(1)} MB`;
}
