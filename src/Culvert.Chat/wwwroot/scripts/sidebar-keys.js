// The keys that work anywhere in a page, the switcher, and the list of all keys.

import { avatar } from "./avatar.js";
import { isWriting, el } from "./dom.js";
import { icon } from "./icons.js";

const askAfter = 150;
const most = 12;
const isApple = /Mac|iPhone|iPad/.test(navigator.platform);

/** @param {HTMLElement} root nav#rooms  @param {{t: object, me: {name: string}}} host */
export function mountKeys(root, { t, me }) {
  document.addEventListener("keydown", (event) => {
    const control = event.ctrlKey || event.metaKey;
    if (event.defaultPrevented || event.isComposing) {
      return;
    }
    if (control && !event.altKey && !event.shiftKey && event.code === "KeyK") {
      event.preventDefault();
      openSwitcher(root, t, me);
    } else if (event.altKey && !control && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
      event.preventDefault();
      move(root, event.key === "ArrowDown" ? 1 : -1, event.shiftKey);
    } else if (control && event.key === "/" || event.key === "?" && !control && !isWriting(event.target)) {
      event.preventDefault();
      openHelp(t);
    } else if (control && event.shiftKey && event.code === "KeyF"
      || event.key === "/" && !control && !event.altKey && !isWriting(event.target)) {
      event.preventDefault();
      openSearch();
    }
  });
}

function move(root, step, onlyUnread) {
  const links = [...root.querySelectorAll("li:not([hidden]) > a[data-room]")];
  const at = links.findIndex((link) => link.getAttribute("aria-current") === "page");
  const start = at < 0 && step < 0 ? 0 : at;
  for (let i = 1; i <= links.length; i++) {
    const link = links[((start + step * i) % links.length + links.length) % links.length];
    if (link !== links[at] && (!onlyUnread || link.hasAttribute("data-unread"))) {
      link.click();
      return;
    }
  }
}

function openSearch() {
  const sidebar = document.getElementById("sidebar");
  if (sidebar && getComputedStyle(sidebar).display === "none") {
    sidebar.showPopover?.();
  }
  sidebar?.querySelector("input[type=search][name=q]")?.focus();
}

function openDialog(name, label, ...children) {
  document.querySelector(`dialog.${name}`)?.remove();
  const dialog = el("dialog", { class: name, "aria-label": label }, ...children);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) {
      dialog.close();
    }
  });
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

