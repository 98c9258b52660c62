import { upload } from "./api.js";
import { toast } from "./dialogs.js";
import { h } from "./dom.js";
import { plural } from "./format.js";
import { plainString } from "./mrkdwn.js";
import { richTextFrom, richTextPlain } from "./values.js";

const common = (element, field) => ({
  id: field.id,
  class: "field",
  "data-action-id": element.action_id,
  "aria-describedby": field.describedBy,
  "aria-label": field.label,
  placeholder: plainString(element.placeholder) || null,
  autocomplete: "off",
});

function typed(control, element, field, convert = (text) => text) {
  const triggers = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  let timer = 0;
  control.addEventListener("input", () => {
    field.set(convert(control.value));
    if (!field.dispatches || !triggers.includes("on_character_entered")) return;
    clearTimeout(timer);
    timer = setTimeout(() => field.dispatch(), 300);
  });
  if (!field.dispatches) control.addEventListener("change", () => field.dispatch());
  control.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !field.dispatches || !triggers.includes("on_enter_pressed")) return;
    if (control.tagName === "TEXTAREA" && event.shiftKey) return;
    event.preventDefault();
    event.stopPropagation();
    field.dispatch();
  });
  return control;
}

function textInput(element, field) {
  const limits = { maxlength: element.max_length ?? null, minlength: element.min_length ?? null };
  const control = element.multiline
    ? h("textarea", { ...common(element, field), ...limits, rows: "4", value: field.get() ?? "" })
    : h("input", { ...common(element, field), ...limits, type: "text", value: field.get() ?? "" });
  if (!element.max_length || element.max_length > 1000) return typed(control, element, field);
  const left = h("span", { class: "counter", "aria-hidden": "true" });
  const count = () => {
    left.textContent = String(element.max_length - control.value.length);
  };
  control.addEventListener("input", count);
  count();
  return h("span", { class: "counted" }, typed(control, element, field), left);
}

const simple =
  (type, extra = () => ({})) =>
  (element, field) =>
    typed(h("input", { ...common(element, field), type, ...extra(element), value: field.get() ?? "" }), element, field);

function richTextInput(element, field) {
  const control = h("textarea", { ...common(element, field), rows: "5", value: richTextPlain(field.get()) });
  return typed(control, element, field, (text) => (text ? richTextFrom(text) : null));
}

/** A date typed digit by digit is complete several times over; only a pause or leaving the field counts in a message. */
function settled(control, field, read) {
  let timer = 0;
  let told = control.value;
  const tell = () => {
    clearTimeout(timer);
    if (control.value === told || !control.validity.valid) return;
    told = control.value;
    field.dispatch();
  };
  control.addEventListener("change", () => {
    field.set(read(control.value));
    clearTimeout(timer);
    timer = setTimeout(tell, 700);
  });
  control.addEventListener("blur", tell);
  return control;
}

const local = (seconds) => {
  const date = new Date(seconds * 1000);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
};

const picker =
  (type, show = (value) => value, read = (text) => text || null) =>
  (element, field) => {
    const value = field.get();
    const control = h("input", { ...common(element, field), type, value: value === null ? "" : show(value) });
    return settled(control, field, read);
  };

/** The choices come from the app while one types; here what is typed is the choice. */
function externalSelect(element, field) {
  const control = h("input", {
    ...common(element, field),
    type: "text",
    value: plainString(field.get()?.text),
    title: "The app gives the choices of this list; here what is typed is handed in",
  });
  const option = (text) => (text ? { text: { type: "plain_text", text, emoji: true }, value: text } : null);
  return typed(control, element, field, option);
}

function externalSelects(element, field) {
  const shown = (field.get() ?? []).map((item) => plainString(item.text)).join(", ");
  const control = h("input", { ...common(element, field), type: "text", value: shown });
  const option = (text) => ({ text: { type: "plain_text", text, emoji: true }, value: text });
  const words = (text) => text.split(",").map((word) => word.trim());
  return typed(control, element, field, (text) => words(text).filter(Boolean).map(option));
}

function fileInput(element, field) {
  const names = h("span", { class: "note" }, plural((field.get() ?? []).length, "file"));
  const types = (element.filetypes ?? []).map((type) => `.${type}`).join(",");
  const take = async () => {
    const chosen = [...control.files].slice(0, element.max_files ?? 10);
    const answers = await Promise.all(chosen.map(upload));
    const refused = answers.find((answer) => !answer.ok);
    if (refused) toast(refused.error);
    field.set(answers.filter((answer) => answer.ok).map((answer) => answer.file));
    names.textContent = plural((field.get() ?? []).length, "file");
    field.dispatch();
  };
  const control = h("input", {
    ...common(element, field),
    type: "file",
    accept: types || null,
    multiple: (element.max_files ?? 10) > 1,
    onchange: take,
  });
  return h("span", { class: "file-input" }, control, names);
}

export const INPUTS = {
  external_select: externalSelect,
  multi_external_select: externalSelects,
  file_input: fileInput,
  plain_text_input: textInput,
  number_input: simple("text", (element) => ({ inputmode: element.is_decimal_allowed ? "decimal" : "numeric" })),
  email_text_input: simple("email"),
  url_text_input: simple("url"),
  rich_text_input: richTextInput,
  datepicker: picker("date"),
  timepicker: picker("time"),
  datetimepicker: picker("datetime-local", local, (text) =>
    text ? Math.floor(new Date(text).getTime() / 1000) : null,
  ),
};
