import { fetchState } from "./api.js";
import { showDialog } from "./dialogs.js";
import { h } from "./dom.js";

/** Asks for a handle until the workspace knows it; resolves to that person's id. */
export function askWho() {
  return new Promise((resolve) => {
    const field = h("input", {
      id: "who",
      class: "field",
      type: "text",
      autocomplete: "off",
      autocapitalize: "off",
      "aria-describedby": "who-error",
    });
    const error = h("div", { id: "who-error", class: "field-error", role: "alert" });
    const form = h(
      "form",
      {
        class: "modal-form",
        onsubmit: async (event) => {
          event.preventDefault();
          const state = await fetchState(field.value.trim().replace(/^@/, ""));
          error.textContent = state.ok ? "" : state.error;
          if (!state.ok) return;
          leave();
          resolve(state.me?.id ?? state.me);
        },
      },
      h("header", { class: "dialog-head" }, h("h2", {}, "Who are you?")),
      h(
        "div",
        { class: "dialog-body" },
        h(
          "div",
          {},
          h("label", { class: "input-label", for: "who" }, "Your handle in this workspace, such as ana"),
          field,
          error,
        ),
      ),
      h("footer", { class: "dialog-foot" }, h("button", { type: "submit", class: "button primary" }, "Go in")),
    );
    const { leave } = showDialog({ label: "Who are you?", content: form, onCancel: () => {} });
    field.focus();
  });
}
