// What the composer adds to the form of the page.

import { el } from "./dom.js";
import { icon } from "./icons.js";
import { maxFileBytes, sizeOf } from "./upload.js";

/**
 * Puts the buttons, the bar above and the note below around the field.
 * @param {HTMLFormElement} root
 * @param {{t: import("./texts.js").Texts, limits?: {maxFileBytes?: number}}} host
 */
export function makeParts(root, { t, limits }) {
  const area = root.querySelector("textarea");
  const send = root.querySelector("button:not([type=button])");
  const attach = t("upload.chooseLimit", { size: sizeOf(limits?.maxFileBytes ?? maxFileBytes, t) });
  const parts = {
    area,
    send,
    modeText: el("span", { class: "mode-text" }),
    cancel: button(t("composer.cancelReply"), "close"),
    attach: button(attach, "paperclip"),
    emoji: button(t("emoji.open"), "smile"),
    picker: el("input", { type: "file", multiple: true, hidden: true, "aria-label": t("upload.choose") }),
    uploads: el("ul", { class: "uploads", hidden: true, "aria-label": t("upload.list") }),
    list: el("ul", { class: "suggestions", id: "composer-suggestions", role: "listbox", hidden: true,
      "aria-label": t("composer.suggestions") }),
    note: el("p", { class: "composer-note", id: "composer-note", role: "status", hidden: true }),
    told: el("span", { class: "unseen", role: "status" }),
    lock: el("p", { class: "locked", tabindex: "-1", hidden: true }),
  };
  parts.mode = el("div", { class: "mode", hidden: true }, parts.modeText, parts.cancel);
  parts.emoji.setAttribute("aria-haspopup", "dialog");
  send.classList.add("send");
  area.setAttribute("aria-describedby", "composer-note");
  const row = el("div", { class: "composer-row" });
  area.before(row);
  row.append(parts.attach, area, parts.emoji, send);
  row.before(parts.list, parts.mode, parts.uploads);
  row.after(parts.picker, parts.note, parts.told);
  root.before(parts.lock);
  root.classList.add("live");
  root.noValidate = true;
  area.removeAttribute("required");
  area.removeAttribute("maxlength");
  area.autocomplete = "off";
  area.rows = 1;
  return parts;
}

function button(label, name) {
  return el("button", { type: "button", class: "icon-button", "aria-label": label, title: label }, icon(name));
}
