// The list of rooms, live: what is unread, who was named, where a draft waits; and the keys that move between rooms.

import { othersIn, titleOfPeople } from "./direct.js";
import { draftsOf } from "./drafts.js";
import { el } from "./dom.js";
import { icon } from "./icons.js";
import { mentions } from "./markdown.js";
import { cut, plainText } from "./markdown-text.js";
import { tell } from "./notify.js";
import { mountBell } from "./sidebar-bell.js";
import { mountKeys } from "./sidebar-keys.js";
import { showCount } from "./sidebar-title.js";

/** A connection follows 64 rooms; the one in view is among them. */
const mostFollowed = 60;
const mostPages = 5;

/**
 * @param {HTMLElement} root nav#rooms of the page
 * @param {{t: object, me: {name: string}, room?: string|{name: string}, rooms?: () => object[],
 *   personOf: (name: string) => {title: string}, connection?: import("./culvert.js").Culvert}} host with a connection
 *   the other rooms are followed by it
 * @returns {{onLine: (line: object) => void, setRead: (room: string, seq: number) => void,
 *   showNames: (name: string) => void}} `showNames` is told whose display name has changed
 */
export function mountSidebar(root, host) {
  const sidebar = new Sidebar(root, host);
  return {
    onLine: (line) => sidebar.onLine(line),
    setRead: (room, seq) => sidebar.setRead(room, seq),
    showNames: (name) => sidebar.showNames(name),
  };
}

class Sidebar {
  constructor(root, host) {
    this.root = root;
    this.host = host;
    this.t = host.t;
    this.current = typeof host.room === "object" ? host.room?.name : host.room;
    this.rooms = new Map();
    this.drafts = draftsOf(host.me.name);
    const known = new Map(host.rooms?.().map((info) => [info.name, info]));
    root.querySelectorAll("a[data-room]").forEach((link) => this.adopt(link, known.get(link.dataset.room)));
    this.drafts.addEventListener("change", ({ detail }) => this.show(detail));
    document.addEventListener("visibilitychange", () => this.showTotal());
    this.mountFilter();
    mountKeys(root, host);
    mountBell(root, host);
    this.rooms.forEach((_, room) => this.show(room));
    this.follow();
    this.loadMentions();
  }

  adopt(link, info) {
    const { room, seq, read } = link.dataset;
    const people = othersIn(info, this.host.me);
    this.rooms.set(room, { link, people, seq: Number(seq) || 0, read: Number(read) || 0, mentions: 0 });
  }

  /** Direct rooms are called by their people. */
  showNames(changed) {
    for (const { link, people } of this.rooms.values()) {
      if (people?.includes(changed)) {
        link.querySelector(".name").textContent = titleOfPeople(people, this.host.personOf);
      }
    }
  }

  follow() {
    const others = [...this.rooms.keys()].filter((room) => room !== this.current);
    others.slice(0, mostFollowed).forEach((room) => this.host.connection?.sub(room, "now"));
    this.hasCaughtUp = others.length === 0;
  }

  /** Once the others are followed: what came after the page was written and before that. */
  async catchUp() {
    this.hasCaughtUp = true;
    let after = "";
    for (let pages = 0; pages < mostPages; pages++) {
      const answer = await fetch(`/v1/rooms?show=joined&limit=500${after}`).catch(() => null);
      const page = answer?.ok ? await answer.json() : { rooms: [] };
      page.rooms.forEach((info) => this.take(info));
      if (!page.next) {
        break;
      }
      after = `&after=${encodeURIComponent(page.next)}`;
    }
  }

  async loadMentions() {
    const answer = await fetch("/v1/mentions").catch(() => null);
    if (!answer?.ok) {
      return;
    }
    const { rooms } = await answer.json();
    for (const [room, count] of Object.entries(rooms ?? {})) {
      const entry = this.rooms.get(room);
      if (entry) {
        entry.mentions = Math.max(entry.mentions, count);
        this.show(room);
      }
    }
  }

  onLine(line) {
    const entry = this.rooms.get(line.room);
    if (line.ev === "rooms") {
      this.onMembership(line);
    } else if (line.ev === "msg" && entry) {
      this.onMessage(line, entry);
    } else if (line.ev === "read" && line.from === this.host.me.name && entry) {
      if (line.seq > entry.read || line.back) {
        this.setRead(line.room, line.seq);
      }
    } else if (line.ev === "ready" && !this.hasCaughtUp && line.room !== this.current) {
      this.catchUp();
    } else if (line.ev === "gap" && entry) {
      this.refresh(line.room);
    }
  }

  onMessage(line, entry) {
    if (line.seq <= entry.seq) {
      return;
    }
    const isMine = line.from === this.host.me.name;
    const wasRead = entry.read >= entry.seq;
    entry.seq = line.seq;
    if (isMine && wasRead) {
      entry.read = line.seq;
    }
    const text = textOf(line.data);
    const named = !isMine && mentions(text).includes(this.host.me.name.toLowerCase());
    entry.mentions += named ? 1 : 0;
    this.show(line.room);
    if (!isMine) {
      const name = entry.link.querySelector(".name")?.textContent ?? line.room;
      const isDirect = entry.link.dataset.kind === "direct";
      const { title } = this.host.personOf(line.from);
      tell({
        title: isDirect ? title : `${title} · ${name}`,
        body: cut(plainText(text), 200),
        tag: `culvert/${line.room}/${line.seq}`,
        isForMe: named || isDirect,
        open: () => line.room !== this.current && entry.link.click(),
      });
    }
  }

