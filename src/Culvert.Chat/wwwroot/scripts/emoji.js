// Finding and choosing emoji.

import { el } from "./dom.js";
import { folded, loadNames, ownNames } from "./emoji-names.js";
import { groups } from "./emoji-table.js";

const columns = 8;
const mostRecent = 16;
const mostFound = 64;
const recentKey = "culvert.emoji";
const tried = ["thumbsup", "heart", "joy", "tada", "pray", "eyes", "fire", "+1"];

let t = (key) => key;
let picker = null;

/** Tells which language the picker speaks. */
export function speakEmoji(texts) {
  t = texts;
}

/**
 * The emoji that a name or a word of it begins like, in English or in the language of the page; the exact and the
 * well-known first, then those used lately.
 * @param {string} prefix without colons
 * @param {number} [most]
 * @returns {Promise<{emoji: string, name: string}[]>}
 */
export async function search(prefix, most = mostFound) {
  await loadNames(t.language);
  return searchNow(prefix, most);
}

function searchNow(prefix, most = mostFound) {
  const wanted = folded(prefix);
  const lately = new Set(recent());
  const found = [];
  for (const { emoji, names } of groups.flatMap((group) => group.emoji)) {
    const best = Math.min(rankOf(ownNames(emoji).map(folded), wanted), rankOf(names, wanted));
    if (best < Infinity) {
      const isKnown = lately.has(emoji) || names.some((name) => tried.includes(name));
      found.push({ emoji, name: nameOf(emoji, names, wanted), rank: best - (isKnown ? 1.5 : 0) });
    }
  }
  return found.sort((a, b) => a.rank - b.rank).slice(0, most).map(({ emoji, name }) => ({ emoji, name }));
}

function rankOf(names, wanted) {
  return Math.min(...names.map((name, index) => (name === wanted ? 0
    : name.startsWith(wanted) ? 2 + index
    : name.includes(`_${wanted}`) ? 20
    : Infinity)));
}

/** In words where the language of the page has some. */
function nameOf(emoji, names = namesOf(emoji), wanted = "") {
  const own = ownNames(emoji);
  return (own.find((name) => folded(name).startsWith(wanted)) ?? own[0])?.replaceAll("_", " ")
    ?? names.find((name) => name.startsWith(wanted)) ?? names[0] ?? emoji;
}

/** An English name as it can be typed; the markup knows no others. */
export function labelOf({ emoji, name }) {
  return ownNames(emoji).length > 0 ? name : `:${name}:`;
}

/**
 * Opens the picker beside an element; it closes by itself after a choice, by Escape, and by a press elsewhere.
 * @param {HTMLElement} anchor gets the focus back
 * @param {(emoji: string) => void} onPick
 */
export async function openPicker(anchor, onPick) {
  await loadNames(t.language);
  picker?.remove();
  const label = t("emoji.search");
  const field = el("input", { type: "search", placeholder: label, "aria-label": label, autocomplete: "off" });
  const body = el("div", { class: "emoji-body" });
  const name = el("p", { class: "emoji-name", "aria-hidden": "true" });
  picker = el("div", { class: "emoji-picker", popover: "auto", role: "dialog", "aria-label": t("emoji.open") },
    field, body, name);
  const own = picker;
  const pick = (emoji) => {
    remember(emoji);
    own.hidePopover();
    onPick(emoji);
  };
  const fill = () => fillBody(body, field.value.trim());
  field.addEventListener("input", fill);
  own.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-emoji]");
    if (button) {
      pick(button.dataset.emoji);
    }
  });
  own.addEventListener("keydown", (event) => onKey(event, own, field, pick));
  for (const type of ["focusin", "pointerover"]) {
    body.addEventListener(type, (event) => {
      const pointed = event.target.closest("button[data-emoji]");
      name.textContent = pointed === null ? name.textContent
        : labelOf({ emoji: pointed.dataset.emoji, name: pointed.getAttribute("aria-label") });
    });
  }
  own.addEventListener("toggle", (event) => {
    if (event.newState === "closed") {
      const hadFocus = own.contains(document.activeElement) || document.activeElement === document.body;
      own.remove();
      if (hadFocus) {
        anchor.focus();
      }
    }
  });
  document.body.append(own);
  fill();
  own.showPopover();
  place(own, anchor);
  field.focus();
}

