import { fileNode } from "./files.js";
import { elementNode } from "./elements.js";
import { h, link, safeHref, uid } from "./dom.js";
import { fileUrl } from "./api.js";
import { markdown } from "./markdown.js";
import { plainString, plainText, textNodes } from "./mrkdwn.js";
import { richText } from "./richtext.js";
import { holdsValue } from "./values.js";

const words = (object) => h("div", { class: "words" }, textNodes(object));

function section(block, host) {
  const body = h(
    "div",
    { class: "section-body" },
    block.text ? words(block.text) : null,
    block.fields
      ? h(
          "div",
          { class: "fields" },
          block.fields.map((field) => h("div", { class: "section-field" }, textNodes(field))),
        )
      : null,
  );
  const label = block.text ? plainString(block.text).replace(/[*_~`]/g, "") : undefined;
  const accessory = block.accessory
    ? h("div", { class: "accessory" }, elementNode(block.accessory, block, host, { label }))
    : null;
  return h("div", { class: accessory ? "with-accessory" : "" }, body, accessory);
}

const contextItem = (item) =>
  item.type === "image"
    ? h("img", { class: "context-image", src: safeHref(item.image_url) ?? "", alt: item.alt_text ?? "" })
    : h("span", { class: "context-text" }, textNodes(item));

const actions = (block, host) =>
  block.elements.map((element) =>
    elementNode(element, block, host, { label: plainString(element.placeholder) || undefined }),
  );

function image(block) {
  const source = block.slack_file?.id
    ? fileUrl(block.slack_file.id)
    : safeHref(block.image_url ?? block.slack_file?.url);
  return h(
    "figure",
    { class: "picture" },
    block.title ? h("figcaption", {}, plainText(block.title)) : null,
    source ? h("img", { src: source, alt: block.alt_text ?? "", loading: "lazy" }) : h("span", {}, block.alt_text),
  );
}

function inputNotes(block, host, errorId, hintId) {
  const error = host.errors?.[block.block_id];
  return [
    error ? h("div", { class: "field-error", id: errorId, role: "alert" }, error) : null,
    block.hint ? h("div", { class: "hint", id: hintId }, plainText(block.hint)) : null,
  ];
}

function input(block, host) {
  const label = plainString(block.label);
  const [errorId, hintId] = [uid("error"), uid("hint")];
  const control = elementNode(block.element, block, host, {
    label,
    isInput: true,
    describedBy: `${errorId} ${hintId}`,
  });
  const target = control.querySelector?.("[id]")?.id;
  if (host.errors?.[block.block_id]) control.querySelector?.("[id]")?.setAttribute("aria-invalid", "true");
  const optional = block.optional ? h("span", { class: "optional" }, " (optional)") : null;
  return [
    h("label", { class: "input-label", for: target }, label, optional),
    control,
    inputNotes(block, host, errorId, hintId),
  ];
}

function video(block) {
  return [
    h("div", { class: "words" }, link(block.title_url ?? block.video_url, h("strong", {}, plainText(block.title)))),
    block.description ? h("div", { class: "note" }, plainText(block.description)) : null,
    h("div", { class: "note" }, link(block.video_url, "Watch the video")),
  ];
}

function table(block) {
  const cell = (item) => (item.type === "rich_text" ? richText(item) : (item.text ?? ""));
  const rows = (block.rows ?? []).map((row, index) =>
    h(
      "tr",
      {},
      row.map((item) => h(index ? "td" : "th", {}, cell(item))),
    ),
  );
  return h("div", { class: "table-frame" }, h("table", {}, rows));
}

const BLOCKS = {
  section,
  header: (block) => h("h3", { class: "block-header" }, plainText(block.text)),
  divider: () => h("hr"),
  context: (block) => block.elements.map(contextItem),
  actions,
  image,
  input,
  rich_text: (block) => richText(block),
  markdown: (block) => markdown(block.text),
  video,
  table,
  file: (block) =>
    block.file ? fileNode(block.file) : h("span", { class: "note" }, `File ${block.external_id ?? ""}`),
};

/** Block Kit blocks as nodes; `host` keeps values and sends gestures (see hosts.js). */
export function blockNodes(blocks, host) {
  return (blocks ?? []).map((block) => {
    const build = BLOCKS[block.type];
    const content = build
      ? build(block, host)
      : h("span", { class: "unknown" }, `A block of the kind “${block.type}” is not shown here.`);
    const missing = block.type === "input" && holdsValue(block.element) && host.errors?.[block.block_id];
    return h(
      "div",
      { class: `block block-${block.type}${missing ? " wrong" : ""}`, "data-block-id": block.block_id },
      content,
    );
  });
}
