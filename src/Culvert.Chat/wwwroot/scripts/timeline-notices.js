// What happened in a room besides messages: one line each, and one that opens for several in a row.

import { el } from "./dom.js";

const MAX_NAMES = 3;

/**
 * @param {{notices: any[]}} row
 * @param {{t: import("./texts.js").Texts, personOf: (name: string) => {title: string}}} host
 */
export function noticesView({ notices }, { t, personOf }) {
  const titleOf = (name) => (name ? personOf(name).title : "");
  const said = (notice) => tell(notice, t, titleOf);
  if (notices.length === 1) {
    return el("p", { class: "notice", title: t.full(notices[0].at) }, said(notices[0]));
  }
  const people = [...new Set(notices.map((notice) => notice.user ?? notice.by).filter(Boolean))].map(titleOf);
  const names = people.slice(0, MAX_NAMES).join(", ") + (people.length > MAX_NAMES ? ", …" : "");
  return el("details", { class: "notices" },
    el("summary", {}, people.length > 0
      ? t.n("room.noticesOf", notices.length, { names })
      : t.n("room.notices", notices.length)),
    el("ul", {}, ...notices.map((notice) => el("li", { class: "notice", title: t.full(notice.at) }, said(notice)))));
}

/** The sentence that tells it; Rooms/ShownNotice.cs says the same. */
function tell(notice, t, titleOf) {
  const { ev, user = "", topic = "", why = "" } = notice;
  const by = notice.by ?? notice.from ?? "";
  const isOwn = by === user || by === "";
  const values = { user: titleOf(user), by: titleOf(by), topic };
  const sentence = {
    join: () => (isOwn ? t("room.notice.join", values) : t("room.notice.added", values)),
    leave: () => (isOwn ? t("room.notice.leave", values) : t("room.notice.removed", values)),
    kick: () => t("room.notice.kick", values),
    ban: () => t("room.notice.ban", values),
    unban: () => t("room.notice.unban", values),
    mute: () => t("room.notice.mute", values),
    unmute: () => t("room.notice.unmute", values),
    topic: () => (topic ? t("room.notice.topic", values) : t("room.notice.noTopic", values)),
    clear: () => t("room.notice.clear", values),
    settings: () => t("room.notice.settings", values),
  }[ev]();
  return why ? `${sentence} (${why})` : sentence;
}