function fillBody(body, wanted) {
  const sections = [];
  if (wanted !== "") {
    sections.push([t("emoji.found"), searchNow(wanted)]);
  } else {
    const last = recent().map((emoji) => ({ emoji, name: nameOf(emoji) }));
    sections.push(...last.length > 0 ? [[t("emoji.recent"), last]] : []);
    sections.push(...groups.map((group) => [t(`emoji.group.${group.name}`),
      group.emoji.map(({ emoji, names }) => ({ emoji, name: nameOf(emoji, names) }))]));
  }
  body.replaceChildren(...sections.flatMap(([title, emoji]) => emoji.length === 0
    ? [el("p", { class: "emoji-none", role: "status" }, t("emoji.none", { text: wanted }))]
    : [el("h3", {}, title), el("div", { class: "emoji-grid" }, ...emoji.map((entry) => el("button",
      { type: "button", tabindex: "-1", "aria-label": entry.name, dataset: { emoji: entry.emoji } }, entry.emoji)))]));
  body.scrollTop = 0;
  body.querySelector("button")?.setAttribute("tabindex", "0");
}

function onKey(event, own, field, pick) {
  if (event.key === "Escape") {
    // A search field would first empty itself.
    event.preventDefault();
    event.stopPropagation();
    own.hidePopover();
    return;
  }
  const buttons = [...own.querySelectorAll("button[data-emoji]")];
  const at = buttons.indexOf(document.activeElement);
  const go = (index) => {
    event.preventDefault();
    if (index < 0) {
      field.focus();
      return;
    }
    const to = buttons[Math.min(index, buttons.length - 1)];
    buttons.forEach((button) => button.setAttribute("tabindex", button === to ? "0" : "-1"));
    to?.focus();
  };
  if (at < 0) {
    if (event.key === "ArrowDown") {
      go(0);
    } else if (event.key === "Enter" && buttons.length > 0 && !event.isComposing) {
      event.preventDefault();
      pick(buttons[0].dataset.emoji);
    }
    return;
  }
  const right = getComputedStyle(own).direction === "rtl" ? -1 : 1;
  switch (event.key) {
    case "ArrowRight":
      return go(at + right);
    case "ArrowLeft":
      return go(at - right);
    case "ArrowDown":
      return go(below(buttons, at, 1));
    case "ArrowUp":
      return go(below(buttons, at, -1));
    case "Home":
      return go(0);
    case "End":
      return go(buttons.length - 1);
  }
}

/** The one under or above a button: in its own grid by columns, else in the row of the next grid that is nearest. */
function below(buttons, at, step) {
  const grid = buttons[at].parentElement;
  const first = buttons.indexOf(grid.firstElementChild);
  const column = (at - first) % columns;
  const to = at + step * columns;
  if (to >= first && to < first + grid.children.length) {
    return to;
  }
  if (step > 0) {
    const next = first + grid.children.length;
    const isLastRow = at - column + columns >= next;
    return !isLastRow || next >= buttons.length ? Math.min(next, buttons.length) - 1
      : Math.min(next + column, next + buttons[next].parentElement.children.length - 1);
  }
  if (first === 0) {
    return -1;
  }
  const above = buttons[first - 1].parentElement.children.length;
  const lastRow = first - 1 - (above - 1) % columns;
  return Math.min(lastRow + column, first - 1);
}

function place(own, anchor) {
  const by = anchor.getBoundingClientRect();
  const size = own.getBoundingClientRect();
  const left = Math.max(8, Math.min(by.right - size.width, innerWidth - size.width - 8));
  const above = by.top - size.height - 8;
  const top = above >= 8 ? above : Math.min(by.bottom + 8, innerHeight - size.height - 8);
  own.style.left = `${left}px`;
  own.style.top = `${Math.max(8, top)}px`;
}

function namesOf(emoji) {
  return groups.flatMap((group) => group.emoji).find((entry) => entry.emoji === emoji)?.names ?? [];
}

function recent() {
  try {
    const kept = JSON.parse(localStorage.getItem(recentKey) ?? "[]");
    return Array.isArray(kept) ? kept.filter((emoji) => typeof emoji === "string").slice(0, mostRecent) : [];
  } catch {
    return [];
  }
}

function remember(emoji) {
  try {
    const others = recent().filter((kept) => kept !== emoji);
    localStorage.setItem(recentKey, JSON.stringify([emoji, ...others].slice(0, mostRecent)));
  } catch {
    // No storage: nothing is remembered.
  }
}
