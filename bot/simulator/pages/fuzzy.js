const BOUNDARY = /[\s\-_.#@/]/;

/** How well the letters of `wanted` are found in order in `text`: 0 not at all, more is better. */
function score(text, wanted) {
  const [low, want] = [text.toLowerCase(), wanted.toLowerCase()];
  if (!want) return 1;
  if (low === want) return 1000;
  const at = low.indexOf(want);
  if (at >= 0) return 500 + (at === 0 ? 200 : BOUNDARY.test(low[at - 1]) ? 100 : 0) - Math.min(at + low.length, 99);
  return scattered(low, want);
}

function scattered(text, wanted) {
  let [from, total, last] = [0, 100, -1];
  for (const letter of wanted) {
    if (letter === " ") continue;
    const at = text.indexOf(letter, from);
    if (at < 0) return 0;
    if (at === last + 1) total += 10;
    else if (at === 0 || BOUNDARY.test(text[at - 1])) total += 8;
    else total -= Math.min(at - last, 10);
    [last, from] = [at, at + 1];
  }
  return total >= 100 ? total : 0;
}

/** The items that match, best first; `textsOf(item)` gives the texts by which one may be found. */
export function ranked(items, wanted, textsOf) {
  const rated = items.map((item, order) => ({
    item,
    order,
    rate: Math.max(...textsOf(item).map((text) => (text ? score(text, wanted) : 0))),
  }));
  return rated
    .filter(({ rate }) => rate > 0)
    .sort((a, b) => b.rate - a.rate || a.order - b.order)
    .map(({ item }) => item);
}
