import * as api from "./api.js";
import { Completion } from "./completion.js";
import { toast } from "./dialogs.js";
import { h, icon, ICONS } from "./dom.js";
import { editLast } from "./editing.js";
import { lightning } from "./shortcuts.js";
import { emit, on, store } from "./state.js";

const drafts = new Map();

function attachButton(place, take) {
  const chooser = h("input", { type: "file", multiple: true, hidden: true, tabindex: "-1", "aria-label": "Files" });
  chooser.addEventListener("change", () => {
    take([...chooser.files]);
    chooser.value = "";
  });
  const button = h(
    "button",
    {
      type: "button",
      class: "tool",
      "aria-label": `Attach a file to the ${place.toLowerCase()}`,
      title: "Attach a file",
      onclick: () => chooser.click(),
    },
    icon(ICONS.clip),
  );
  return h("span", { class: "composer-extra" }, button, chooser);
}

export class Composer {
  constructor({ label, place, testId }) {
    this.place = place;
    this.textarea = h("textarea", {
      rows: "1",
      "aria-label": label,
      enterkeyhint: "send",
      "data-testid": testId ?? null,
    });
    this.send = h(
      "button",
      { type: "submit", class: "send", "aria-label": "Send", disabled: true, "data-testid": testId ? "send" : null },
      icon(ICONS.send),
    );
    this.extra = h("span", { class: "composer-extra" });
    this.attach = attachButton(label, (files) => this.share(files));
    this.usage = h("div", { class: "usage", hidden: true });
    this.completion = new Completion(this.textarea);
    this.root = h(
      "form",
      {
        class: "composer",
        onsubmit: (event) => {
          event.preventDefault();
          this.submit();
        },
      },
      this.completion.root,
      this.usage,
      h("div", { class: "composer-box" }, this.extra, this.attach, this.textarea, this.send),
    );
    this.textarea.addEventListener("keydown", (event) => this.key(event));
    this.textarea.addEventListener("input", () => this.changed());
    this.textarea.addEventListener("paste", (event) => {
      if (event.clipboardData?.files.length) this.share(event.clipboardData.files);
    });
    on("edited", ({ channel, thread }) => {
      const here = this.place();
      if (channel === here.channel && thread === (here.thread ?? "")) this.focus();
    });
  }

  key(event) {
    if (event.isComposing || this.completion.takesKey(event)) return;
    if (event.key === "ArrowUp" && !this.textarea.value && editLast(this.place())) {
      event.preventDefault();
      return;
    }
    if (event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    this.submit();
  }

  draftKey() {
    const { channel, thread } = this.place();
    return `${store.me}:${channel}:${thread ?? ""}`;
  }

  changed() {
    const { value } = this.textarea;
    drafts.set(this.draftKey(), value);
    this.send.disabled = !value.trim();
    this.textarea.style.height = "auto";
    this.textarea.style.height = `${Math.min(this.textarea.scrollHeight, 220)}px`;
    this.showUsage(value);
  }

  showUsage(value) {
    const found = /^(\/[\w-]+)\s/.exec(value);
    const command = found && store.commands.find((item) => item.command === found[1]);
    this.usage.hidden = !command;
    if (command)
      this.usage.replaceChildren(
        h("strong", {}, command.command),
        ` ${command.usage_hint ?? ""}`,
        h("span", { class: "note" }, ` ${command.description ?? ""}`),
      );
  }

  set(text) {
    this.textarea.value = text;
    this.changed();
  }

  placeChanged(words) {
    const { thread } = this.place();
    this.extra.replaceChildren(...[thread ? null : lightning()].filter(Boolean));
    this.textarea.placeholder = words;
    this.set(drafts.get(this.draftKey()) ?? "");
    this.completion.hide();
  }

  focus() {
    if (matchMedia("(hover: hover)").matches) this.textarea.focus({ preventScroll: true });
  }

  /** The words in the field go with the first of the files. */
  async share(files) {
    const { channel, thread } = this.place();
    let text = this.textarea.value.trim();
    this.set("");
    for (const file of files) {
      const answer = await api.upload(file, { channel, thread_ts: thread, text });
      if (!answer.ok) toast(answer.error);
      text = "";
    }
  }

  async submit() {
    const text = this.textarea.value.trim();
    if (!text) return;
    const { channel, thread } = this.place();
    const key = this.draftKey();
    this.completion.hide();
    this.set("");
    const answer = await api.say(channel, text, thread);
    if (answer.ok) {
      emit("said", text);
      if (!thread) emit("posted");
      return;
    }
    toast(answer.error ?? "The message could not be sent.");
    if (this.draftKey() === key && !this.textarea.value) this.set(text);
    else if (!drafts.get(key)) drafts.set(key, text);
  }
}
