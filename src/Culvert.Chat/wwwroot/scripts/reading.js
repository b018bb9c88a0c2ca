// How far the room was read: the line above what is new, and the read cursor, which all devices of a person share.

import { CulvertError } from "./culvert-error.js";
import { refusalText } from "./wording.js";

const MARK_AFTER = 1_000;

export class Reading {
  #host;
  #timeline;
  #read;

  /** After "mark unread" nothing is marked as read by being seen, until the reader says so. */
  #held = false;
  #timer = 0;

  /**
   * @param {import("./timeline.js").Timeline} timeline
   * @param {{t: Function, me: {name: string}, room: string, connection: any, setRead: (seq: number) => void,
   *   say: (text: string) => void, isOpen: () => boolean}} host
   * @param {number} read the read cursor when the page was opened
   */
  constructor(timeline, host, read) {
    this.#timeline = timeline;
    this.#host = host;
    this.#read = read;
    document.addEventListener("visibilitychange", () => this.seen());
  }

  /** Messages above the first one here that were not read when the page was opened. */
  get above() {
    const first = this.#timeline.messages.list[0]?.seq ?? 0;
    return this.#timeline.divider > 0 && this.#timeline.divider < first ? first - this.#timeline.divider : 0;
  }

  /** Places the divider, once, above the first message that is new to the reader. */
  begin() {
    const { messages } = this.#timeline;
    const isNew = messages.list.find((m) => m.seq > this.#read && m.from !== this.#host.me.name);
    const first = messages.list[0]?.seq ?? 0;
    this.#timeline.divider = isNew === undefined || this.#read === 0 ? 0
      : this.#read + 1 < first ? this.#read + 1 : isNew.seq;
    this.#timeline.render();
  }

  /** Something is in view: when it is the end, and it stays so for a second, all of it is read. */
  seen() {
    clearTimeout(this.#timer);
    if (this.#isSeen()) {
      this.#timer = setTimeout(() => this.#isSeen() && this.#mark(), MARK_AFTER);
    }
  }

  /** Escape: everything is read, and the divider goes. */
  markAll() {
    this.#held = false;
    this.#timeline.divider = 0;
    this.#timeline.render();
    this.#mark();
    this.#host.say(this.#host.t("room.readAll"));
  }

  /** The reader goes on: what is written now is answered to what was read. */
  release() {
    this.#held = false;
    this.seen();
  }

  /** From this message on, everything is new again, on all devices. */
  async markUnread(seq) {
    const { t, room, say } = this.#host;
    clearTimeout(this.#timer);
    this.#back(seq - 1);
    try {
      const answer = await fetch(`/v1/rooms/${encodeURIComponent(room)}/read`, {
        method: "PUT",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ seq: seq - 1, back: true }),
      });
      if (!answer.ok) {
        throw new CulvertError(await answer.json());
      }
      say(t("room.unreadFrom"));
    } catch (error) {
      say(t("room.failed", { why: refusalText(t, error) }));
    }
  }

  /** Another device of the reader has moved the cursor. */
  onLine({ seq, back = false }) {
    if (back) {
      clearTimeout(this.#timer);
      this.#back(seq);
    } else if (seq > this.#read) {
      this.#read = seq;
      this.#host.setRead(seq);
    }
  }

  #back(read) {
    this.#held = true;
    this.#read = read;
    this.#timeline.divider = read + 1;
    this.#timeline.render();
    this.#host.setRead(read);
  }

  #isSeen() {
    const { messages, scroll } = this.#timeline;
    return !this.#held && this.#host.isOpen() && document.visibilityState === "visible" && scroll.isFollowing
      && messages.isAtPresent && messages.lastSeq > this.#read;
  }

  async #mark() {
    const seq = this.#timeline.messages.lastSeq;
    if (seq <= this.#read) {
      return;
    }
    const before = this.#read;
    this.#read = seq;
    this.#host.setRead(seq);
    try {
      await this.#host.connection.op("read", { room: this.#host.room, seq });
    } catch {
      // Without a connection: seen again when there is one.
      this.#read = Math.min(this.#read, before);
    }
  }
}
