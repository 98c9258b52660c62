import { h, icon, ICONS } from "./dom.js";
import { openList } from "./listmenu.js";
import { avatar } from "./message.js";
import { presenceDot } from "./presence.js";
import { isBot, store, userName } from "./state.js";

/** Who is at the keyboard, and the list to be somebody else. */
export function personSwitch(switchTo) {
  const name = userName(store.me);
  const button = h(
    "button",
    {
      type: "button",
      class: "person-switch",
      "data-testid": "person-switch",
      "aria-haspopup": "listbox",
      "aria-expanded": "false",
      "aria-label": `You are ${name}. Change person`,
    },
    h("span", { class: "with-presence" }, avatar(store.me, name, "small"), presenceDot(store.me)),
    h("span", { class: "switch-words" }, "You are ", h("strong", {}, name.split(" ")[0])),
    icon(ICONS.down, 14),
  );
  const options = [...store.people.values()]
    .filter((person) => !isBot(person.id))
    .map((person) => ({
      value: person.id,
      label: userName(person.id),
      description: [person.title, `@${person.name}`, person.tz].filter(Boolean).join(" · "),
    }));
  button.addEventListener("click", () =>
    openList(button, {
      label: "Be another person",
      groups: [{ options }],
      chosen: () => [store.me],
      onPick: ({ value }) => switchTo(value),
    }),
  );
  return button;
}
