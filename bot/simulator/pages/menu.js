import { h } from "./dom.js";

const GAP = 4;
let open = null;

export function closeMenu(returnFocus = true) {
  if (!open) return;
  const { panel, anchor, onClose, cleanup } = open;
  open = null;
  cleanup();
  panel.remove();
  anchor.setAttribute?.("aria-expanded", "false");
  onClose?.();
  if (returnFocus && anchor.isConnected) anchor.focus();
}

export function place(panel, anchor) {
  if (matchMedia("(max-width: 640px)").matches) return;
  const box = anchor.getBoundingClientRect();
  panel.style.minWidth = `${Math.min(Math.max(box.width, 180), 360)}px`;
  panel.style.maxHeight = "";
  const { width, height } = panel.getBoundingClientRect();
  const below = innerHeight - box.bottom - GAP;
  const under = below >= height || below > box.top;
  panel.style.left = `${Math.max(8, Math.min(box.left, innerWidth - width - 8))}px`;
  panel.style.top = under ? `${box.bottom + GAP}px` : "auto";
  panel.style.bottom = under ? "auto" : `${innerHeight - box.top + GAP}px`;
  panel.style.maxHeight = `${Math.min(420, (under ? below : box.top) - GAP - 8)}px`;
}

/** Any small panel beside `anchor`; inside a dialog it stays part of that dialog, so that the focus may enter it. */
export function openPanel(anchor, { label, role = "dialog", content, onClose, className = "" }) {
  const again = open?.anchor === anchor;
  closeMenu(again);
  if (again) return null;
  const panel = h("div", { class: `panel ${className}`, role, "aria-label": label, tabindex: "-1" }, content);
  (anchor.closest("dialog") ?? document.body).append(panel);
  const outside = (event) => {
    if (!panel.contains(event.target) && !anchor.contains(event.target)) closeMenu(false);
  };
  const moved = () => place(panel, anchor);
  const keys = (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    closeMenu();
  };
  addEventListener("pointerdown", outside, true);
  addEventListener("resize", moved);
  panel.addEventListener("keydown", keys);
  anchor.setAttribute("aria-expanded", "true");
  open = {
    panel,
    anchor,
    onClose,
    cleanup: () => {
      removeEventListener("pointerdown", outside, true);
      removeEventListener("resize", moved);
    },
  };
  place(panel, anchor);
  return panel;
}
