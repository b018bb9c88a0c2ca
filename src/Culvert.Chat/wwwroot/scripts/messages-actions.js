// What can be done with a message: by its buttons, its menu, and keys while it has the focus.

import { openPicker } from "./emoji.js";
import { ask, openMenu } from "./menu.js";
import { linkTo } from "./messages-view.js";
import { textOf } from "./messages.js";
import { isWriting } from "./dom.js";
import { refusalText } from "./wording.js";

/**
 * @param {HTMLElement} box `#timeline`
 * @param {import("./timeline.js").Timeline} timeline
 * @param {object} host made by room.js
 */
export function mountActions(box, timeline, host) {
  const { t, me, room, connection, composer, say } = host;

  const op = (name, fields) =>
    connection.op(name, { room, ...fields }).catch((error) => say(t("room.failed", { why: refusalText(t, error) })));

  const react = (message, emoji, on = !(message.reactions[emoji] ?? []).includes(me.name)) =>
    op("react", { seq: message.seq, emoji, on });

  const copy = async (text, said) => {
    try {
      await navigator.clipboard.writeText(text);
      say(said);
    } catch {
      say(t("room.copyFailed"));
    }
  };

  const acts = {
    react: (message, anchor) => openPicker(anchor, (emoji) => react(message, emoji, true)),
    reply: (message) => composer.setReply(message),
    edit: (message) => composer.beginEdit(message),
    unread: (message) => host.markUnread(message.seq),
    async remove(message) {
      if (await ask(t("room.delete.ask"), t("room.delete.yes"), t("room.cancel"))) {
        await op("erase", { seq: message.seq });
      }
    },
  };

  const menuOf = (message, anchor) => {
    const isOwn = message.from === me.name;
    const mayWrite = host.can() !== "read";
    const user = host.personOf(message.from).title;
    return [
      mayWrite && { label: t("room.react"), icon: "smile", hint: "+", run: () => acts.react(message, anchor) },
      mayWrite && { label: t("room.reply"), icon: "reply", hint: "R", run: () => acts.reply(message) },
      mayWrite && isOwn && { label: t("room.edit"), icon: "edit", hint: "E", run: () => acts.edit(message) },
      { label: t("room.copyText"), icon: "copy", run: () => copy(textOf(message), t("room.copied")) },
      {
        label: t("room.copyLink"), icon: "link",
        run: () => copy(new URL(linkTo(host, message.seq), location.href).href, t("room.copied")),
      },
      { label: t("room.markUnread"), icon: "bell", hint: "Shift+U", run: () => acts.unread(message) },
      ...(isOwn ? [] : host.moderationOf(message.from, user)),
      (isOwn || host.can() === "moderate")
        && { label: t("room.delete"), icon: "trash", hint: "Del", danger: true, run: () => acts.remove(message) },
    ].filter(Boolean);
  };

  box.addEventListener("click", (event) => {
    const target = event.target.closest("button, a");
    const message = target && timeline.messageOf(target);
    if (!message) {
      return;
    }
    const { act, emoji, quote } = target.dataset;
    if (emoji !== undefined) {
      // The second click of a double one means the same as the first.
      if (event.detail < 2) {
        react(message, emoji);
      }
    } else if (act === "more") {
      openMenu(target, menuOf(message, target));
    } else if (act === "person") {
      openMenu(target, host.personMenu(message.from));
    } else if (act === "retry") {
      connection.retry(message.key);
    } else if (act === "drop") {
      connection.drop(message.key);
      composer.focus();
    } else if (act in acts) {
      acts[act](message, target);
    } else if (quote !== undefined || target.classList.contains("at")) {
      if (event.ctrlKey || event.metaKey || event.shiftKey) {
        return;
      }
      event.preventDefault();
      host.goTo(Number(quote ?? message.seq));
    }
  });

  mountKeys(box, timeline, host, (message, element, event) => {
    const isOwn = message.from === me.name;
    const more = () => element.querySelector('[data-act="more"]');
    const key = event.shiftKey ? `Shift+${event.code}` : event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const mayWrite = host.can() !== "read";
    const run = {
      e: isOwn && mayWrite && (() => acts.edit(message)),
      r: mayWrite && (() => acts.reply(message)),
      "+": mayWrite && (() => acts.react(message, more() ?? element)),
      "Shift+Equal": mayWrite && (() => acts.react(message, more() ?? element)),
      "Shift+KeyU": () => acts.unread(message),
      Delete: (isOwn || host.can() === "moderate") && (() => acts.remove(message)),
      Enter: () => more()?.click(),
    }[key];
    if (!run || message.seq === 0 || message.erased) {
      return false;
    }
    run();
    return true;
  });
}

/** One message of the list is in the order of Tab; arrows move the focus itself from one to the next. */
function mountKeys(box, timeline, host, act) {
  let current = null;

  const setCurrent = (article) => {
    if (current !== null) {
      stops(current).forEach((stop) => (stop.tabIndex = -1));
    }
    current = article;
    stops(article).forEach((stop) => (stop.tabIndex = 0));
  };

  // Tab comes in at the newest message that is there.
  host.onRender(() => {
    if (current === null || !current.isConnected) {
      const last = [...box.querySelectorAll("article.message")].at(-1);
      if (last) {
        setCurrent(last);
      }
    } else {
      setCurrent(current);
    }
  });

  box.addEventListener("focusin", ({ target }) => {
    const article = target.closest("article.message");
    if (article && article !== current) {
      setCurrent(article);
    }
  });

  const move = (article, forward) => {
    let next = article;
    do {
      next = forward ? next.nextElementSibling : next.previousElementSibling;
    } while (next && !next.matches("article.message"));
    if (next) {
      timeline.scroll.reveal(next);
      next.focus({ preventScroll: true });
    } else if (forward) {
      host.composer.focus();
    }
  };

  box.addEventListener("keydown", (event) => {
    const article = event.target.closest("article.message");
    if (!article || isWriting(event.target) || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const message = timeline.messageOf(article);
    const isButton = event.target !== article;
    if (["ArrowUp", "ArrowDown", "j", "k"].includes(event.key)) {
      move(article, event.key === "ArrowDown" || event.key === "j");
    } else if ((isButton && ["Enter", " "].includes(event.key)) || !message || !act(message, article, event)) {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  });
}

function stops(article) {
  return [article, ...article.querySelectorAll("button, .at, .quote, .body a, summary")];
}
