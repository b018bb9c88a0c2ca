// The list of messages of a room: what is shown of it, and how to get around in it. It renders from its model only.

import { el } from "./dom.js";
import { readPage } from "./history.js";
import { messageView, updateMessage } from "./messages-view.js";
import { Messages } from "./messages.js";
import { noticesView } from "./timeline-notices.js";
import { rowsOf, TOMBSTONE_TIME } from "./timeline-rows.js";
import { Scroll } from "./timeline-scroll.js";

/** Messages in the page at once; beyond, the far end is let go. */
const MAX_SHOWN = 300;
const HIGHLIGHT_FOR = 2_500;

export class Timeline {
  messages;
  scroll;

  /** Seq of the first message that was not read; 0 for none. */
  divider = 0;

  #host;
  #box;
  #rows;
  #elements = new Map();
  #versions = new Map();
  #frame = 0;
  #busy = new Set();
  #failed = null;
  #epoch = 0;
  #asked = new Set();
  #asking = Promise.resolve();

  /**
   * @param {HTMLElement} box `#timeline`
   * @param {import("./messages-view.js").ViewHost & {moved: () => void, rendered: () => void}} host
   */
  constructor(box, host) {
    this.messages = new Messages(host.me.name);
    this.#box = box;
    this.#rows = box.querySelector(".rows");
    this.#host = { ...host, quoted: (seq) => this.#quoted(seq) };
    this.scroll = new Scroll(box, this.#rows, () => this.messages.isAtPresent, () => this.#moved());
  }

  /** Takes over from what the server has rendered. */
  start(page, pending) {
    this.messages.reset(page);
    pending.forEach((entry) => this.messages.applyOutbox(entry));
    this.#quietly(() => {
      this.#rows.replaceChildren();
      this.render();
    });
  }

  /** One line of the room. */
  onLine(line) {
    if (line.offset === undefined) {
      return;
    }
    if (line.ev === "erase") {
      setTimeout(() => this.renderSoon(), TOMBSTONE_TIME + 1_000);
    }
    const fits = this.scroll.isFollowing || this.messages.list.length < MAX_SHOWN;
    this.messages.apply(line, fits);
    if (this.scroll.isFollowing) {
      this.messages.trim(MAX_SHOWN, "oldest");
    }
    this.renderSoon();
  }

  onOutbox(entry) {
    this.messages.applyOutbox(entry);
    this.renderSoon();
  }

  /** Once a frame; a page that is not seen has no frames. */
  renderSoon() {
    this.#frame ||= document.hidden ? setTimeout(() => this.render(), 200) : requestAnimationFrame(() => this.render());
  }

  render() {
    this.#frame = 0;
    this.scroll.keep(() => this.#reconcile());
    this.#host.rendered();
  }

  /** Shows the newest messages. */
  async toPresent() {
    if (!this.messages.isAtPresent) {
      await this.#show({});
    }
    this.scroll.toEnd();
  }

  /** Shows one message in the middle. True when it is there. */
  async to(seq, { highlight = true } = {}) {
    if (this.messages.find(seq) === undefined) {
      await this.#show({ around: seq });
    }
    this.render();
    const there = this.messages.list.filter((m) => this.#elements.has(m.id));
    const found = there.find((m) => m.seq === seq);
    const near = found ?? there.findLast((m) => m.seq < seq) ?? there[0];
    const element = near && this.#elements.get(near.id);
    if (element) {
      this.scroll.isFollowing = false;
      this.scroll.to(element);
      if (highlight && found) {
        this.#highlight(element);
      }
    }
    return found !== undefined;
  }

  /** Shows the first message at a time or later, at the top; null when there is none. */
  async toTime(at) {
    const page = await readPage(this.#host.room, { at });
    if (page.events.length === 0) {
      return null;
    }
    this.#reset({ ...page, older: page.older });
    this.#toTop(page.events[0].seq);
    return page.events[0];
  }

  /** Shows the first messages. */
  async toStart() {
    await this.#show({ after: 0 });
    this.scroll.isFollowing = false;
    const first = this.#rows.firstElementChild;
    if (first) {
      this.scroll.to(first, "start");
    }
  }

  /** What the page has may be wrong: reads it again. */
  async reload() {
    const first = this.scroll.isFollowing ? undefined : this.firstVisible();
    await this.#show(first ? { around: first } : {});
    if (first) {
      await this.to(first, { highlight: false });
    } else {
      this.scroll.toEnd();
    }
  }

  clear() {
    this.messages.clear();
    this.render();
  }

  elementOf(seq) {
    const message = this.messages.find(seq);
    return message && this.#elements.get(message.id);
  }

  dividerElement() {
    return this.#elements.get("divider");
  }

  /** The message of an element inside its article. */
  messageOf(element) {
    const key = element.closest("article.message")?.dataset.key;
    return this.messages.list.find((m) => m.id === key) ?? this.messages.pending.find((m) => m.id === key);
  }

  /** Seq of the first message in view; undefined for none. */
  firstVisible() {
    const row = this.scroll.first("article[data-seq]");
    return row && Number(row.dataset.seq);
  }

  /** When the first row in view was written. */
  firstVisibleAt() {
    const seq = this.firstVisible();
    return seq === undefined ? undefined : this.messages.find(seq)?.at;
  }

  async #show(place) {
    const epoch = ++this.#epoch;
    const page = await readPage(this.#host.room, place);
    if (epoch === this.#epoch) {
      this.#reset(page);
    }
  }

  #reset(page) {
    this.#epoch++;
    this.messages.reset(page);
    this.scroll.isFollowing &&= this.messages.isAtPresent;
    this.#quietly(() => this.render());
  }

  #toTop(seq) {
    const element = this.elementOf(seq);
    if (element) {
      this.scroll.isFollowing = false;
      this.scroll.to(element, "start");
      this.#highlight(element);
    }
  }

  #highlight(element) {
    this.#rows.querySelector(".target")?.classList.remove("target");
    element.classList.add("target");
    setTimeout(() => element.classList.remove("target"), HIGHLIGHT_FOR);
  }

  #moved() {
    this.#fill();
    this.#box.setAttribute("aria-live", this.scroll.isFollowing ? "polite" : "off");
    this.#host.moved();
  }

  /** Reads more where the end of what is here comes near. */
  #fill() {
    const near = this.scroll.height * 1.5;
    const { list, older, isAtPresent } = this.messages;
    if (list.length === 0 && isAtPresent) {
      return;
    }
    if (older && this.scroll.fromStart < near) {
      this.#load("older", { before: list[0].seq }, (page) => {
        this.messages.prepend(page);
        this.messages.trim(MAX_SHOWN, "newest");
      });
    }
    if (!isAtPresent && this.scroll.fromEnd < near) {
      this.#load("newer", { after: this.messages.tail }, (page) => {
        this.messages.append(page);
        this.messages.trim(MAX_SHOWN, "oldest");
      });
    }
  }

  async #load(side, place, add) {
    if (this.#busy.has(side) || this.#failed === side) {
      return;
    }
    this.#busy.add(side);
    const epoch = this.#epoch;
    try {
      const page = await readPage(this.#host.room, place);
      if (epoch === this.#epoch) {
        this.#quietly(() => this.scroll.keep(() => {
          add(page);
          this.#reconcile();
        }));
      }
    } catch {
      this.#failed = side;
      this.render();
    } finally {
      this.#busy.delete(side);
    }
  }

  /** Changes that nobody should hear of: they are not new. */
  #quietly(change) {
    this.#box.setAttribute("aria-live", "off");
    change();
  }

  #reconcile() {
    const rows = rowsOf(
      this.messages, this.divider, (message) => this.#stampOf(message), (name) => this.#host.personOf(name).title);
    if (this.#failed !== null) {
      const row = { kind: "failed", key: "failed", version: this.#failed };
      this.#failed === "older" ? rows.unshift(row) : rows.push(row);
    }
    const keys = new Set(rows.map((row) => row.key));
    for (const [key, element] of this.#elements) {
      if (!keys.has(key)) {
        element.remove();
        this.#elements.delete(key);
        this.#versions.delete(key);
      }
    }
    let next = this.#rows.firstChild;
    for (const row of rows) {
      const before = this.#elements.get(row.key);
      const element = this.#elementFor(row);
      if (next !== null && next === before) {
        // Where it was replaced, the new one stands in the place of the old one.
        next = element;
      }
      if (element === next) {
        next = next.nextSibling;
      } else {
        this.#rows.insertBefore(element, next);
      }
    }
  }

  #elementFor(row) {
    let element = this.#elements.get(row.key);
    if (element !== undefined && this.#versions.get(row.key) === row.version) {
      return element;
    }
    if (element !== undefined && row.kind === "message") {
      updateMessage(element, row.message, row.grouped, this.#host);
    } else {
      const made = this.#make(row);
      element?.replaceWith(made);
      element = made;
    }
    this.#elements.set(row.key, element);
    this.#versions.set(row.key, row.version);
    return element;
  }

  #make(row) {
    const { t } = this.#host;
    switch (row.kind) {
      case "message":
        return messageView(row.message, row.grouped, this.#host);
      case "day":
        return el("h2", { class: "day" }, el("time", { datetime: new Date(row.at).toISOString() }, t.day(row.at)));
      case "divider":
        return el("p", { class: "divider", id: "unread", tabindex: "-1" },
          el("span", {}, t("room.newSince", { time: t.time(row.at) })));
      case "notices":
        return noticesView(row, this.#host);
      case "failed":
        return el("p", { class: "edge" }, t("room.loadFailed"), " ",
          el("button", { type: "button", class: "quiet", onclick: () => this.#again() }, t("room.again")));
      default:
        return el("p", { class: "start" }, t(this.#host.isDirect ? "room.startDirect" : "room.start"));
    }
  }

  /** A message that is quoted; one that is not here is asked for once, and shown when it has come. */
  #quoted(seq) {
    const known = this.messages.quoted(seq);
    if (known === undefined && !this.#asked.has(seq)) {
      this.#asked.add(seq);
      this.#asking = this.#asking.then(async () => {
        this.messages.addQuotes(await readPage(this.#host.room, { around: seq }, 1));
        this.renderSoon();
      }).catch(() => this.#asked.delete(seq));
    }
    return known;
  }

  #again() {
    this.#failed = null;
    this.render();
  }

  /** Changes with what a message shows besides itself. */
  #stampOf(message) {
    const quoted = message.data?.reply > 0 ? this.messages.quoted(message.data.reply) : undefined;
    const quotedBy = quoted && this.#host.personOf(quoted.from).version;
    return `${quoted?.version ?? ""}/${quotedBy ?? ""}/${this.#host.personOf(message.from).version ?? 0}`;
  }
}
