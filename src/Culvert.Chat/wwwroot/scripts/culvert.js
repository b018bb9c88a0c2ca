// Culvert's client for pages: rooms over one WebSocket, or by long-polling where a proxy lets no upgrade through; every
// subscription resumes from its cursor, and what was sent survives lost connections and reloads. docs/culvert-js.md
// says how to use it in a page of your own.

import { CulvertError } from "./culvert-error.js";
import { Outbox } from "./outbox.js";
import { PollLink } from "./poll-link.js";
import { SocketLink } from "./socket-link.js";

const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 30_000;

/** A page that was hidden for so long takes a new connection: the old one may be dead without anybody's word. */
const TRUST_HIDDEN_FOR = 60_000;

/** How long a page goes on polling before it asks for a WebSocket again. */
const POLL_FOR = 600_000;
const POLL_MARK = "culvert.poll-until";

/** What the server's end of a connection means: docs/protocol.md, Ends. */
const SESSION_ENDED = 4101;

export { CulvertError };

/**
 * A connection to a server.
 *
 * Events, all with a `detail`:
 * - `line`: one parsed line of a room, each durable event exactly once and in order;
 * - `state`: `{state, transport, attempt, retryAt, why}`, where state is `connecting`, `live`, `waiting` (for
 *   `retryAt`), `signed-out` or `ended`;
 * - `outbox`: an entry that changed, `{key, room, data, at, state, why}`; its state is `queued`, `sending`, `sent`,
 *   `failed` or `dropped`;
 * - `blocked`: `{header}`, when a proxy takes that header away and the connection polls instead.
 */
export class Culvert extends EventTarget {
  #base;
  #rooms = new Map();
  #link = null;
  #state = { state: "ended", transport: "ws", attempt: 0, retryAt: 0, why: null };
  #timer = 0;
  #hiddenSince = 0;
  #closed = true;
  #outbox;

  /**
   * @param {{base?: string, outbox?: string}} options `base` is the server (default: the page's), `outbox` a name for
   * what waits to be sent in this browser, such as the user's (default: nothing outlives the page).
   */
  constructor({ base = location.origin, outbox = null } = {}) {
    super();
    this.#base = base.replace(/\/$/, "");
    this.#outbox = new Outbox(outbox, (entry) => this.#publish(entry), (entry) => this.#emit("outbox", entry));
  }

  /** What the last `state` event said. */
  get state() {
    return this.#state;
  }

