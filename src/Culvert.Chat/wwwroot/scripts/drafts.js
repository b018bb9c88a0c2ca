// What was typed and not yet sent: kept in this browser for each room of each person.

const maxRooms = 200;

/** Drafts of one person. An event `change` with the room's name as its detail says that one began, changed or ended. */
export class Drafts extends EventTarget {
  #prefix;

  /** @param {string} user */
  constructor(user) {
    super();
    this.#prefix = `culvert.draft.${user}/`;
    addEventListener("storage", (event) => {
      if (event.key?.startsWith(this.#prefix)) {
        this.#tell(event.key.slice(this.#prefix.length));
      }
    });
  }

  /**
   * @param {string} room
   * @returns {{text: string, reply?: {seq: number, from: string, excerpt: string}} | null}
   */
  get(room) {
    try {
      const draft = JSON.parse(localStorage.getItem(this.#prefix + room));
      return typeof draft?.text === "string" ? draft : null;
    } catch {
      return null;
    }
  }

  /** Keeps a draft; one without text and reply is forgotten. */
  set(room, draft) {
    const key = this.#prefix + room;
    try {
      if (draft.text.trim() === "" && !draft.reply) {
        localStorage.removeItem(key);
      } else if (localStorage.getItem(key) !== null || this.rooms().length < maxRooms) {
        localStorage.setItem(key, JSON.stringify(draft));
      }
    } catch {
      // No storage, or none left: the draft lives as long as the page.
    }
    this.#tell(room);
  }

  /** The rooms that have one. */
  rooms() {
    try {
      return Object.keys(localStorage)
        .filter((key) => key.startsWith(this.#prefix))
        .map((key) => key.slice(this.#prefix.length));
    } catch {
      return [];
    }
  }

  #tell(room) {
    this.dispatchEvent(new CustomEvent("change", { detail: room }));
  }
}

const made = new Map();

/** The drafts of a person: the same ones for each part of a page. */
export function draftsOf(user) {
  if (!made.has(user)) {
    made.set(user, new Drafts(user));
  }
  return made.get(user);
}
