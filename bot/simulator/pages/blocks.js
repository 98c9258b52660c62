import { fileNode } from "./files.js";
import { elementNode } from "./elements.js";
import { h, icon, ICONS, link, safeHref, uid } from "./dom.js";
import { fileUrl } from "./api.js";
import { markdown } from "./markdown.js";
import { plainString, plainText, textNodes } from "./mrkdwn.js";
import { NEW_BLOCKS, unknownNode } from "./newblocks.js";
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
  const thumbnail = safeHref(block.thumbnail_url);
  const picture = thumbnail ? h("img", { src: thumbnail, alt: block.alt_text ?? "", loading: "lazy" }) : null;
  const watch = h("span", { class: "play" }, "▶ Watch the video");
  const from = [block.provider_name, block.author_name].filter(Boolean).join(" · ");
  return [
    h("div", { class: "words" }, link(block.title_url ?? block.video_url, h("strong", {}, plainText(block.title)))),
    from ? h("div", { class: "note" }, from) : null,
    block.description ? h("div", { class: "words" }, plainText(block.description)) : null,
    h("div", { class: "picture video" }, link(block.video_url, picture, watch)),
  ];
}

function table(block) {
  const aligned = (column) => {
    const side = block.column_settings?.[column]?.align;
    return ["center", "right"].includes(side) ? `text-align:${side}` : null;
  };
  const cell = (item) => (item?.type === "rich_text" ? richText(item) : (item?.text ?? ""));
  const line = (row, index) => {
    const kind = index ? { tag: "td" } : { tag: "th", scope: "col" };
    return h(
      "tr",
      {},
      row.map((item, column) => h(kind.tag, { scope: kind.scope, style: aligned(column) }, cell(item))),
    );
  };
  const rows = (block.rows ?? []).map(line);
  return h("div", { class: "table-frame", tabindex: "0", role: "group", "aria-label": "Table" }, h("table", {}, rows));
}

function remoteFile(block) {
  if (block.file) return fileNode(block.file);
  return h("span", { class: "note" }, icon(ICONS.file, 15), ` A file kept elsewhere: ${block.external_id ?? ""}`);
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
  data_table: table,
  file: remoteFile,
};

/** Block Kit blocks as nodes; `host` keeps values and sends gestures (see hosts.js). */
export function blockNodes(blocks, host) {
  return (blocks ?? []).map((block) => {
    const build = BLOCKS[block.type] ?? NEW_BLOCKS[block.type];
    const content = build ? build(block, host) : unknownNode("A block of the kind", block);
    const missing = block.type === "input" && holdsValue(block.element) && host.errors?.[block.block_id];
    return h(
      "div",
      { class: `block block-${block.type}${missing ? " wrong" : ""}`, "data-block-id": block.block_id },
      content,
    );
  });
}
