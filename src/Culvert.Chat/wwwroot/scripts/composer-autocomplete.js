// The list above the composer: people after @, rooms after #, emoji after : and two letters, commands after /.

import { avatar } from "./avatar.js";
import { commandsOf } from "./composer-commands.js";
import { el } from "./dom.js";
import { labelOf, search } from "./emoji.js";
import { commandText, usageText } from "./wording.js";

const most = 8;
const askAfter = 150;

/**
 * @param {HTMLTextAreaElement} area
 * @param {HTMLElement} list empty, with role=listbox
 * @param {object} host that of the composer, and `tell(text)`, which only screen readers get
 * @param {() => void} changed told after a choice has changed the text
 * @returns {{onKey: (event: KeyboardEvent) => boolean, close: () => void}} `onKey` is true for a key of the list
 */
export function mountAutocomplete(area, list, host, changed) {
  return new Autocomplete(area, list, host, changed);
}

class Autocomplete {
  constructor(area, list, host, changed) {
    Object.assign(this, { area, list, host, changed, options: [], chosen: 0, token: null, asked: null, turn: 0 });
    area.setAttribute("aria-autocomplete", "list");
    area.addEventListener("input", () => this.update());
    area.addEventListener("click", () => this.update());
    area.addEventListener("blur", () => this.close());
    area.addEventListener("keyup", (event) => {
      if (event.key === "ArrowLeft" || event.key === "ArrowRight" || event.key === "Home" || event.key === "End") {
        this.update();
      }
    });
    // Before the field loses the focus.
    list.addEventListener("pointerdown", (event) => {
      const option = event.target.closest("[role=option]");
      event.preventDefault();
      if (option) {
        this.choose(Number(option.dataset.index));
      }
    });
  }

  onKey(event) {
    if (this.list.hidden || event.ctrlKey || event.metaKey || event.altKey) {
      return false;
    }
    switch (event.key) {
      case "ArrowDown":
      case "ArrowUp":
        this.mark((this.chosen + (event.key === "ArrowDown" ? 1 : -1) + this.options.length) % this.options.length);
        break;
      case "Enter":
      case "Tab":
        if (event.shiftKey || event.key === "Enter" && this.isWhole()) {
          this.close();
          return false;
        }
        this.choose(this.chosen);
        break;
      case "Escape":
        this.close();
        event.stopPropagation();
        break;
      default:
        return false;
    }
    event.preventDefault();
    return true;
  }

  /** A command that is typed to its end needs no choice. */
  isWhole() {
    return this.token?.mark === "/" && this.options[this.chosen]?.insert.trim() === "/" + this.token.text;
  }

  async update() {
    const token = tokenAt(this.area);
    const turn = ++this.turn;
    clearTimeout(this.asked);
    if (!token) {
      this.close();
      return;
    }
    const options = await this.find(token);
    if (turn !== this.turn) {
      return;
    }
    this.show(token, options);
    if (token.mark === "@" && token.text !== "") {
      this.asked = setTimeout(() => this.askForOthers(token, options, turn), askAfter);
    }
  }

  async find({ mark, text }) {
    switch (mark) {
      case "@":
        return this.peopleHere(text);
      case "#":
        return this.host.rooms().filter((room) => room.kind !== "direct" && startsWord(room.name, text))
          .slice(0, most).map((room) => ({ insert: `#${room.name} `, label: `#${room.name}`, hint: room.topic ?? "" }));
      case ":":
        return (await search(text, most))
          .map((found) => ({ insert: `${found.emoji} `, label: labelOf(found), picture: found.emoji }));
      default:
        return (await commandsOf(this.host.room.name)).filter((command) => command.name.startsWith(`/${text}`))
          .map((command) => ({
            insert: `${command.name} `,
            label: usageText(this.host.t, command),
            hint: commandText(this.host.t, command),
          }));
    }
  }