function openSwitcher(root, t, me) {
  const field = el("input", {
    type: "text", role: "combobox", "aria-expanded": "true", "aria-controls": "switcher-list", autocomplete: "off",
    "aria-autocomplete": "list", "aria-label": t("sidebar.switch"), placeholder: t("sidebar.switch"),
  });
  const list = el("ul", { id: "switcher-list", role: "listbox", "aria-label": t("sidebar.switch") });
  const dialog = openDialog("switcher", t("sidebar.switch"), field, list);
  const rooms = [...root.querySelectorAll("a[data-room]")].map((link) => ({
    label: link.querySelector(".name").textContent,
    sign: link.querySelector("svg.icon")?.cloneNode(true) ?? icon("hash"),
    hint: link.querySelector(".badge:not([hidden]) .unseen")?.textContent ?? "",
    isUnread: link.hasAttribute("data-unread"),
    go: () => link.click(),
  })).sort((a, b) => b.isUnread - a.isUnread);
  let options = [];
  let chosen = 0;
  let timer = 0;
  let turn = 0;
  const mark = (index) => {
    chosen = index;
    [...list.children].forEach((item, i) => item.setAttribute("aria-selected", String(i === index)));
    list.children[index]?.scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", options.length > 0 ? `switch-${index}` : "");
  };
  const show = (found) => {
    options = found.slice(0, most);
    list.replaceChildren(...options.map((option, index) => el("li",
      { role: "option", id: `switch-${index}`, onclick: () => go(index) },
      option.sign, el("span", { class: "label" }, option.label),
      option.hint ? el("span", { class: "hint" }, option.hint) : null)));
    if (options.length === 0) {
      list.append(el("li", { class: "none", role: "option", "aria-disabled": "true" }, t("sidebar.nothing")));
    }
    mark(0);
  };
  const go = (index) => {
    dialog.close();
    options[index]?.go();
  };
  const update = () => {
    const wanted = field.value.trim().toLowerCase().replace(/^[#@]/, "");
    const found = rooms.filter((room) => room.label.toLowerCase().includes(wanted));
    const own = ++turn;
    clearTimeout(timer);
    show(found);
    if (wanted !== "") {
      timer = setTimeout(async () => {
        const people = await peopleLike(wanted, t, me);
        if (own === turn && people.length > 0) {
          const at = chosen;
          show([...found, ...people]);
          mark(at);
        }
      }, askAfter);
    }
  };
  field.addEventListener("input", update);
  field.addEventListener("keydown", (event) => {
    if ((event.key === "ArrowDown" || event.key === "ArrowUp") && options.length > 0) {
      event.preventDefault();
      mark((chosen + (event.key === "ArrowDown" ? 1 : -1) + options.length) % options.length);
    } else if (event.key === "Enter" && !event.isComposing) {
      event.preventDefault();
      go(chosen);
    }
  });
  update();
  field.focus();
}

async function peopleLike(prefix, t, me) {
  const answer = await fetch(`/v1/people?prefix=${encodeURIComponent(prefix)}&limit=8`).catch(() => null);
  const { profiles } = answer?.ok ? await answer.json() : { profiles: [] };
  return profiles.filter((person) => person.name !== me.name).map((person) => ({
    label: person.title && person.title !== person.name ? `${person.title} @${person.name}` : `@${person.name}`,
    sign: avatar(person),
    hint: t("sidebar.write"),
    go: () => writeTo(person.name),
  }));
}

async function writeTo(name) {
  const answer = await fetch("/v1/rooms", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ kind: "direct", users: [name] }),
  }).catch(() => null);
  if (answer?.ok) {
    location.assign(`/chat/rooms/${encodeURIComponent((await answer.json()).name)}`);
  }
}

/** All keys, by where they work. */
function openHelp(t) {
  const control = isApple ? "⌘" : "Ctrl";
  const alt = isApple ? "⌥" : "Alt";
  const groups = [
    [t("keys.anywhere"), [
      [[control, "K"], t("keys.switch")], [[alt, "↑"], t("keys.previous")], [[alt, "↓"], t("keys.next")],
      [[alt, "Shift", "↑"], t("keys.previousUnread")], [[alt, "Shift", "↓"], t("keys.nextUnread")],
      [["/"], t("keys.search")], [["Esc"], t("keys.escape")], [["?"], t("keys.help")]]],
    [t("keys.writing"), [
      [["Enter"], t("keys.send")], [["Shift", "Enter"], t("keys.newLine")], [["↑"], t("keys.editLast")],
      [["@"], t("keys.people")], [["#"], t("keys.rooms")], [[":"], t("keys.emoji")], [["/"], t("keys.commands")],
      [["Tab"], t("keys.take")], [[control, "Shift", "U"], t("keys.upload")]]],
    [t("keys.message"), [
      [["↑"], t("keys.up")], [["↓"], t("keys.down")], [["R"], t("keys.reply")], [["E"], t("keys.edit")],
      [["+"], t("keys.react")], [["Shift", "U"], t("keys.unread")], [["Delete"], t("keys.delete")]]],
  ];
  const close = el("button", { type: "button", class: "icon-button", "aria-label": t("shell.close") }, icon("close"));
  const dialog = openDialog("keys", t("keys.title"), el("header", {}, el("h2", {}, t("keys.title")), close),
    el("div", { class: "keys-groups" }, ...groups.map(([title, rows]) => el("section", {}, el("h3", {}, title),
      el("dl", {}, ...rows.map(([keys, what]) => el("div", {}, el("dt", {}, ...keys.map((key) => el("kbd", {}, key))),
        el("dd", {}, what))))))));
  close.addEventListener("click", () => dialog.close());
  close.focus();
}