  /** Connects, and comes back by itself until {@link close}. */
  connect() {
    if (!this.#closed) {
      return;
    }
    this.#closed = false;
    document.addEventListener("visibilitychange", this.#onVisibility);
    document.addEventListener("resume", this.#onVisibility);
    addEventListener("online", this.#onOnline);
    addEventListener("offline", this.#onOffline);
    this.#open(0);
  }

  /** Ends the connection; what is in the outbox stays there. */
  close() {
    this.#closed = true;
    clearTimeout(this.#timer);
    document.removeEventListener("visibilitychange", this.#onVisibility);
    document.removeEventListener("resume", this.#onVisibility);
    removeEventListener("online", this.#onOnline);
    removeEventListener("offline", this.#onOffline);
    this.#drop();
    this.#become("ended", 0);
  }

  /** Does not wait for the next attempt's time. */
  retryNow() {
    if (!this.#closed && this.#state.state !== "live") {
      this.#open(0);
    }
  }

  /**
   * Follows a room from a cursor on, or from `"now"`. Lines come as `line` events; the first sub is the room in view,
   * which polling serves first.
   */
  sub(room, since = "now") {
    const { epoch, offset } = parseCursor(since);
    const followed = { room, since, epoch, offset };
    this.#rooms.set(room, followed);
    this.#link?.sub(followed);
  }

  /** No line of the room follows. */
  unsub(room) {
    if (this.#rooms.delete(room)) {
      this.#link?.unsub(room);
    }
  }

  /**
   * One command of docs/protocol.md, e.g. `op("react", {room, seq, emoji})`; resolves with its `ok`, rejects with a
   * {@link CulvertError}, `offline` when there is no connection or it broke before the answer.
   */
  op(op, fields = {}) {
    return this.#link?.isLive
      ? this.#link.op(op, fields)
      : Promise.reject(new CulvertError({ code: "offline", why: "There is no connection.", retry: true }));
  }

  /**
   * Queues a message and returns its entry at once. It is sent in the order of its room, exactly once: a retry has the
   * same key. The message comes back as a `line` with that `key`.
   */
  send(room, data) {
    return this.#outbox.add(room, data);
  }

  /** Sends a failed entry again. */
  retry(key) {
    this.#outbox.retry(key);
    this.retryNow();
  }

  /** Forgets an entry. It may have been sent: then it is a message like any other. */
  drop(key) {
    this.#outbox.drop(key);
  }

  /** The entries of a room that are not yet messages, oldest first. */
  pending(room) {
    return this.#outbox.of(room);
  }

  #open(attempt) {
    clearTimeout(this.#timer);
    this.#drop();
    this.#become("connecting", attempt);
    const polls = Number(sessionStorage.getItem(POLL_MARK) ?? 0) > Date.now();
    if (polls) {
      this.#emit("blocked", { header: "Upgrade" });
    }
    const Link = polls ? PollLink : SocketLink;
    const link = new Link(this.#base, {
      live: () => this.#isLive(link),
      line: (line) => this.#take(link, line),
      end: (end) => this.#ended(link, attempt, end),
    });
    this.#link = link;
    link.open(this.#rooms.values());
  }

  #drop() {
    const link = this.#link;
    this.#link = null;
    link?.close();
  }

  #isLive(link) {
    if (link === this.#link) {
      this.#become("live", 0);
      this.#outbox.resume();
    }
  }

  #take(link, line) {
    if (link !== this.#link) {
      return;
    }
    if (line.key !== undefined && line.ev === "msg") {
      this.#outbox.settle(line.key);
    }
    const followed = this.#rooms.get(line.room);
    if (followed !== undefined && line.ev === "bye") {
      this.#rooms.delete(line.room);
    } else if (followed !== undefined && !this.#advance(link, followed, line)) {
      return;
    }
    this.#emit("line", line);
  }

  /** Moves the cursor; false for a line that was seen before, or that does not fit and is asked for again. */
  #advance(link, followed, line) {
    if (line.ev === "gap") {
      followed.offset = line.floor - 1;
    } else if (line.ev === "ready") {
      ({ epoch: followed.epoch, offset: followed.offset } = parseCursor(line.cursor));
    } else if (line.offset !== undefined) {
      if (line.offset <= followed.offset) {
        return false;
      }
      if (followed.offset >= 0 && line.offset !== followed.offset + 1) {
        link.unsub(followed.room);
        link.sub(followed);
        return false;
      }
      followed.offset = line.offset;
    }
    if (followed.epoch !== null && followed.offset >= 0) {
      followed.since = `${followed.epoch}-${followed.offset}`;
    }
    return true;
  }

  #ended(link, attempt, { code, why, retry, after, header, wasLive }) {
    if (link !== this.#link || this.#closed) {
      return;
    }
    this.#drop();
    this.#outbox.pause();
    if (header) {
      sessionStorage.setItem(POLL_MARK, String(Date.now() + POLL_FOR));
      this.#open(0);
      return;
    }
    if (!retry) {
      this.#become(code === SESSION_ENDED ? "signed-out" : "ended", 0, 0, why);
      return;
    }
    const failures = wasLive ? 0 : attempt;
    const wait = after ?? Math.random() * Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** failures);
    this.#become("waiting", failures + 1, Date.now() + wait, why);
    this.#timer = setTimeout(() => this.#open(failures + 1), wait);
  }

  #publish(entry) {
    return this.op("pub", { room: entry.room, key: entry.key, data: entry.data });
  }

  #become(state, attempt, retryAt = 0, why = null) {
    const transport = this.#link?.transport ?? this.#state.transport;
    this.#state = { state, transport, attempt, retryAt, why };
    this.#emit("state", this.#state);
  }

  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  #onVisibility = () => {
    if (document.visibilityState === "hidden") {
      this.#hiddenSince ||= Date.now();
      return;
    }
    const hiddenFor = this.#hiddenSince === 0 ? 0 : Date.now() - this.#hiddenSince;
    this.#hiddenSince = 0;
    if (this.#state.state === "waiting" || (this.#state.state === "live" && hiddenFor > TRUST_HIDDEN_FOR)) {
      this.#open(0);
    } else {
      this.#link?.probe();
    }
  };

  /** A socket without a network is not told so by anybody; the machine knows. */
  #onOffline = () => {
    if (this.#link !== null) {
      this.#ended(this.#link, this.#state.attempt, { why: "offline", retry: true, wasLive: this.#link.isLive });
    }
  };

  #onOnline = () => {
    if (this.#state.state === "waiting") {
      this.#open(0);
    } else {
      this.#link?.probe();
    }
  };
}

function parseCursor(since) {
  const at = typeof since === "string" ? since.lastIndexOf("-") : -1;
  const offset = at < 0 ? NaN : Number(since.slice(at + 1));
  return Number.isSafeInteger(offset) ? { epoch: since.slice(0, at), offset } : { epoch: null, offset: -1 };
}
