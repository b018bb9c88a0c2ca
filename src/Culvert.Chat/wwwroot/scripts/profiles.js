// What people are called and look like. A name that is not known yet is asked for, many in one request.

const MAX_ASKED = 50;

export class Profiles extends EventTarget {
  #known = new Map();
  #wanted = new Set();
  #timer = 0;
  #version = 0;

  /** @param {Record<string, {title?: string, avatar?: string|null, role?: string}>} people by name */
  constructor(people = {}) {
    super();
    for (const [name, person] of Object.entries(people)) {
      this.set(name, person);
    }
  }

  /** @returns {{name: string, title: string, avatar: string|null, role: string, version: number}} */
  of(name) {
    const known = this.#known.get(name);
    if (known !== undefined) {
      return known;
    }
    const person = { name, title: name, avatar: null, role: "member", version: 0 };
    this.#known.set(name, person);
    this.#wanted.add(name);
    this.#timer ||= setTimeout(() => this.#ask());
    return person;
  }

  /** Dispatches `change`. */
  set(name, { title, avatar = null, role }) {
    const before = this.#known.get(name);
    this.#wanted.delete(name);
    const person = {
      name, title: title || name, avatar, role: role ?? before?.role ?? "member", version: ++this.#version,
    };
    this.#known.set(name, person);
    if (before === undefined || before.title !== person.title || before.avatar !== person.avatar) {
      this.dispatchEvent(new CustomEvent("change", { detail: person }));
    }
  }

  async #ask() {
    this.#timer = 0;
    const names = [...this.#wanted].slice(0, MAX_ASKED);
    if (names.length === 0) {
      return;
    }
    names.forEach((name) => this.#wanted.delete(name));
    const query = new URLSearchParams(names.map((name) => ["name", name]));
    try {
      const answer = await fetch(`/v1/profiles?${query}`);
      if (answer.ok) {
        (await answer.json()).profiles.forEach((person) => this.set(person.name, person));
        this.#ask();
      }
    } catch {
      // A name is shown as it is until it is asked for again.
      names.forEach((name) => this.#known.delete(name));
    }
  }
}
