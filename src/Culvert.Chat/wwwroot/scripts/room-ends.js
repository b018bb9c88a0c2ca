// Why a room cannot be written in, or is not this reader's any more.

import { el } from "./dom.js";

const KICKED = 4102;
const BANNED = 4104;
const GONE = 4107;

/**
 * What stands in place of the composer; null for somebody who may write.
 * @param {{archived?: boolean, readOnly?: boolean, mutedUntil?: number}} room as it is now
 * @param {"read"|"write"|"moderate"} can
 */
export function lockOf(room, can, t) {
  if (room.archived) {
    return t("room.archived");
  }
  if (can !== "read") {
    return null;
  }
  if (!room.mutedUntil) {
    return t("room.readOnly");
  }
  return room.mutedUntil < Number.MAX_SAFE_INTEGER
    ? t("room.mutedUntil", { time: momentOf(room.mutedUntil, t) })
    : t("room.muted");
}

function momentOf(at, t) {
  return new Date(at).toDateString() === new Date().toDateString() ? t.time(at) : t.full(at);
}

/**
 * Puts the reason in place of the messages.
 * @param {HTMLElement} frame
 * @param {number|string} code of `bye`, or of the refusal of a subscription
 * @param {string} why what a moderator has written; empty for nothing
 */
export function closeRoom(frame, code, why, { t, room }) {
  const text = code === KICKED ? t("room.closed.kicked")
    : code === BANNED ? t("room.closed.banned")
    : code === GONE ? t("room.closed.gone")
    : t("room.closed.access");
  const rooms = el("a", { class: "button quiet", href: "/chat/rooms" }, t("room.closed.rooms"));
  const again = el("a", { class: "button", href: `/chat/rooms/${encodeURIComponent(room)}` }, t("room.closed.rejoin"));
  frame.querySelector(".closed")?.remove();
  frame.append(el("div", { class: "closed", role: "alert", tabindex: "-1" },
    el("p", {}, text), why ? el("p", {}, t("room.closed.why", { why })) : null,
    el("p", {}, code === KICKED ? again : null, " ", rooms)));
  frame.querySelector(".closed").focus();
}
