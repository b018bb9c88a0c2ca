// The same connection without a WebSocket: long-polling for the room in view, a look at the others every few seconds,
// and plain requests for commands.

import { CulvertError } from "./culvert-error.js";

const WAIT_SECONDS = 25;
const LOOK_EVERY = 5_000;
const ANSWER_WITHIN = 15_000;

/** See {@link SocketLink}: the same members. */
export class PollLink {
  transport = "poll";
  isLive = false;

  #base;
  #on;
  #rooms = new Map();
  #abort = new AbortController();
  #timer = 0;
  #wake = null;

  constructor(base, on) {
    this.#base = base;
    this.#on = on;
  }

  async open(followed) {
    for (const room of followed) {
      this.#rooms.set(room.room, room);
    }
    try {
      await this.#call("GET", "/v1/me");
      this.isLive = true;
      this.#on.live();
      this.#lookAround();
      await this.#followFirst();
    } catch (error) {
      this.#fail(error);
    }
  }

  close() {
    this.#abort.abort();
    clearTimeout(this.#timer);
    this.#wake?.();
    this.isLive = false;
  }

  sub(followed) {
    this.#rooms.set(followed.room, followed);
    this.#wake?.();
  }

  unsub(room) {
    this.#rooms.delete(room);
  }

  /** Each answer shows that the server is there. */
  probe() {}

  op(op, { room, seq, key, ...fields } = {}) {
    const at = `/v1/rooms/${encodeURIComponent(room ?? "")}`;
    switch (op) {
      case "pub":
        return this.#call("POST", `${at}/messages`, fields, key === undefined ? {} : { "Idempotency-Key": key });
      case "edit":
        return this.#call("PATCH", `${at}/messages/${seq}`, fields);
      case "erase":
        return this.#call("DELETE", `${at}/messages/${seq}`, fields);
      case "react":
        return this.#call("PUT", `${at}/messages/${seq}/reactions`, { on: true, ...fields });
      case "read":
        return this.#call("PUT", `${at}/read`, { seq, ...fields });
      case "who":
        return this.#call("GET", `${at}/members`);
      case "hist":
        return this.#call("GET", `${at}/events?${new URLSearchParams(fields)}`);
      default:
        // Typing is for those who see it at once.
        return Promise.resolve({});
    }
  }

  async #followFirst() {
    while (!this.#abort.signal.aborted) {
      const first = this.#rooms.values().next().value;
      if (first === undefined) {
        await new Promise((done) => (this.#wake = done));
        continue;
      }
      await this.#page(first, WAIT_SECONDS);
    }
  }

  /** The other rooms: the list says which have moved. */
  #lookAround() {
    this.#timer = setTimeout(async () => {
      try {
        const others = [...this.#rooms.values()].slice(1);
        if (others.length > 0) {
          const { rooms } = await this.#call("GET", "/v1/rooms?limit=500");
          const moved = new Map(rooms.map((info) => [info.name, info.cursor]));
          for (const other of others.filter((o) => moved.has(o.room) && moved.get(o.room) !== o.since)) {
            await this.#page(other, 0);
          }
        }
        this.#lookAround();
      } catch (error) {
        this.#fail(error);
      }
    }, LOOK_EVERY);
  }

  async #page(followed, wait) {
    const query = new URLSearchParams({ since: followed.since, limit: 500 });
    if (wait > 0) {
      query.set("wait", wait);
    }
    try {
      const path = `/v1/rooms/${encodeURIComponent(followed.room)}/events?${query}`;
      const page = await this.#call("GET", path, undefined, {}, wait * 1000);
      const isFirst = followed.epoch !== page.epoch || !String(followed.since).includes("-");
      for (const line of page.events) {
        this.#on.line(line);
      }
      if (isFirst || page.events.length > 0) {
        this.#on.line({ ev: "ready", room: followed.room, cursor: page.cursor, replayed: page.events.length });
      }
    } catch (error) {
      if (error.code !== "not_found" && error.code !== "forbidden") {
        throw error;
      }
      this.#rooms.delete(followed.room);
      this.#on.line({ ev: "bye", room: followed.room, code: 4108, why: "access_lost", retry: false });
    }
  }

  async #call(method, path, body, headers = {}, longer = 0) {
    let answer;
    try {
      answer = await fetch(this.#base + path, {
        method,
        headers: {
          accept: "application/json",
          ...(body === undefined ? {} : { "content-type": "application/json" }),
          ...headers,
        },
        body: body === undefined ? undefined : JSON.stringify(body),
        cache: "no-store",
        signal: AbortSignal.any([this.#abort.signal, AbortSignal.timeout(ANSWER_WITHIN + longer)]),
      });
      if (answer.ok) {
        return answer.status === 204 ? {} : await answer.json();
      }
    } catch (error) {
      throw new CulvertError({ code: "offline", why: error.message, retry: true });
    }
    const problem = await answer.json().catch(() => ({}));
    throw new CulvertError({
      code: problem.code ?? (answer.status >= 502 ? "offline" : "internal"),
      why: problem.detail ?? problem.title ?? answer.statusText,
      retry: problem.retry ?? answer.status >= 500,
      after_ms: problem.after_ms,
      reason: problem.reason,
      values: problem.values,
    });
  }

  #fail(error) {
    if (this.#abort.signal.aborted) {
      return;
    }
    const wasLive = this.isLive;
    this.close();
    const signedOut = ["unauthorized", "signed_out", "session_expired"].includes(error.code);
    this.#on.end({ code: signedOut ? 4101 : 1006, why: error.why, retry: !signedOut, after: error.after_ms, wasLive });
  }
}
