const PROPERTIES = new Set(["value", "checked", "disabled", "hidden", "selected", "readOnly"]);

export function h(tag, props, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "class") element.className = value;
    else if (PROPERTIES.has(name)) element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(
    ...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false),
  );
  return element;
}

export function fill(element, ...children) {
  element.replaceChildren(
    ...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false),
  );
  return element;
}

let counter = 0;
export function uid(prefix) {
  counter += 1;
  return `${prefix}-${counter}`;
}

export function safeHref(url) {
  try {
    const parsed = new URL(url, location.origin);
    return ["http:", "https:", "mailto:", "tel:"].includes(parsed.protocol) ? parsed.href : null;
  } catch {
    return null;
  }
}

export function link(url, ...children) {
  const href = safeHref(url);
  if (!href) return h("span", {}, ...children);
  return h("a", { href, target: "_blank", rel: "noopener noreferrer" }, ...children);
}

const SVG = "http://www.w3.org/2000/svg";

export function icon(paths, size = 18) {
  const svg = document.createElementNS(SVG, "svg");
  const attributes = {
    viewBox: "0 0 20 20",
    width: size,
    height: size,
    fill: "none",
    stroke: "currentColor",
    "stroke-width": 1.6,
    "stroke-linecap": "round",
    "stroke-linejoin": "round",
    "aria-hidden": "true",
  };
  for (const [name, value] of Object.entries(attributes)) svg.setAttribute(name, value);
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", paths);
  svg.append(path);
  return svg;
}

export const ICONS = {
  lock: "M5.5 9h9v7h-9zM7 9V6.5a3 3 0 0 1 6 0V9",
  plus: "M10 4v12M4 10h12",
  close: "M5 5l10 10M15 5L5 15",
  back: "M12 4l-6 6 6 6",
  down: "M5 8l5 5 5-5",
  dots: "M10 4.5v.1M10 10v.1M10 15.5v.1",
  send: "M3 16.5V11l8-1-8-1V3.5L17.5 10z",
  smile: "M10 17.5a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15zM7 12c1.5 2 4.5 2 6 0M7.5 8v.1M12.5 8v.1",
  reply: "M17 9.5a6.2 6.2 0 0 1-9 5.5l-4.5 1.2L4.7 12A6.2 6.2 0 1 1 17 9.5z",
  pin: "M7.5 3h5l-.6 5 2.6 2.8h-9L8.1 8zM10 11v6",
  people:
    "M7.5 10a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM2 16.5c0-3 2.5-4.5 5.5-4.5s5.5 1.5 5.5 4.5M13 4.3a3 3 0 0 1 0 5.5M15 12.3c2 .5 3 2 3 4.2",
  file: "M5 2.5h6.5L15.5 6.5v11h-10.5zM11.5 2.5v4h4",
  eye: "M2 10c2-3.5 5-5 8-5s6 1.5 8 5c-2 3.5-5 5-8 5s-6-1.5-8-5zM10 12a2 2 0 1 0 0-4 2 2 0 0 0 0 4z",
  bolt: "M11 2.5L4.5 11.5H10L9 17.5L15.5 8.5H10z",
  shop: "M3.5 8.5v8h13v-8M2.5 8l1.7-4.5h11.6L17.5 8c0 1.4-1 2-2 2s-1.8-.8-1.8-1.8c0 1-.8 1.8-1.9 1.8S10 9.2 10 8.2c0 1-.8 1.8-1.8 1.8s-1.9-.8-1.9-1.8c0 1-.8 1.8-1.8 1.8s-2-.6-2-2zM8 16.5v-3.5h4v3.5",
  search: "M8.8 14.6a5.8 5.8 0 1 0 0-11.6 5.8 5.8 0 0 0 0 11.6zM13 13l4 4",
  moon: "M16.5 11.7A7 7 0 0 1 8.3 3.5a7 7 0 1 0 8.2 8.2z",
  hood: "M3 4.5h14v11H3zM5.8 8l2.2 2-2.2 2M10 12.3h4",
  keys: "M2.5 5.5h15v9h-15zM5.5 8.5v.1M8.5 8.5v.1M11.5 8.5v.1M14.5 8.5v.1M6.5 11.7h7",
  canvas: "M4.5 2.5h11v15h-11zM7.5 6.5h5M7.5 9.5h5M7.5 12.5h3",
  pause: "M7 4.5v11M13 4.5v11",
  play: "M6.5 4v12l9-6z",
  trash: "M4 5.5h12M8 5.5V3.5h4v2M6 5.5l.7 11h6.6l.7-11",
  clip: "M14.5 9.5l-5 5a3 3 0 0 1-4.2-4.2l6-6a2 2 0 0 1 2.9 2.9l-5.8 5.7a1 1 0 0 1-1.4-1.4l5-5",
  bookmark: "M6 3h8v14l-4-3.5L6 17z",
};
