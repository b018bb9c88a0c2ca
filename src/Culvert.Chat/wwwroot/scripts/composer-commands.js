// Commands that begin with a slash. The server knows them and says what is wrong with one.

import { el } from "./dom.js";

/** Whether a text is for the server and not for the room; a second slash makes it a text again. */
export function isCommand(text) {
  return /^\/[^\s/]/.test(text);
}

const loaded = new Map();

/**
 * The commands that the reader may use in a room; asked for once.
 * @returns {Promise<{name: string, usage: string, what: string}[]>}
 */
export function commandsOf(room) {
  if (!loaded.has(room)) {
    loaded.set(room, fetch(`/v1/rooms/${encodeURIComponent(room)}/commands`)
      .then((answer) => answer.ok ? answer.json() : { commands: [] })
      .then(({ commands }) => commands)
      .catch(() => {
        loaded.delete(room);
        return [];
      }));
  }
  return loaded.get(room);
}

/** Asks whether everything in the room shall go. */
export function confirmClear({ t, room }) {
  const title = el("h2", { id: "clear-title" }, t("composer.clearTitle", { room: room.title ?? room.name }));
  const dialog = el("dialog", { class: "ask", "aria-labelledby": "clear-title" }, title,
    el("p", {}, t("composer.clearWhat")),
    el("form", { method: "dialog", class: "ask-buttons" },
      el("button", { class: "quiet", value: "" }, t("composer.keep")),
      el("button", { class: "danger", value: "yes" }, t("composer.clear"))));
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((done) => dialog.addEventListener("close", () => {
    dialog.remove();
    done(dialog.returnValue === "yes");
  }));
}
