import { fileUrl } from "./api.js";
import { confirmed, toast } from "./dialogs.js";
import { h, icon, ICONS, safeHref, uid } from "./dom.js";
import { INPUTS } from "./inputs.js";
import { openList } from "./listmenu.js";
import { plainString } from "./mrkdwn.js";
import { unknownNode } from "./newblocks.js";
import { SELECTS } from "./selects.js";

async function whileBusy(control, work) {
  if (control.getAttribute("aria-busy") === "true") return;
  control.setAttribute("aria-busy", "true");
  try {
    await work();
  } finally {
    control.removeAttribute("aria-busy");
  }
}

function button(element, block, host) {
  const style = element.style ? ` ${element.style}` : "";
  const control = h(
    "button",
    {
      type: "button",
      class: `button${style}`,
      "data-action-id": element.action_id,
      "aria-label": element.accessibility_label ?? null,
      "data-value": element.value ?? null,
    },
    h("span", { class: "button-text" }, plainString(element.text)),
    element.url ? h("span", { class: "away", "aria-hidden": "true" }, "↗") : null,
  );
  control.addEventListener("click", async () => {
    if (!(await confirmed(element.confirm))) return;
    const href = element.url && safeHref(element.url);
    if (href) window.open(href, "_blank", "noopener");
    await whileBusy(control, () => host.act(block.block_id, element, { value: element.value }));
  });
  return control;
}

function overflow(element, block, host) {
  const control = h(
    "button",
    {
      type: "button",
      class: "button overflow",
      "data-action-id": element.action_id,
      "aria-haspopup": "listbox",
      "aria-expanded": "false",
      "aria-label": "More actions",
    },
    icon(ICONS.dots),
  );
  const options = element.options.map((option) => ({
    value: option.value ?? option.url,
    label: plainString(option.text),
    description: plainString(option.description),
    raw: option,
  }));
  const pick = async ({ raw }) => {
    if (!(await confirmed(element.confirm))) return;
    const href = raw.url && safeHref(raw.url);
    if (href) window.open(href, "_blank", "noopener");
    await whileBusy(control, () => host.act(block.block_id, element, { selected: raw }));
  };
  control.addEventListener("click", () =>
    openList(control, { label: "More actions", groups: [{ options }], chosen: () => [], onPick: pick }),
  );
  return control;
}

/** What a field is called that neither a label nor a placeholder names. */
const KINDS = {
  datepicker: "Date",
  timepicker: "Time",
  datetimepicker: "Date and time",
  checkboxes: "Choices",
  radio_buttons: "Choice",
  users_select: "Person",
  channels_select: "Channel",
  conversations_select: "Conversation",
};

const nameOf = (element) => plainString(element.placeholder) || KINDS[element.type] || "Field";

function fieldFor(element, block, host, { label = nameOf(element), describedBy, isInput }) {
  const dispatches = !isInput || Boolean(block.dispatch_action);
  let told = JSON.stringify(host.get(block.block_id, element));
  const field = {
    id: uid("field"),
    label,
    describedBy,
    dispatches,
    optional: Boolean(isInput && block.optional),
    get: () => host.get(block.block_id, element),
    set: (value) => host.set(block.block_id, element, value),
    async dispatch() {
      const value = field.get();
      if (!dispatches) host.entered(block.block_id, element);
      if (!dispatches || value === null) return;
      if (!(await confirmed(element.confirm))) {
        host.set(block.block_id, element, JSON.parse(told));
        field.refresh?.();
        return;
      }
      told = JSON.stringify(value);
      await host.act(block.block_id, element, { selected: value });
    },
  };
  return field;
}

export function imageNode(element, className = "thumb") {
  const href = element.slack_file?.id ? fileUrl(element.slack_file.id) : safeHref(element.image_url);
  return href
    ? h("img", { class: className, src: href, alt: element.alt_text ?? "", loading: "lazy" })
    : h("span", {}, element.alt_text ?? "");
}

/** Slack runs a workflow itself; the app is told nothing. */
function workflowButton(element) {
  const style = element.style ? ` ${element.style}` : "";
  const tell = () => toast("This button starts a workflow of Slack, and workflows do not run here.");
  return h("button", { type: "button", class: `button${style}`, onclick: tell }, plainString(element.text));
}

function iconButton(element, block, host) {
  const words = { ...element, text: { type: "plain_text", text: plainString(element.text) || element.icon } };
  return button(words, block, host);
}

function feedbackButtons(element, block, host) {
  const one = (part, sign) => {
    const label = plainString(part?.accessibility_label ?? part?.text) || sign;
    const press = () => host.act(block.block_id, element, { value: part?.value });
    const words = plainString(part?.text) || sign;
    return h("button", { type: "button", class: "button small", "aria-label": label, onclick: press }, words);
  };
  return h("span", { class: "element" }, one(element.positive_button, "👍"), " ", one(element.negative_button, "👎"));
}

const PLAIN = {
  button,
  workflow_button: workflowButton,
  icon_button: iconButton,
  feedback_buttons: feedbackButtons,
  overflow,
  image: (element) => imageNode(element),
};

/** One interactive element, or null for a kind that this page does not know. */
export function elementNode(element, block, host, options = {}) {
  if (PLAIN[element.type]) return PLAIN[element.type](element, block, host);
  const build = INPUTS[element.type] ?? SELECTS[element.type];
  if (!build) return unknownNode("An element of the kind", element);
  const slot = h("span", { class: "element", "data-focus": element.focus_on_load ? "" : null });
  const field = fieldFor(element, block, host, options);
  field.refresh = () => slot.replaceChildren(build(element, field));
  field.refresh();
  return slot;
}
