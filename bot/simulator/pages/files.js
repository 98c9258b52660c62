import { fetchText, fileUrl } from "./api.js";
import { showViewer } from "./dialogs.js";
import { fill, h, icon, ICONS } from "./dom.js";
import { sizeText } from "./format.js";
import { markdown } from "./markdown.js";

const MARKDOWN = new Set(["markdown", "md", "post"]);
const IMAGES = new Set(["png", "jpg", "jpeg", "gif", "svg", "webp"]);
const WORDS = new Set([
  "text",
  "txt",
  "log",
  "json",
  "yaml",
  "yml",
  "csv",
  "diff",
  "python",
  "shell",
  "javascript",
  "sql",
  "xml",
  "html",
  "ini",
  "toml",
]);

const extension = (file) => (file.name ?? "").split(".").pop().toLowerCase();
const isOf = (file, kinds) => kinds.has((file.filetype ?? "").toLowerCase()) || kinds.has(extension(file));
const isMarkdown = (file) => isOf(file, MARKDOWN);
const isText = (file) =>
  isMarkdown(file) || isOf(file, WORDS) || (file.mimetype ?? "").startsWith("text/") || Boolean(file.preview);

const texts = new Map();

async function textOf(file) {
  if (!texts.has(file.id)) {
    const text = await fetchText(fileUrl(file.id));
    if (text === null) return null;
    texts.set(file.id, text);
  }
  return texts.get(file.id);
}

const render = (file, text) => (isMarkdown(file) ? markdown(text) : h("pre", { class: "file-text" }, text));

async function open(file) {
  const text = await textOf(file);
  const content = text === null ? h("p", {}, "The file could not be read from the workspace.") : render(file, text);
  showViewer(file.title || file.name, content, fileUrl(file.id));
}

function textFile(file) {
  const body = h("div", { class: "file-body folded" }, render(file, texts.get(file.id) ?? file.preview ?? "…"));
  const more = h(
    "button",
    {
      type: "button",
      class: "button small",
      "aria-expanded": "false",
      onclick: () => {
        const folded = body.classList.toggle("folded");
        more.textContent = folded ? "Show all" : "Show less";
        more.setAttribute("aria-expanded", String(!folded));
      },
    },
    "Show all",
  );
  const measure = () => {
    more.hidden = body.scrollHeight <= body.clientHeight + 4 && body.classList.contains("folded");
  };
  textOf(file).then((text) => {
    if (text === null) return;
    fill(body, render(file, text));
    requestAnimationFrame(measure);
  });
  return [
    body,
    h(
      "div",
      { class: "file-buttons" },
      more,
      h("button", { type: "button", class: "button small", onclick: () => open(file) }, "Open"),
    ),
  ];
}

function imageFile(file) {
  return h(
    "a",
    { href: fileUrl(file.id), target: "_blank", rel: "noopener" },
    h("img", { class: "file-image", src: fileUrl(file.id), alt: file.title || file.name, loading: "lazy" }),
  );
}

function fileContent(file) {
  if (isOf(file, IMAGES)) return imageFile(file);
  if (isText(file)) return textFile(file);
  return h(
    "div",
    { class: "file-buttons" },
    h("a", { class: "button small", href: fileUrl(file.id), target: "_blank", rel: "noopener" }, "Open"),
  );
}

export function fileNode(file) {
  const detail = [isMarkdown(file) ? "Markdown" : (file.filetype ?? "file").toUpperCase(), sizeText(file.size)]
    .filter(Boolean)
    .join(" · ");
  return h(
    "div",
    { class: "file", "data-file-id": file.id },
    h(
      "div",
      { class: "file-head" },
      icon(ICONS.file, 22),
      h("div", {}, h("div", { class: "file-title" }, file.title || file.name), h("div", { class: "note" }, detail)),
    ),
    fileContent(file),
  );
}
