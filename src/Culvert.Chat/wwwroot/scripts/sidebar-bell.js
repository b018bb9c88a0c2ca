// The bell: what shall be heard and seen of new messages while the page is out of sight.

import { el } from "./dom.js";
import { icon } from "./icons.js";
import { chime, mayNotify, wish, wishes } from "./notify.js";

/** @param {HTMLElement} root nav#rooms  @param {{t: object}} host */
export function mountBell(root, { t }) {
  const head = root.closest("#sidebar")?.querySelector(".sidebar-top");
  if (!head) {
    return;
  }
  const problem = el("p", { class: "note warn", role: "status", hidden: true }, t("sidebar.denied"));
  const box = (name, label, onChange) => {
    const input = el("input", { type: "checkbox", id: `bell-${name}` });
    const isAllowed = name !== "notify" || window.Notification?.permission === "granted";
    input.checked = wishes()[name] && isAllowed;
    input.addEventListener("change", () => onChange(input));
    return el("label", { for: `bell-${name}` }, input, el("span", {}, label));
  };
  const panel = el("div",
    { id: "bell", class: "bell", popover: "auto", role: "dialog", "aria-label": t("sidebar.bell") },
    el("h2", {}, t("sidebar.bell")),
    el("p", { class: "bell-hint" }, t("sidebar.bellHint")),
    // The browser asks the reader only here, after a press.
    box("notify", t("sidebar.notify"), async (input) => {
      const granted = input.checked && await mayNotify();
      problem.hidden = granted || !input.checked;
      input.checked = granted;
      wish({ notify: granted });
    }),
    box("sound", t("sidebar.sound"), (input) => {
      wish({ sound: input.checked });
      if (input.checked) {
        chime();
      }
    }),
    box("all", t("sidebar.all"), (input) => wish({ all: input.checked })),
    problem);
  const button = el("button", { type: "button", class: "icon-button", popovertarget: "bell",
    "aria-label": t("sidebar.bell"), title: t("sidebar.bell") }, icon("bell"));
  head.querySelector(".close").before(button);
  document.body.append(panel);
  panel.addEventListener("toggle", (event) => {
    if (event.newState === "open") {
      const by = button.getBoundingClientRect();
      panel.style.left = `${Math.max(8, Math.min(by.left, innerWidth - panel.offsetWidth - 8))}px`;
      panel.style.top = `${by.bottom + 4}px`;
    }
  });
}