  peopleHere(text) {
    return this.host.people()
      .filter((person) => person.name !== this.host.me.name)
      .filter((person) => startsWord(person.name, text) || startsWord(person.title ?? "", text))
      .sort((a, b) => (b.lastAt ?? 0) - (a.lastAt ?? 0) || a.name.localeCompare(b.name))
      .slice(0, most).map((person) => this.optionOf(person, ""));
  }

  optionOf(person, hint) {
    const title = person.title && person.title !== person.name ? person.title : "";
    return { insert: `@${person.name} `, label: `@${person.name}`, name: person.name, title, hint, person };
  }

  /** People who are not in this room may be meant too; they are marked, since they will not see it. */
  async askForOthers(token, options, turn) {
    if (options.length >= most || this.host.room.kind === "direct") {
      return;
    }
    const answer = await fetch(`/v1/people?prefix=${encodeURIComponent(token.text)}&limit=20`).catch(() => null);
    if (turn !== this.turn || !answer?.ok) {
      return;
    }
    const { profiles } = await answer.json();
    const here = new Set(this.host.people().map((person) => person.name));
    const others = profiles.filter((person) => !here.has(person.name) && person.name !== this.host.me.name)
      .map((person) => ({ ...this.optionOf(person, this.host.t("composer.notHere")), isAway: true }));
    if (turn === this.turn && others.length > 0) {
      this.show(token, [...options, ...others].slice(0, most), this.chosen);
    }
  }

  show(token, options, chosen = 0) {
    const wasHidden = this.list.hidden;
    Object.assign(this, { token, options });
    if (options.length === 0) {
      this.hide();
      return;
    }
    this.list.replaceChildren(...options.map((option, index) => el(
      "li", { role: "option", id: `suggestion-${index}`, dataset: { index }, class: option.isAway ? "away" : null },
      option.person ? avatar(option.person) : null,
      option.picture ? el("span", { class: "picture", "aria-hidden": "true" }, option.picture) : null,
      el("span", { class: "label" }, option.label),
      option.title ? el("span", { class: "title" }, option.title) : null,
      option.hint ? el("span", { class: "hint" }, option.hint) : null)));
    this.list.hidden = false;
    this.area.setAttribute("aria-controls", this.list.id);
    this.mark(chosen);
    if (wasHidden) {
      this.host.tell(this.host.t.n("composer.found", options.length));
    }
  }

  mark(index) {
    this.chosen = index;
    [...this.list.children].forEach((item, i) => item.setAttribute("aria-selected", String(i === index)));
    this.list.children[index]?.scrollIntoView({ block: "nearest" });
    this.area.setAttribute("aria-activedescendant", `suggestion-${index}`);
  }

  choose(index) {
    const option = this.options[index];
    const { start, end } = this.token;
    this.close();
    this.area.setRangeText(option.insert, start, end, "end");
    this.changed();
  }

  /** What is still being asked for does not come any more. */
  close() {
    this.turn++;
    this.hide();
  }

  hide() {
    this.list.hidden = true;
    this.area.removeAttribute("aria-activedescendant");
    this.area.removeAttribute("aria-controls");
  }
}

/** What stands before the caret and may become something; null for nothing. */
function tokenAt(area) {
  const end = area.selectionStart;
  if (end !== area.selectionEnd) {
    return null;
  }
  const before = area.value.slice(Math.max(0, end - 70), end);
  const found = /(?:^|[\s(])([@#:])([\p{L}\p{M}\p{Nd}_.+-]*)$/u.exec(before);
  if (found && (found[1] !== ":" || [...found[2]].length >= 2)) {
    return { mark: found[1], text: found[2], start: end - found[2].length - 1, end };
  }
  const isCommand = /^\/[a-z]*$/i.test(area.value.slice(0, end));
  return isCommand ? { mark: "/", text: area.value.slice(1, end).toLowerCase(), start: 0, end } : null;
}

function startsWord(name, text) {
  const wanted = text.toLowerCase();
  return name.toLowerCase().split(/(?<=[\s._-])/).some((_, i, words) => words.slice(i).join("").startsWith(wanted));
}
