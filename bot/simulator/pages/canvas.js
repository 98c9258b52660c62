import * as api from "./api.js";
import { showBeside } from "./beside.js";
import { toast } from "./dialogs.js";
import { h, icon, ICONS } from "./dom.js";
import { clockTime, dateOf, dayName } from "./format.js";
import { markdown } from "./markdown.js";
import { store, userName } from "./state.js";

const keyOf = (id) => `canvas ${id}`;

const updated = (canvas) => {
  const date = dateOf(canvas.updated);
  return `By ${userName(canvas.user)}, last changed ${dayName(date).toLowerCase()} at ${clockTime(date)}`;
};

/** Opens a canvas to be read beside the messages; false when it cannot be. */
export async function showCanvas(id) {
  const canvas = await api.fetchCanvas(id);
  if (!canvas.ok) {
    toast(canvas.error);
    return false;
  }
  showBeside({
    key: keyOf(id),
    title: canvas.title,
    content: h(
      "article",
      { class: "canvas", tabindex: "0", "aria-label": canvas.title },
      h("h1", { class: "canvas-title" }, canvas.title),
      h("p", { class: "note" }, updated(canvas)),
      markdown(canvas.markdown),
    ),
  });
  return true;
}

/** A canvas that changes while it is read is drawn anew, and stays where it was scrolled to. */
export async function canvasChanged(id) {
  if (store.panel !== keyOf(id)) return;
  const place = document.querySelector(".canvas");
  const canvas = await api.fetchCanvas(id);
  if (!canvas.ok || !place?.isConnected) return;
  place.querySelector(".canvas-title").textContent = canvas.title;
  place.querySelector(".note").textContent = updated(canvas);
  place.querySelector(".markdown").replaceWith(markdown(canvas.markdown));
}

/** The tabs of a channel's canvases. */
export const canvasTabs = (item, open) =>
  (item.canvases ?? []).map((canvas) =>
    h(
      "button",
      { type: "button", class: "bookmark", "data-canvas": canvas.id, onclick: () => open(canvas.id) },
      icon(ICONS.canvas, 14),
      h("span", {}, canvas.title),
    ),
  );

/** The id of the canvas to which this address of the workspace leads; empty for any other. */
export function canvasIn(href) {
  const url = new URL(href, location.href);
  return /^\/docs\/\w+\/(\w+)$/.exec(url.pathname)?.[1] ?? "";
}
