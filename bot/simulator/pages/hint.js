import { h, icon, ICONS } from "./dom.js";
import { mrkdwn } from "./mrkdwn.js";
import { on, store } from "./state.js";
import { keep, kept } from "./storage.js";

const DEFAULT = "Type `/incident declare sev1 checkout is failing`";
const KEY = "hint-seen";
let dismissed = kept(KEY);

function dismiss(text) {
  dismissed = text;
  keep(KEY, text);
}

/** Whoever has used a command needs no hint any more. */
export function startHint(bar) {
  on("said", (text) => {
    if (!text.startsWith("/")) return;
    dismiss(bar.dataset.text);
    bar.hidden = true;
  });
}

export function drawHint(bar, composer) {
  const text = store.hint ?? DEFAULT;
  bar.hidden = !text || dismissed === text || store.tab === "home";
  if (bar.hidden || bar.dataset.text === text) return;
  bar.dataset.text = text;
  const example = /`([^`]+)`/.exec(text)?.[1];
  const insert = example
    ? h(
        "button",
        {
          type: "button",
          class: "button small",
          onclick: () => {
            composer.set(example);
            composer.textarea.focus();
          },
        },
        "Fill it in",
      )
    : null;
  const close = h(
    "button",
    {
      type: "button",
      class: "plain",
      "aria-label": "Dismiss the hint",
      onclick: () => {
        dismiss(text);
        bar.hidden = true;
      },
    },
    icon(ICONS.close, 14),
  );
  bar.replaceChildren(h("div", { class: "words" }, mrkdwn(text)), ...[insert, close].filter(Boolean));
}
