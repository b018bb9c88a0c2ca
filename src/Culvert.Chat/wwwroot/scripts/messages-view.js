// The element of a message. Pages/RoomRows.razor makes the same for pages without scripts.

import { avatar } from "./avatar.js";
import { el } from "./dom.js";
import { icon } from "./icons.js";
import { isEmojiOnly, render } from "./markdown.js";
import { filesView } from "./messages-files.js";
import { excerptOf, textOf } from "./messages.js";
import { refusalText } from "./wording.js";

/** Sooner than this, most messages are sent already. */
const SENDING_AFTER = 300;

/**
 * @typedef {object} ViewHost
 * @property {import("./texts.js").Texts} t
 * @property {{name: string}} me
 * @property {string} room
 * @property {(name: string) => {name: string, title: string, avatar: string|null}} personOf
 * @property {(seq: number) => import("./messages.js").Message|undefined} quoted
 * @property {(room: string) => string} roomHref
 * @property {(room: string) => string|null} knownHref null for a room that the reader does not know
 */

/**
 * @param {import("./messages.js").Message} message
 * @param {boolean} grouped
 * @param {ViewHost} host
 */
export function messageView(message, grouped, host) {
  const article = el("article", { tabindex: "-1" });
  updateMessage(article, message, grouped, host);
  return article;
}

/**
 * Makes the element show what the message is now. Only parts that differ are replaced: what is put into the list is
 * read out, and a message that is merely confirmed must not be read again.
 */
export function updateMessage(article, message, grouped, host) {
  const { t } = host;
  const person = host.personOf(message.from);
  article.className = [
    "message", grouped && "grouped", message.from === host.me.name && "own", message.erased && "gone",
    message.pending && (message.pending.state === "failed" ? "failed" : "pending"),
    article.classList.contains("target") && "target",
  ].filter(Boolean).join(" ");
  article.setAttribute("aria-label", t("room.message", {
    user: person.title, time: t.time(message.at), text: message.erased ? erasedText(message, t) : excerptOf(message),
  }));
  article.dataset.key = message.id;
  const reply = message.data?.reply > 0 ? message.data.reply : 0;
  const quoted = reply > 0 ? host.quoted(reply) : undefined;
  const isThere = message.seq > 0 && !message.erased;
  const who = `${person.title}/${person.avatar}`;
  const parts = [
    ["picture", who, () => picture(person)],
    ["head", who, () => headOf(message, person, t)],
    ["quote", `${reply}/${quoted?.version}/${quoted && host.personOf(quoted.from).title}`, () => reply > 0 && quoteOf(reply, host)],
    ["body", `${message.rev}/${message.erased}`, () => bodyOf(message, host)],
    ["files", `${message.rev}/${message.erased}`, () => !message.erased && filesView(message.data?.files, host)],
    ["reactions", JSON.stringify(message.reactions), () => reactionsOf(message, host)],
    ["status", JSON.stringify(message.pending ?? null), () => message.pending && statusOf(message, t)],
    ["actions", String(isThere), () => isThere && actionsOf(person, t)],
  ];
  patch(article, parts);
  article.classList.toggle("mentions-me", article.querySelector(".body .mention.me") !== null);
  if (message.seq > 0) {
    article.id = `m${message.seq}`;
    article.dataset.seq = String(message.seq);
    article.querySelector(".at").href = linkTo(host, message.seq);
    const time = article.querySelector("time");
    time.dateTime = new Date(message.at).toISOString();
    time.title = t.full(message.at);
  }
}

const shown = new WeakMap();

/** Replaces the parts whose signature has changed, and keeps the focus in those that had it. */
function patch(article, parts) {
  const before = shown.get(article) ?? new Map();
  const after = new Map();
  const focused = article.contains(document.activeElement) && document.activeElement !== article
    ? document.activeElement.dataset : null;
  let next = article.firstChild;
  for (const [name, signature, make] of parts) {
    const known = before.get(name);
    const element = known?.signature === signature ? known.element : make() || null;
    if (element !== known?.element) {
      if (next !== null && next === known?.element) {
        next = next.nextSibling;
      }
      known?.element?.remove();
      if (element !== null) {
        article.insertBefore(element, next);
      }
    } else if (element !== null) {
      next = element.nextSibling;
    }
    after.set(name, { signature, element });
  }
  shown.set(article, after);
  if (focused !== null && !article.contains(document.activeElement)) {
    const { emoji, act } = focused;
    const same = [...article.querySelectorAll("button")]
      .find((button) => button.dataset.emoji === emoji && button.dataset.act === act);
    (same ?? article).focus({ preventScroll: true });
  }
}