  /** The reader has seen a room up to a message, here or elsewhere. */
  setRead(room, seq) {
    const entry = this.rooms.get(room);
    if (entry) {
      entry.read = seq;
      entry.seq = Math.max(entry.seq, seq);
      entry.mentions = seq >= entry.seq ? 0 : entry.mentions;
      this.show(room);
    }
  }

  /** Messages came that this page was not told of. */
  async refresh(room) {
    const answer = await fetch(`/v1/rooms/${encodeURIComponent(room)}`).catch(() => null);
    if (answer?.ok) {
      this.take(await answer.json());
    }
  }

  take(info) {
    const entry = this.rooms.get(info.name);
    if (entry && info.name !== this.current) {
      entry.seq = Math.max(entry.seq, info.seq ?? 0);
      entry.read = Math.max(entry.read, info.read ?? 0);
      this.show(info.name);
    }
  }

  async onMembership({ room, joined }) {
    if (!joined) {
      this.rooms.get(room)?.link.closest("li").remove();
      this.rooms.delete(room);
      if (room !== this.current) {
        this.host.connection?.unsub(room);
      }
      this.showTotal();
      return;
    }
    if (this.rooms.has(room)) {
      return;
    }
    const answer = await fetch(`/v1/rooms/${encodeURIComponent(room)}`).catch(() => null);
    if (answer?.ok && !this.rooms.has(room)) {
      this.add(await answer.json());
    }
  }

  add(info) {
    const kind = info.kind === "direct" ? "direct" : "room";
    const others = othersIn(info, this.host.me);
    const title = others ? titleOfPeople(others, this.host.personOf) : info.name;
    const names = others?.map((name) => `@${name}`).join(", ");
    const link = el("a", {
      href: `/chat/rooms/${encodeURIComponent(info.name)}`,
      dataset: { room: info.name, kind: info.kind, seq: info.seq ?? 0, read: info.read ?? 0 },
    }, icon(kind === "direct" ? "person" : info.kind === "private" ? "lock" : "hash"),
    el("span", { class: "name", title: names }, title), el("span", { class: "badge", hidden: true }));
    const list = this.root.querySelector(`ul[data-kind="${kind}"]`);
    const after = [...list.children]
      .find((li) => li.querySelector(".name").textContent.localeCompare(title) > 0);
    list.insertBefore(el("li", {}, link), after ?? null);
    this.adopt(link, info);
    if (info.name !== this.current) {
      this.host.connection?.sub(info.name, "now");
    }
    this.show(info.name);
  }

  show(room) {
    const entry = this.rooms.get(room);
    if (!entry) {
      return;
    }
    const { link, seq, read } = entry;
    const unread = Math.max(0, seq - read);
    link.dataset.seq = String(seq);
    link.dataset.read = String(read);
    link.toggleAttribute("data-unread", unread > 0);
    const badge = link.querySelector(".badge");
    badge.hidden = unread === 0;
    badge.replaceChildren(el("span", { "aria-hidden": "true" }, unread > 99 ? "99+" : String(unread)),
      el("span", { class: "unseen" }, this.t.n("shell.unread", unread)));
    const isNamed = entry.mentions > 0 && unread > 0;
    const hasDraft = room !== this.current && this.drafts.get(room) !== null;
    this.mark(link, "mentions", isNamed, "@", this.t.n("sidebar.mentions", entry.mentions), badge);
    this.mark(link, "draft", hasDraft, icon("edit"), this.t("sidebar.draft"), badge);
    this.showTotal();
  }

  mark(link, name, isShown, sign, label, before) {
    let mark = link.querySelector(`.${name}`);
    if (isShown && !mark) {
      mark = el("span", { class: name }, el("span", { "aria-hidden": "true" }, sign), el("span", { class: "unseen" }));
      before.before(mark);
    }
    if (isShown) {
      mark.title = label;
      mark.querySelector(".unseen").textContent = label;
    } else {
      mark?.remove();
    }
  }

  /** What the reader is looking at does not count. */
  showTotal() {
    let total = 0;
    for (const [room, { seq, read }] of this.rooms) {
      total += room === this.current && document.visibilityState === "visible" ? 0 : Math.max(0, seq - read);
    }
    showCount(total);
  }

  mountFilter() {
    const field = this.root.querySelector("#room-filter");
    if (!field) {
      return;
    }
    field.hidden = this.rooms.size < 8;
    field.addEventListener("input", () => {
      const wanted = field.value.trim().toLowerCase();
      for (const { link } of this.rooms.values()) {
        link.closest("li").hidden = !link.querySelector(".name").textContent.toLowerCase().includes(wanted);
      }
    });
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter") {
        event.preventDefault();
        this.root.querySelector("li:not([hidden]) a[data-room]")?.click();
      } else if (event.key === "Escape" && field.value !== "") {
        event.stopPropagation();
        field.value = "";
        field.dispatchEvent(new Event("input"));
      }
    });
  }
}

function textOf(data) {
  return typeof data === "string" ? data : typeof data?.text === "string" ? data.text : "";
}
