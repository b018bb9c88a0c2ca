// What waits to be sent: kept in this browser until the server has it on disk.

/** As many as anybody can want to see again after a reload. */
const MAX_ENTRIES = 200;

/** A message that has waited so long for a connection is shown as not sent; it still goes out by itself. */
const SHOW_AFTER = 5_000;

/** What the user cannot mend by trying again later: the message would be refused each time. */
const isFinal = (error) => !error.retry;

/**
 * Sends the entries of each room one after another. Entries of other tabs and of earlier pages are taken over: the
 * server knows a message by its key, so two that send the same one make one message.
 */
export class Outbox {
  #store;
  #publish;
  #changed;
  #entries = [];
  #busy = new Set();
  #live = false;

  /** Keys of entries that are done: another tab may still write them back. */
  #gone = new Set();

  /**
   * @param {string|null} name Where the entries are kept in this browser; null for nowhere.
   * @param {(entry: object) => Promise<object>} publish Resolves when the message is committed.
   * @param {(entry: object) => void} changed Told of each change.
   */
  constructor(name, publish, changed) {
    this.#store = name === null ? null : `culvert.outbox.${name}`;
    this.#publish = publish;
    this.#changed = changed;
    this.#entries = this.#load();
  }

  of(room) {
    return this.#entries.filter((entry) => entry.room === room);
  }

  add(room, data) {
    const entry = { key: newKey(), room, data, at: Date.now(), state: "queued", why: null, code: null };
    this.#entries.push(entry);
    this.#save();
    this.#changed(entry);
    this.#pump(room);
    if (!this.#live) {
      this.#markLater();
    }
    return entry;
  }

  retry(key) {
    const entry = this.#find(key);
    if (entry?.state === "failed") {
      this.#become(entry, "queued");
      this.#pump(entry.room);
    }
  }

  drop(key) {
    const entry = this.#find(key);
    if (entry) {
      this.#remove(entry, "dropped");
    }
  }

  /** The message of this key was seen in its room. */
  settle(key) {
    const entry = this.#find(key);
    if (entry) {
      this.#remove(entry, "sent");
    }
  }

  /** There is a connection: everything that did not fail for good goes out. */
  resume() {
    this.#live = true;
    for (const entry of this.#entries) {
      if (entry.state === "failed" && entry.code === "offline") {
        this.#become(entry, "queued");
      }
    }
    for (const room of new Set(this.#entries.map((entry) => entry.room))) {
      this.#pump(room);
    }
  }

  /** There is no connection. */
  pause() {
    this.#live = false;
    this.#markLater();
  }

  async #pump(room) {
    if (this.#busy.has(room)) {
      return;
    }
    this.#busy.add(room);
    try {
      let entry;
      while (this.#live && (entry = this.#entries.find((e) => e.room === room && e.state === "queued"))) {
        await this.#send(entry);
      }
    } finally {
      this.#busy.delete(room);
    }
  }

  async #send(entry) {
    this.#become(entry, "sending");
    try {
      await this.#publish(entry);
      this.settle(entry.key);
    } catch (error) {
      if (!this.#entries.includes(entry)) {
        return;
      }
      if (error.code === "offline") {
        // Whether it arrived is not known; with the same key it can be sent again.
        this.#become(entry, "queued");
        this.#live = false;
        this.#markLater();
      } else if (error.after_ms > 0 && !isFinal(error)) {
        entry.until = Date.now() + error.after_ms;
        this.#become(entry, "queued", error);
        await new Promise((done) => setTimeout(done, error.after_ms));
      } else {
        this.#become(entry, "failed", error);
      }
    }
  }

  #markLater() {
    setTimeout(() => {
      if (this.#live) {
        return;
      }
      for (const entry of this.#entries) {
        if (entry.state === "queued" && Date.now() - entry.at >= SHOW_AFTER - 50) {
          this.#become(entry, "failed", { code: "offline", why: "offline" });
        }
      }
    }, SHOW_AFTER);
  }

  #become(entry, state, error = null) {
    entry.state = state;
    entry.why = error?.why ?? null;
    entry.code = error?.code ?? null;
    this.#save();
    this.#changed(entry);
  }

  #remove(entry, state) {
    this.#entries.splice(this.#entries.indexOf(entry), 1);
    entry.state = state;
    this.#save(entry.key);
    this.#changed(entry);
  }

  #find(key) {
    return this.#entries.find((entry) => entry.key === key);
  }

  #load() {
    const kept = this.#read();
    for (const entry of kept) {
      // A page that is gone cannot have seen the answer.
      if (entry.state === "sending") {
        entry.state = "queued";
      }
    }
    return kept;
  }

  #read() {
    try {
      const kept = this.#store === null ? [] : JSON.parse(localStorage.getItem(this.#store) ?? "[]");
      return kept.filter((e) => typeof e?.key === "string" && typeof e.room === "string" && e.data !== undefined);
    } catch {
      // Not readable: a browser without storage, or another program's text.
      return [];
    }
  }

  /** Writes this page's entries beside those that other tabs have added since. */
  #save(removed = null) {
    if (this.#store === null) {
      return;
    }
    const own = new Set(this.#entries.map((entry) => entry.key));
    if (removed !== null) {
      this.#gone.add(removed);
    }
    const others = this.#read().filter((entry) => !own.has(entry.key) && !this.#gone.has(entry.key));
    try {
      localStorage.setItem(this.#store, JSON.stringify([...others, ...this.#entries].slice(-MAX_ENTRIES)));
    } catch {
      // Storage is full or forbidden: the entries live as long as the page.
    }
  }

}

function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return `c-${Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("")}`;
}
