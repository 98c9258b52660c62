import * as api from "./api.js";
import { blockNodes } from "./blocks.js";
import { showDialog, toast } from "./dialogs.js";
import { fill, h, icon, ICONS } from "./dom.js";
import { ViewHost } from "./hosts.js";
import { plainString } from "./mrkdwn.js";
import { on, refreshState, store } from "./state.js";
import { complaint } from "./values.js";

let shown = null;
const hosts = new Map();

export function startModals() {
  on("views", draw);
}

function hostFor(view) {
  if (!hosts.has(view.id)) hosts.set(view.id, new ViewHost(view));
  const host = hosts.get(view.id);
  host.take(view);
  return host;
}

function draw() {
  const top = store.views.at(-1);
  for (const id of hosts.keys()) if (!store.views.some((view) => view.id === id)) hosts.delete(id);
  if (!top) {
    shown?.leave();
    shown = null;
    return;
  }
  const signature = JSON.stringify([
    top.id,
    top.title,
    top.blocks,
    top.submit,
    top.close,
    top.errors,
    store.views.length,
  ]);
  if (shown?.signature === signature) return;
  const sameView = shown?.viewId === top.id;
  shown ??= open();
  shown.signature = signature;
  shown.viewId = top.id;
  const host = hostFor(top);
  host.errors = { ...top.errors };
  render(top, host, !sameView);
}

function open() {
  const form = h("form", {
    class: "modal-form",
    novalidate: true,
    onsubmit: (event) => {
      event.preventDefault();
      submit();
    },
  });
  const { dialog, leave } = showDialog({
    className: "modal",
    label: "",
    content: form,
    testId: "modal",
    onCancel: () => closeTop(),
  });
  form.addEventListener("keydown", (event) => {
    const single =
      event.target.matches("input:not([type=checkbox]):not([type=radio])") && !event.target.closest(".panel");
    if (
      event.key !== "Enter" ||
      event.isComposing ||
      event.defaultPrevented ||
      !(single || event.metaKey || event.ctrlKey)
    )
      return;
    event.preventDefault();
    submit();
  });
  return { dialog, leave, form };
}

const where = (element) => {
  const block = element?.closest?.("[data-block-id]")?.dataset.blockId;
  const action = element?.closest?.("[data-action-id]")?.dataset.actionId;
  return block ? { block, action, start: element.selectionStart, end: element.selectionEnd } : null;
};

function restore(form, place) {
  const block = form.querySelector(`[data-block-id="${CSS.escape(place.block)}"]`);
  const control =
    (place.action && block?.querySelector(`[data-action-id="${CSS.escape(place.action)}"]`)) ??
    block?.querySelector("input, textarea, button");
  const target = control?.matches("div") ? control.querySelector("input:checked, input") : control;
  target?.focus({ preventScroll: true });
  if (place.start !== null && place.start !== undefined && target?.type === "text")
    target.setSelectionRange(place.start, place.end);
}

function focusFirst(form) {
  const wanted = [
    "[data-focus] :is(input, textarea, button)",
    ".block :is(input:not(:disabled), textarea, .select)",
    ".dialog-foot .primary",
    ".dialog-head .plain",
  ];
  const found = wanted.map((selector) => form.querySelector(selector));
  found.find(Boolean)?.focus();
}

function render(view, host, fresh) {
  const { dialog, form } = shown;
  host.onMended = (blockId) => clearError(form, blockId);
  const place = fresh ? null : where(document.activeElement);
  const scroll = fresh ? 0 : (form.querySelector(".dialog-body")?.scrollTop ?? 0);
  const title = plainString(view.title);
  dialog.setAttribute("aria-label", title);
  const back =
    store.views.length > 1
      ? h("button", { type: "button", class: "plain", "aria-label": "Back", onclick: closeTop }, icon(ICONS.back))
      : null;
  const submitButton = view.submit
    ? h("button", { type: "submit", class: "button primary", "data-testid": "modal-submit" }, plainString(view.submit))
    : null;
  fill(
    form,
    h(
      "header",
      { class: "dialog-head" },
      back,
      h("h2", {}, title),
      h("button", { type: "button", class: "plain", "aria-label": "Close", onclick: closeAll }, icon(ICONS.close)),
    ),
    h("div", { class: "dialog-body" }, blockNodes(view.blocks, host)),
    h(
      "footer",
      { class: "dialog-foot" },
      h(
        "button",
        { type: "button", class: "button", onclick: closeTop },
        plainString(view.close) || (submitButton ? "Cancel" : "Close"),
      ),
      submitButton,
    ),
  );
  form.querySelector(".dialog-body").scrollTop = scroll;
  if (place) restore(form, place);
  else if (!dialog.contains(document.activeElement) || fresh) focusFirst(form);
}

function clearError(form, blockId) {
  const block = form.querySelector(`[data-block-id="${CSS.escape(blockId)}"]`);
  block?.classList.remove("wrong");
  block?.querySelector(".field-error")?.remove();
  block?.querySelector("[aria-invalid]")?.removeAttribute("aria-invalid");
}

function complaints(view, host) {
  const errors = {};
  for (const block of view.blocks) {
    if (block.type !== "input") continue;
    const words = complaint(block, host.get(block.block_id, block.element));
    if (words) errors[block.block_id] = words;
  }
  return errors;
}

function showErrors(view, host, errors) {
  host.errors = errors;
  render(view, host, false);
  const wrong = shown.form.querySelector(".wrong");
  wrong?.scrollIntoView({ block: "nearest" });
  wrong?.querySelector("input, textarea, .select")?.focus();
}

let sending = false;

async function submit() {
  const view = store.views.at(-1);
  if (!view?.submit || sending) return;
  const host = hostFor(view);
  const wrong = complaints(view, host);
  if (Object.keys(wrong).length) {
    showErrors(view, host, wrong);
    return;
  }
  const answer = await whileSending(() => api.submitView(view.id, host.values()));
  const open = store.views.at(-1);
  if (answer.errors && Object.keys(answer.errors).length) {
    if (open?.id === view.id) showErrors(open, host, answer.errors);
  } else if (!answer.ok) toast(answer.error ?? "The form could not be sent.");
  else await refreshState();
}

async function whileSending(work) {
  sending = true;
  const button = shown.form.querySelector("[data-testid=modal-submit]");
  button.setAttribute("aria-busy", "true");
  button.disabled = true;
  try {
    return await work();
  } finally {
    sending = false;
    const current = shown?.form.querySelector("[data-testid=modal-submit]");
    for (const one of [button, current].filter(Boolean)) {
      one.removeAttribute("aria-busy");
      one.disabled = false;
    }
  }
}

async function closeView(id) {
  const answer = await api.closeView(id);
  if (!answer.ok) toast(answer.error);
  store.views = store.views.filter((view) => view.id !== id);
  draw();
}

async function closeTop() {
  const top = store.views.at(-1);
  if (top) await closeView(top.id);
}

async function closeAll() {
  for (const view of [...store.views].reverse()) await closeView(view.id);
}
