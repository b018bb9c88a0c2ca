// A menu that opens beside a button, and a question that has to be answered.

import { el } from "./dom.js";
import { icon } from "./icons.js";

/**
 * Opens a menu; the focus goes into it, and back to the button when it closes.
 * @param {HTMLElement} anchor
 * @param {{label: string, icon?: string, hint?: string, danger?: boolean, run: () => void}[]} items
 */
export function openMenu(anchor, items) {
  const menu = el("div", { class: "menu-list", role: "menu", popover: "auto" },
    ...items.map((item) => el("button", {
      type: "button", role: "menuitem", tabindex: "-1", class: item.danger ? "danger-item" : null,
      onclick: () => {
        menu.hidePopover();
        item.run();
      },
    }, item.icon ? icon(item.icon) : null, el("span", {}, item.label), item.hint ? el("kbd", {}, item.hint) : null)));
  document.body.append(menu);
  const buttons = [...menu.children];
  menu.addEventListener("keydown", (event) => {
    const at = buttons.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1, Tab: null }[event.key];
    if (to === null) {
      menu.hidePopover();
    } else if (to !== undefined) {
      event.preventDefault();
      buttons.at(to % buttons.length)?.focus();
    }
    event.stopPropagation();
  });
  menu.addEventListener("toggle", ({ newState }) => {
    if (newState === "closed") {
      if (menu.contains(document.activeElement) || document.activeElement === document.body) {
        anchor.focus({ preventScroll: true });
      }
      menu.remove();
    }
  });
  menu.showPopover();
  place(menu, anchor);
  buttons[0]?.focus();
}

/**
 * Asks before something that cannot be undone.
 * @returns {Promise<boolean>}
 */
export function ask(question, yes, no) {
  return new Promise((resolve) => {
    const dialog = el("dialog", { class: "question", "aria-labelledby": "question" },
      el("p", { id: "question" }, question),
      el("form", { method: "dialog" },
        el("button", { value: "no", class: "quiet" }, no),
        el("button", { value: "yes", class: "danger" }, yes)));
    dialog.addEventListener("close", () => {
      resolve(dialog.returnValue === "yes");
      dialog.remove();
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

function place(menu, anchor) {
  const { top, bottom, right } = anchor.getBoundingClientRect();
  const { width, height } = menu.getBoundingClientRect();
  const below = bottom + height + 8 <= innerHeight;
  menu.style.inset = "auto";
  menu.style.top = `${below ? bottom + 4 : Math.max(8, top - height - 4)}px`;
  menu.style.left = `${Math.max(8, Math.min(right - width, innerWidth - width - 8))}px`;
}
