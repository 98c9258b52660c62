import { h, icon, ICONS } from "./dom.js";
import { closeMenu } from "./menu.js";
import { plainString, textNodes } from "./mrkdwn.js";

let shelf = null;

export function toast(text) {
  const again = [...(shelf?.children ?? [])].find((note) => note.dataset.text === text);
  if (again) return;
  shelf ??= h("div", { class: "toasts", role: "status", "aria-live": "polite", popover: "manual" });
  const note = h(
    "div",
    { class: "toast", "data-testid": "toast", "data-text": text },
    h("span", {}, text),
    h("button", { class: "plain", "aria-label": "Dismiss", onclick: () => dismiss(note) }, icon(ICONS.close, 14)),
  );
  shelf.append(note);
  raise();
  setTimeout(() => dismiss(note), 9000);
}

/** The top layer keeps the order in which things entered it; entering again puts the toasts above a dialog. */
function raise() {
  (document.querySelector("dialog[open]:last-of-type") ?? document.body).append(shelf);
  if (shelf.matches(":popover-open")) shelf.hidePopover();
  shelf.showPopover();
}

function dismiss(note) {
  note.remove();
  if (shelf.childElementCount === 0 && shelf.matches(":popover-open")) shelf.hidePopover();
}

const FOCUSABLE =
  "a[href], button:not(:disabled), input:not(:disabled), textarea:not(:disabled), select:not(:disabled), [tabindex='0']";

export function trapFocus(dialog) {
  dialog.addEventListener("keydown", (event) => {
    if (event.key !== "Tab") return;
    const stops = [...dialog.querySelectorAll(FOCUSABLE)].filter((item) => item.offsetParent !== null);
    const edge = event.shiftKey ? stops[0] : stops.at(-1);
    if (stops.length && (document.activeElement === edge || !dialog.contains(document.activeElement))) {
      event.preventDefault();
      (event.shiftKey ? stops.at(-1) : stops[0]).focus();
    }
  });
}

export function showDialog({ className = "", label, content, onCancel, testId }) {
  closeMenu(false);
  const back = document.activeElement;
  const dialog = h(
    "dialog",
    { class: `dialog ${className}`, "aria-label": label, "aria-modal": "true", "data-testid": testId },
    content,
  );
  document.body.append(dialog);
  trapFocus(dialog);
  const leave = () => {
    if (shelf && dialog.contains(shelf)) document.body.append(shelf);
    dialog.remove();
    if (shelf?.childElementCount) raise();
    if (back?.isConnected) back.focus();
  };
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    onCancel();
  });
  // A second Escape in a row cannot be refused: https://html.spec.whatwg.org/multipage/interaction.html#close-watcher
  dialog.addEventListener("close", () => {
    if (dialog.isConnected) dialog.showModal();
  });
  dialog.showModal();
  return { dialog, leave };
}

/** Asks the question of a Slack confirmation object; resolves to true if the person agrees. */
export function confirmed(confirm) {
  if (!confirm) return Promise.resolve(true);
  return new Promise((resolve) => {
    const answer = (yes) => {
      leave();
      resolve(yes);
    };
    const accept = h(
      "button",
      {
        type: "button",
        class: `button ${confirm.style === "danger" ? "danger" : "primary"}`,
        onclick: () => answer(true),
      },
      plainString(confirm.confirm) || "Yes",
    );
    const deny = h(
      "button",
      { type: "button", class: "button", onclick: () => answer(false) },
      plainString(confirm.deny) || "Cancel",
    );
    const title = plainString(confirm.title) || "Are you sure?";
    const { dialog, leave } = showDialog({
      className: "confirm",
      label: title,
      onCancel: () => answer(false),
      testId: "confirm",
      content: [
        h("header", { class: "dialog-head" }, h("h2", {}, title)),
        h("div", { class: "dialog-body" }, textNodes(confirm.text)),
        h("footer", { class: "dialog-foot" }, deny, accept),
      ],
    });
    dialog.addEventListener("keydown", (event) => event.stopPropagation());
    accept.focus();
  });
}

export function showViewer(title, content, downloadUrl) {
  const close = h(
    "button",
    { type: "button", class: "plain", "aria-label": "Close", onclick: () => leave() },
    icon(ICONS.close),
  );
  const download = downloadUrl
    ? h("a", { class: "button small", href: downloadUrl, target: "_blank", rel: "noopener" }, "Open original")
    : null;
  const { leave } = showDialog({
    className: "viewer",
    label: title,
    onCancel: () => leave(),
    content: [
      h("header", { class: "dialog-head" }, h("h2", {}, title), download, close),
      h("div", { class: "dialog-body" }, content),
    ],
  });
  close.focus();
}
