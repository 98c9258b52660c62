import { richTextFrom, richTextPlain } from "./richtext.js";

const one = (key, initial) => ({ key, initial, empty: null });
const many = (key, initial) => ({ key, initial, empty: [] });

/** Where each kind of element keeps its value in view state, and in which field its first value comes. */
const SHAPES = {
  plain_text_input: one("value", "initial_value"),
  number_input: one("value", "initial_value"),
  email_text_input: one("value", "initial_value"),
  url_text_input: one("value", "initial_value"),
  rich_text_input: one("rich_text_value", "initial_value"),
  static_select: one("selected_option", "initial_option"),
  external_select: one("selected_option", "initial_option"),
  radio_buttons: one("selected_option", "initial_option"),
  overflow: one("selected_option", "initial_option"),
  users_select: one("selected_user", "initial_user"),
  conversations_select: one("selected_conversation", "initial_conversation"),
  channels_select: one("selected_channel", "initial_channel"),
  datepicker: one("selected_date", "initial_date"),
  timepicker: one("selected_time", "initial_time"),
  datetimepicker: one("selected_date_time", "initial_date_time"),
  file_input: many("files", "initial_files"),
  checkboxes: many("selected_options", "initial_options"),
  multi_static_select: many("selected_options", "initial_options"),
  multi_external_select: many("selected_options", "initial_options"),
  multi_users_select: many("selected_users", "initial_users"),
  multi_conversations_select: many("selected_conversations", "initial_conversations"),
  multi_channels_select: many("selected_channels", "initial_channels"),
};

export const holdsValue = (element) => element?.type in SHAPES && element.type !== "overflow";

export const keyOf = (element) => SHAPES[element.type].key;

export function initialValue(element) {
  const shape = SHAPES[element.type];
  return element[shape.initial] ?? shape.empty;
}

export const emptyValue = (element) => SHAPES[element.type].empty;

/** The value as Slack's `view.state.values` spells it. */
export const stateShape = (element, value) => ({ type: element.type, [keyOf(element)]: value === "" ? null : value });

export function isEmpty(element, value) {
  if (element.type === "rich_text_input") return !richTextPlain(value).trim();
  return value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0);
}

const REQUIRED = "Please complete this required field.";

const CHECKS = {
  plain_text_input: (element, value) => {
    if (element.min_length && value.length < element.min_length)
      return `Please write at least ${element.min_length} characters.`;
    if (element.max_length && value.length > element.max_length)
      return `Please write at most ${element.max_length} characters.`;
    return null;
  },
  number_input: (element, value) => {
    const number = Number(value);
    if (Number.isNaN(number)) return "Please write a number.";
    if (!element.is_decimal_allowed && !Number.isInteger(number)) return "Please write a whole number.";
    if (element.min_value !== undefined && number < Number(element.min_value))
      return `Please write a number of at least ${element.min_value}.`;
    if (element.max_value !== undefined && number > Number(element.max_value))
      return `Please write a number of at most ${element.max_value}.`;
    return null;
  },
  email_text_input: (_, value) =>
    /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value) ? null : "Please write an email address, such as ana@example.com.",
  url_text_input: (_, value) =>
    /^https?:\/\/\S+$/.test(value) ? null : "Please write a full address that begins with http:// or https://.",
};

/** What Slack's client itself would say about this field before it sends anything; null when it is fine. */
export function complaint(block, value) {
  const { element } = block;
  if (isEmpty(element, value)) return block.optional ? null : REQUIRED;
  return CHECKS[element.type]?.(element, value) ?? null;
}

export { richTextFrom, richTextPlain };
