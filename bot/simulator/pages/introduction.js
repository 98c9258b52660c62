import { h } from "./dom.js";
import { channelTitle } from "./state.js";

/** What stands over the first message of a conversation. */
export function introduction(item) {
  const title = channelTitle(item);
  const where =
    item.kind === "im"
      ? `This is the beginning of your conversation with ${title}.`
      : `This is the beginning of #${title}.`;
  return h(
    "div",
    { class: "beginning" },
    h("h3", {}, item.kind === "im" ? title : `# ${title}`),
    h("p", {}, where),
    item.purpose ? h("p", { class: "note" }, item.purpose) : null,
  );
}
