// One WebSocket connection, from its opening to its end.

import { CulvertError } from "./culvert-error.js";

const HELLO_WITHIN = 10_000;

/** Quiet for so long, the server is asked whether it is there: a browser shows no pings. */
const ASK_AFTER = 25_000;
const ANSWER_WITHIN = 10_000;
const PROBE_WITHIN = 2_000;

/** Ends that make coming back pointless: docs/protocol.md, Ends. */
const FINAL = new Set([1002, 1003, 4100, 4101, 4102, 4104, 4107, 4108, 4110]);

export class SocketLink {
  transport = "ws";
  isLive = false;

  #base;
  #on;
  #socket = null;
  #lastId = 0;
  #waiting = new Map();
  #subs = new Map();
  #followed = [];
  #heardAt = 0;
  #timer = 0;
  #bye = null;
  #closed = false;

  /** @param {{live: Function, line: Function, end: Function}} on Told what happens. */
  constructor(base, on) {
    this.#base = base;
    this.#on = on;
  }

  open(followed) {
    this.#followed = [...followed];
    const socket = new WebSocket(`${this.#base.replace(/^http/, "ws")}/v1/ws`, "culvert.v1");
    this.#socket = socket;
    this.#timer = setTimeout(() => this.#end({ why: "timeout" }), HELLO_WITHIN);
    socket.onmessage = (message) => this.#read(message.data);
    socket.onclose = (close) => this.#onClose(close);
  }

  close() {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#socket?.close(1000);
    this.#failAll();
  }

  sub(followed) {
    if (!this.isLive) {
      // Before hello; those that were there at the start are subscribed then.
      if (this.#socket !== null && !this.#followed.includes(followed)) {
        this.#followed.push(followed);
      }
      return;
    }
    const id = this.#send("sub", { room: followed.room, since: followed.since });
    this.#subs.set(id, followed);
  }

  unsub(room) {
    this.#followed = this.#followed.filter((followed) => followed.room !== room);
    if (this.isLive) {
      this.#send("unsub", { room });
    }
  }

  op(op, fields) {
    return new Promise((resolve, reject) => {
      this.#waiting.set(this.#send(op, fields), { resolve, reject });
    });
  }

  /** Asks whether the server is there, with little patience. */
  probe() {
    if (this.isLive) {
      this.#ask(PROBE_WITHIN);
    }
  }

  #send(op, fields) {
    const id = ++this.#lastId;
    this.#socket.send(JSON.stringify({ id, op, ...fields }));
    return id;
  }

  #read(text) {
    this.#heardAt = Date.now();
    for (const part of text.split("\n")) {
      const line = JSON.parse(part);
      if (line.re !== undefined) {
        this.#answer(line);
      } else if (line.ev === "hello") {
        this.#hello();
      } else if (line.ev === "bye" && line.room === undefined) {
        this.#bye = line;
      } else {
        this.#on.line(line);
      }
      if (this.#closed) {
        return;
      }
    }
  }

  #hello() {
    clearTimeout(this.#timer);
    this.isLive = true;
    const followed = this.#followed;
    this.#followed = [];
    followed.forEach((room) => this.sub(room));
    this.#watch();
    this.#on.live();
  }

  #answer({ re, ok, err }) {
    const followed = this.#subs.get(re);
    if (followed !== undefined) {
      this.#subs.delete(re);
      if (ok) {
        followed.epoch = ok.epoch;
        if (followed.offset < 0 && followed.since === "now") {
          followed.offset = ok.last;
        }
      } else {
        this.#on.line({ ev: "refused", room: followed.room, code: err.code, why: err.why });
      }
      return;
    }
    const waiting = this.#waiting.get(re);
    this.#waiting.delete(re);
    if (ok) {
      waiting?.resolve(ok);
    } else {
      waiting?.reject(new CulvertError(err));
    }
  }

  #watch() {
    this.#timer = setTimeout(() => {
      if (Date.now() - this.#heardAt < ASK_AFTER) {
        this.#watch();
      } else {
        this.#ask(ANSWER_WITHIN);
      }
    }, ASK_AFTER);
  }

  #ask(within) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#end({ why: "silent" }), within);
    const heard = () => {
      clearTimeout(this.#timer);
      if (!this.#closed) {
        this.#watch();
      }
    };
    this.op("ping").then(heard, heard);
  }

  async #onClose(close) {
    if (this.#closed) {
      return;
    }
    this.#end(this.isLive ? { code: close.code, why: close.reason } : await whyRefused(this.#base));
  }

  #end({ code = 1006, why = "", header = null }) {
    if (this.#closed) {
      return;
    }
    const bye = this.#bye;
    const wasLive = this.isLive;
    this.close();
    this.isLive = false;
    this.#on.end({
      code: bye?.code ?? code,
      why: bye?.why ?? why,
      retry: bye?.retry ?? !FINAL.has(code),
      after: bye?.after_ms,
      header,
      wasLive,
    });
  }

  #failAll() {
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) {
      reject(new CulvertError({ code: "offline", why: "The connection broke before the answer.", retry: true }));
    }
  }
}

/** A browser does not say why there was no WebSocket; the server does. */
async function whyRefused(base) {
  const ask = (path) => fetch(base + path, { signal: AbortSignal.timeout(5_000), cache: "no-store" });
  try {
    if ((await ask("/v1/me")).status === 401) {
      return { code: 4101, why: "session_ended" };
    }

    // To the server a request whose header Upgrade a proxy took away looks like any other, and it says so.
    const answer = await ask("/v1/ws");
    return answer.status === 426 && (await answer.json()).code === "upgrade_required" ? { header: "Upgrade" } : {};
  } catch {
    // The server cannot be reached at all.
    return {};
  }
}
