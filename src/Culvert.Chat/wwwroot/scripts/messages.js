// The messages of one room that a page has: a run of numbers without holes, and the notices between them. It knows no
// element; what it holds is right whatever the order in which pages and events come.

import { cut, plainText } from "./markdown-text.js";

/** Events kept for pages that were read before and arrive after them. */
const MAX_RECENT = 1_000;

const NOTICES = new Set(
  ["join", "leave", "kick", "ban", "unban", "mute", "unmute", "topic", "clear", "settings"]);

/**
 * @typedef {{seq: number, at: number, from: string, data: any, rev: number, erased: boolean, erasedAt: number, by: string|null,
 *   key: string|null, reactions: Record<string, string[]>, id: string, version: number,
 *   pending?: {state: string, why: string|null}}} Message
 */
export class Messages {
  /** @type {Message[]} ascending by seq, without holes */
  list = [];

  /** Events about no message, ascending; `after` is the seq of the message before. */
  notices = [];

  /** @type {Map<number, Message>} messages outside of the run that some in it answer */
  quotes = new Map();

  /** The last number of the room. */
  lastSeq = 0;

  /** Whether there are messages before the first one here. */
  older = false;

  /** The last number here; with an empty list, where it would go on. */
  tail = 0;

  #me;
  #epoch = null;
  #recent = [];
  #pending = new Map();

  /** @param {string} me the name of the reader, whose messages wait in the outbox */
  constructor(me) {
    this.#me = me;
  }

  /** Whether the last message here is the last of the room. */
  get isAtPresent() {
    return this.tail >= this.lastSeq;
  }

