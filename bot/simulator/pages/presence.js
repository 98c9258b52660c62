import { h } from "./dom.js";
import { emit, isBot, store } from "./state.js";

const isActive = (id) => isBot(id) || store.people.get(id)?.presence === "active";

/** The dot that tells whether somebody is there; its words are for those who do not see it. */
export const presenceDot = (id) =>
  h("span", {
    class: isActive(id) ? "presence active" : "presence",
    role: "img",
    "aria-label": isActive(id) ? "active" : "away",
  });

export function takePresence({ user, presence }) {
  const person = store.people.get(user);
  if (!person || person.presence === presence) return;
  person.presence = presence;
  emit("state");
}