/** The address of a message. */
export function linkTo(host, seq) {
  return `${host.roomHref(host.room)}?seq=${seq}#m${seq}`;
}

function picture(person) {
  return el("button", {
    type: "button", class: "picture", tabindex: "-1", "data-act": "person", "aria-label": person.title,
  }, avatar(person));
}

function headOf(message, person, t) {
  return el("div", { class: "head" },
    el("span", { class: "author", title: `@${person.name}` }, person.title),
    el("a", { class: "at", tabindex: "-1" },
      el("time", { datetime: new Date(message.at).toISOString(), title: t.full(message.at) }, t.time(message.at))));
}

function quoteOf(seq, host) {
  const { t } = host;
  const original = host.quoted(seq);
  const gone = original === undefined || original.erased;
  const text = gone ? t("room.quote.gone") : excerptOf(original);
  const user = gone ? "" : host.personOf(original.from).title;
  return el("a", {
    class: "quote", href: linkTo(host, seq), tabindex: "-1", "data-quote": seq,
  }, icon("reply"), el("small", { class: "unseen" }, t("room.quote.label")), user ? el("b", {}, user) : null, el("span", { class: gone ? "gone" : null }, text));
}

function bodyOf(message, host) {
  const { t } = host;
  if (message.erased) {
    return el("div", { class: "body erased" }, erasedText(message, t));
  }
  const text = textOf(message);
  const body = el("div", { class: "body", dir: "auto" });
  body.classList.toggle("jumbo", isEmojiOnly(text));
  body.append(render(text, { me: host.me.name, roomHref: host.knownHref, copy: t("markup.copy") }));
  if (message.rev > 1) {
    body.append(" ", el("small", { class: "edited" }, t("room.edited")));
  }
  return body;
}

function erasedText(message, t) {
  return message.by !== null && message.by !== message.from ? t("room.erasedBy", { by: message.by }) : t("room.erased");
}

function reactionsOf(message, { t, me, personOf }) {
  const all = Object.entries(message.reactions);
  if (all.length === 0) {
    return null;
  }
  const list = el("ul", { class: "reactions", "aria-label": t("room.reactions"), "aria-live": "off" });
  for (const [emoji, names] of all) {
    const titles = names.map((name) => personOf(name).title).join(", ");
    const isOn = names.includes(me.name);
    list.append(el("li", {}, el("button", {
      type: "button", tabindex: "-1", "data-emoji": emoji, "aria-pressed": String(isOn),
      title: titles, "aria-label": t.n("room.reaction", names.length, { emoji, names: titles }),
    }, el("span", { class: "emoji" }, emoji), " ", el("span", { class: "count" }, String(names.length)))));
  }
  return list;
}

/** An own message on its way: nothing at first, then that it is being sent, or why it was not. */
function statusOf(message, t) {
  const { state, code } = message.pending;
  if (state !== "failed") {
    const status = el("p", { class: "status", hidden: Date.now() - message.at < SENDING_AFTER }, t("room.sending"));
    if (status.hidden) {
      setTimeout(() => (status.hidden = false), SENDING_AFTER);
    }
    return status;
  }
  const why = refusalText(t, { code: code ?? "offline" });
  return el("p", { class: "status failure" },
    icon("warning"), el("span", {}, t("room.notSent", { why })),
    el("button", { type: "button", class: "quiet", "data-act": "retry" }, t("room.retry")),
    el("button", { type: "button", class: "quiet", "data-act": "drop" }, t("room.drop")));
}

/** Out of the live region's hearing: a new message is read without its buttons. */
function actionsOf(person, t) {
  return el("div", { class: "actions", "aria-live": "off" },
    el("button", {
      type: "button", class: "icon-button", tabindex: "-1", "data-act": "react", title: t("room.react"),
      "aria-label": t("room.react"),
    }, icon("smile")),
    el("button", {
      type: "button", class: "icon-button", tabindex: "-1", "data-act": "reply", title: t("room.reply"),
      "aria-label": t("room.reply"),
    }, icon("reply")),
    el("button", {
      type: "button", class: "icon-button", tabindex: "-1", "data-act": "more", "aria-haspopup": "menu",
      title: t("room.more"), "aria-label": t("room.actions", { user: person.title }),
    }, icon("dots")));
}