  /** Own messages that are on their way, in the order they were written. @returns {Message[]} */
  get pending() {
    return [...this.#pending.values()];
  }

  find(seq) {
    const first = this.list[0]?.seq ?? 0;
    return seq >= first ? this.list[seq - first] : undefined;
  }

  /** A message that may be quoted. */
  quoted(seq) {
    return this.find(seq) ?? this.quotes.get(seq);
  }

  /** Adds the messages of a page as quotes only. */
  addQuotes(page) {
    for (const event of page.events) {
      this.quotes.set(event.seq, messageOf(event, offsetOf(page.cursor)));
    }
  }

  /** Shows this page and nothing else. */
  reset(page) {
    if (page.epoch !== this.#epoch) {
      // Another log: numbers and offsets of the old one mean nothing in it.
      this.#epoch = page.epoch;
      this.#recent = [];
      this.lastSeq = 0;
    }
    this.list = [];
    this.notices = [];
    this.quotes = new Map();
    this.older = page.older;
    this.lastSeq = Math.max(page.seq, this.lastSeq);
    this.tail = page.events.at(-1)?.seq ?? page.seq;
    this.#merge(page, (messages) => (this.list = messages));
  }

  /** Adds the page before the first message. */
  prepend(page) {
    this.older = page.older;
    const first = this.list[0]?.seq ?? Infinity;
    this.#merge(page, (messages) => this.list.unshift(...messages.filter((m) => m.seq < first)));
  }

  /** Adds the page after the last message. */
  append(page) {
    this.lastSeq = Math.max(page.seq, this.lastSeq);
    this.#merge(page, (messages) => {
      const more = messages.filter((m) => m.seq > this.tail);
      this.list.push(...more);
      this.tail = more.at(-1)?.seq ?? Math.max(this.tail, page.events.length === 0 ? page.seq : 0);
    });
  }

  /** Forgets the oldest or the newest, down to so many. */
  trim(count, end) {
    if (this.list.length <= count) {
      return;
    }
    if (end === "oldest") {
      this.list.splice(0, this.list.length - count);
      this.older = true;
    } else {
      this.list.splice(count);
      this.tail = this.list.at(-1).seq;
    }
    const first = this.list[0].seq;
    this.notices = this.notices.filter((n) => n.after >= first && n.after <= this.tail);
  }

  /**
   * Takes one durable event.
   * @param {any} line
   * @param {boolean} follow whether a new message is added to the run; its number is noted in any case
   */
  apply(line, follow) {
    this.#recent.push(line);
    if (this.#recent.length > MAX_RECENT) {
      this.#recent.shift();
    }
    this.#apply(line, follow);
  }

  /** What the outbox says of an own message. */
  applyOutbox(entry) {
    if (entry.state === "dropped") {
      this.#pending.delete(entry.key);
      return;
    }
    const known = this.#pending.get(entry.key);
    if (known) {
      known.pending = { state: entry.state, code: entry.code };
      known.version++;
    } else if (entry.state !== "sent") {
      this.#pending.set(entry.key, {
        ...messageOf({ at: entry.at, from: this.#me, data: entry.data, key: entry.key }, 0),
        id: `k${entry.key}`,
        pending: { state: entry.state, code: entry.code },
      });
    }
  }

  /** Forgets everything: the room is not this reader's any more. */
  clear() {
    this.list = [];
    this.notices = [];
    this.older = false;
    this.tail = this.lastSeq;
  }

  #merge(page, add) {
    const asOf = offsetOf(page.cursor);
    for (const quote of page.quotes ?? []) {
      this.quotes.set(quote.seq, messageOf(quote, asOf));
    }
    add(page.events.map((event) => this.#adopt(messageOf(event, asOf))));
    const known = new Set(this.notices.map((n) => n.offset));
    for (const notice of page.notices ?? []) {
      if (!known.has(notice.offset)) {
        this.notices.push({ ...notice, after: notice.seq ?? 0 });
      }
    }
    this.notices.sort((a, b) => a.offset - b.offset);

    // What happened between the reading of the page and now.
    for (const line of this.#recent) {
      if (line.offset > asOf) {
        this.#apply(line, true);
      }
    }
  }

  #apply(line, follow) {
    switch (line.ev) {
      case "msg":
        this.#addMessage(line, follow);
        break;
      case "edit":
        this.#change(line.seq, (m) => {
          if ((line.rev ?? 1) > m.rev && !m.erased) {
            m.rev = line.rev;
            m.data = line.data ?? null;
            m.erased = line.erased === true;
          }
        });
        break;
      case "erase":
        this.#change(line.seq, (m) => {
          m.erased = true;
          m.erasedAt = line.at;
          m.data = null;
          m.reactions = {};
          m.by = line.by ?? null;
        });
        break;
      case "react":
        this.#change(line.seq, (m) => react(m, line));
        break;
      case "clear":
        this.clear();
        this.#addNotice(line);
        break;
      default:
        if (NOTICES.has(line.ev)) {
          this.#addNotice(line);
        }
    }
  }

  #addMessage(line, follow) {
    const wasAtPresent = this.isAtPresent;
    this.lastSeq = Math.max(this.lastSeq, line.seq);
    if (line.seq !== this.tail + 1 || !wasAtPresent || !follow) {
      this.#pending.delete(line.key);
      return;
    }
    this.list.push(this.#adopt(messageOf(line, line.offset)));
    this.tail = line.seq;
  }

  /** An own message that was waiting keeps its place and its element. */
  #adopt(message) {
    const waiting = message.key === null ? undefined : this.#pending.get(message.key);
    if (waiting !== undefined && waiting.from === message.from) {
      this.#pending.delete(message.key);
      message.id = waiting.id;
      message.version = waiting.version + 1;
    }
    return message;
  }

  #addNotice(line) {
    const after = this.lastSeq;
    if (after <= this.tail && !this.notices.some((n) => n.offset === line.offset)) {
      this.notices.push({ ...line, after });
    }
  }

  #change(seq, change) {
    for (const message of [this.find(seq), this.quotes.get(seq)]) {
      if (message !== undefined) {
        change(message);
        message.version++;
      }
    }
  }
}

function react(message, { emoji, on, from, offset }) {
  if (message.erased || offset <= message.asOf) {
    return;
  }
  const names = (message.reactions[emoji] ?? []).filter((name) => name !== from);
  if (on) {
    names.push(from);
  }
  if (names.length > 0) {
    message.reactions[emoji] = names;
  } else {
    delete message.reactions[emoji];
  }
}

/** Objects without a prototype: an emoji may be any text. */
function reactionsOf(reactions = {}) {
  return Object.assign(Object.create(null), structuredClone(reactions));
}

function messageOf({ seq = 0, at, from = "", data = null, rev = 1, erased = false, key = null, reactions }, asOf) {
  return {
    seq, at, from, data, rev, erased, erasedAt: at, key, by: null, reactions: reactionsOf(reactions), id: `s${seq}`, version: 0, asOf,
  };
}

function offsetOf(cursor) {
  return Number(cursor.slice(cursor.lastIndexOf("-") + 1));
}

/** The text of a message: programs may publish any JSON. */
export function textOf({ data }) {
  if (typeof data === "string") {
    return data;
  }
  return typeof data?.text === "string" ? data.text : data === null ? "" : JSON.stringify(data);
}

/** One line of a message, without marks; Rooms/ShownMessage.cs has the same. */
export function excerptOf(message) {
  return cut(plainText(textOf(message)) || (message.data?.files?.[0]?.name ?? ""), 120);
}
