// The page of one room: makes the connection, puts the parts together, and hands each line to those it is for.

import { mountBanner } from "./banner.js";
import { mountComposer } from "./composer.js";
import { Culvert } from "./culvert.js";
import { isWriting } from "./dom.js";
import { mountIdle } from "./idle.js";
import { mountJump } from "./jump.js";
import { mountActions } from "./messages-actions.js";
import { mountPeople } from "./people.js";
import { Profiles } from "./profiles.js";
import { Reading } from "./reading.js";
import { closeRoom, lockOf } from "./room-ends.js";
import { mountRoomTitle } from "./room-title.js";
import { roomHref, runCommand, personActs } from "./room-acts.js";
import { mountSidebar } from "./sidebar.js";
import { loadTexts } from "./texts.js";
import { Timeline } from "./timeline.js";
import { mountTyping } from "./typing.js";

const byId = (id) => document.getElementById(id);
const state = JSON.parse(byId("state").textContent);
const t = await loadTexts(state.texts);
const { me, room: info } = state;
const room = info.name;
let can = state.can;
let isOpen = true;

/** The newest message that was there when the reader left the end. */
let leftAt = 0;

// The room in view is the first to be followed; the list of rooms follows the others.
const connection = new Culvert({ outbox: me.name });
connection.sub(room, state.page.cursor);
const profiles = new Profiles({ ...state.people, [me.name]: me });
const personOf = (name) => profiles.of(name);
const titleOf = (name) => profiles.of(name).title;

// What is said in passing, to everybody and to screen readers.
const toast = byId("toast");
let toastTimer = 0;
const say = (text) => {
  toast.textContent = text;
  toast.classList.add("shown");
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => {
    toast.classList.remove("shown");
    toast.textContent = "";
  }, 6_000);
};

const rendered = [];
const knownRooms = new Set(state.rooms.map((known) => known.name));
const timeline = new Timeline(byId("timeline"), {
  t, me, room, roomHref, moved, isDirect: info.kind === "direct",
  knownHref: (name) => (knownRooms.has(name) ? roomHref(name) : null),
  personOf,
  rendered: () => rendered.forEach((f) => f()),
});
const sidebar = mountSidebar(byId("rooms"), { t, me, room, rooms: () => state.rooms, connection, personOf });
const title = mountRoomTitle({ t, me, room: info, personOf });
const reading = new Reading(timeline, {
  t, me, room, connection, say, isOpen: () => isOpen, setRead: (seq) => sidebar.setRead(room, seq),
}, info.read ?? 0);
const typing = mountTyping(byId("typing"), {
  t, titleOf, tell: () => connection.op("typing", { room }).catch(() => {}),
});

const composer = mountComposer(byId("composer"), {
  t, me, room: info, titleOf,
  people: () => peopleByActivity(),
  rooms: () => state.rooms,
  send,
  edit: (seq, text) => connection.op("edit", { room, seq, data: { ...timeline.messages.find(seq)?.data, text } }),
  typing: () => typing.type(),
  lastOwn: () => timeline.messages.list.findLast((m) => m.from === me.name && !m.erased) ?? null,
  command: (text) => runCommand(room, text),
  announce: say,
  limits: state.limits,
});

const acts = personActs({
  t, me, room, say, composer,
  can: () => can,
  personOf,
  roleOf: (name) => people.roleOf(name),
});
const people = mountPeople(byId("people"), byId("people-toggle"), {
  t, me, room, connection, personOf, menuOf: acts.menuOf,
});
mountActions(byId("timeline"), timeline, {
  t, me, room, roomHref, connection, composer, say, goTo,
  can: () => can,
  personOf,
  personMenu: acts.menuOf,
  moderationOf: acts.moderationOf,
  markUnread: (seq) => reading.markUnread(seq),
  onRender: (f) => rendered.push(f),
});
const jump = mountJump(byId("jump"), byId("day"), timeline, { t, say, left: moved });

let missed = 0;
mountBanner(byId("banner"), connection, { t, isOwner: me.role === "owner", missed: () => missed });

connection.addEventListener("line", ({ detail: line }) => {
  sidebar.onLine(line);
  if (line.ev === "profile") {
    // What people are called is the same in every room.
    profiles.set(line.from, line);
  } else if (line.room === room) {
    take(line);
  }
});
connection.addEventListener("outbox", ({ detail: entry }) => {
  if (entry.room === room) {
    timeline.onOutbox(entry);
    if (entry.state === "queued" && entry.until > Date.now()) {
      composer.refuse({ code: entry.code, after_ms: entry.until - Date.now() });
    }
  }
});
connection.addEventListener("state", ({ detail }) => {
  document.documentElement.dataset.live = String(detail.state === "live");
  if (detail.state !== "live") {
    missed = 0;
  }
});
profiles.addEventListener("change", ({ detail: person }) => {
  timeline.renderSoon();
  people.refresh();
  sidebar.showNames(person.name);
  title.refresh();
});

/** One line of this room. */
function take(line) {
  switch (line.ev) {
    case "here":
      people.onHere(line);
      break;
    case "away":
      people.onAway(line);
      break;
    case "typing":
      typing.onTyping(line.from);
      break;
    case "read":
      reading.onLine(line);
      break;
    case "gap":
      timeline.reload().catch(() => say(t("room.loadFailed")));
      say(t("room.gap"));
      break;
    case "ready":
      people.ready();
      break;
    case "bye":
    case "refused":
      end(line);
      break;
    default:
      takeEvent(line);
  }
}

/** One durable event. */
function takeEvent(line) {
  if (line.ev === "msg") {
    typing.stop(line.from);
    missed++;
  } else if (line.ev === "topic") {
    byId("topic").textContent = byId("topic").title = line.topic;
  } else if (["kick", "ban"].includes(line.ev) && line.user === me.name) {
    removedFor = line.why ?? "";
  } else if (["mute", "unmute"].includes(line.ev) && line.user === me.name) {
    info.mutedUntil = line.ev === "mute" ? line.until ?? Number.MAX_SAFE_INTEGER : undefined;
    lock();
  } else if (line.ev === "settings") {
    Object.assign(info, { archived: line.archived ?? info.archived, readOnly: line.readOnly ?? info.readOnly });
    lock();
  }
  people.onLine(line);
  timeline.onLine(line);
  reading.seen();
}

/** Puts the reason in place of the composer for somebody who may not write. */
function lock() {
  if (can !== "moderate") {
    can = info.mutedUntil > Date.now() || info.readOnly ? "read" : "write";
  }
  composer.lock(lockOf(info, can, t));
}

function send(text, { reply = 0, files = [] } = {}) {
  const data = { text };
  if (reply > 0) {
    data.reply = reply;
  }
  if (files.length > 0) {
    data.files = files;
  }
  connection.send(room, data);
  reading.release();
  toPresent();
}

function toPresent() {
  timeline.toPresent().then(() => reading.seen(), () => say(t("room.loadFailed")));
}

/** Shows one message, and says where it is in the address. */
async function goTo(seq) {
  history.replaceState(null, "", `?seq=${seq}#m${seq}`);
  try {
    if (!await timeline.to(seq)) {
      say(t("room.missingMessage"));
    }
  } catch {
    say(t("room.loadFailed"));
  }
}

/** Something else is in view. */
function moved() {
  jump.moved();
  reading.seen();
  const { messages, scroll } = timeline;
  const present = byId("present");
  present.hidden = scroll.isFollowing && messages.isAtPresent;
  if (present.hidden || leftAt === 0) {
    leftAt = messages.lastSeq;
  }
  if (!present.hidden) {
    const below = messages.lastSeq - leftAt;
    present.textContent = below > 0 ? t.n("room.newBelow", below) : t("room.present");
    present.classList.toggle("new", below > 0);
  }
  const above = byId("unread-above");
  const divider = timeline.dividerElement();
  const count = reading.above;
  above.hidden = !(count > 0 || (divider && scroll.isAbove(divider) && !scroll.isFollowing));
  if (!above.hidden) {
    above.textContent = count > 0 ? t.n("room.newAbove", count) : t("room.toUnread");
  }
}

function toDivider() {
  if (timeline.divider > 0) {
    timeline.to(timeline.divider, { highlight: false }).catch(() => say(t("room.loadFailed")));
  }
}

/** Why the reader was removed, in the words of a moderator. */
let removedFor = "";

function end(line) {
  isOpen = false;
  timeline.clear();
  composer.lock(t("room.closed.title"));
  closeRoom(byId("timeline").parentElement, line.code, removedFor, { t, room });
}

/** Those who wrote here last come first. */
function peopleByActivity() {
  const lastAt = new Map(people.names().map((name) => [name, 0]));
  for (const { from, at } of timeline.messages.list) {
    lastAt.set(from, at);
  }
  return [...lastAt].map(([name, at]) => ({ ...profiles.of(name), lastAt: at })).sort((a, b) => b.lastAt - a.lastAt);
}

byId("present").addEventListener("click", () => {
  history.replaceState(null, "", location.pathname);
  toPresent();
  composer.focus();
});
byId("unread-above").addEventListener("click", toDivider);
addEventListener("hashchange", () => {
  const seq = Number(/^#m(\d+)$/.exec(location.hash)?.[1] ?? 0);
  if (seq > 0) {
    goTo(seq);
  }
});
document.addEventListener("keydown", (event) => {
  const { key, target } = event;
  if (event.defaultPrevented || document.querySelector("dialog[open], [popover]:popover-open:not(#sidebar)")) {
    return;
  }
  if (key === "Escape") {
    reading.markAll();
    toPresent();
    composer.focus();
  } else if (key === "PageUp" && event.shiftKey) {
    event.preventDefault();
    toDivider();
  } else if (["PageUp", "PageDown"].includes(key) && (isWriting(target) || target === document.body)) {
    event.preventDefault();
    byId("timeline").scrollBy(0, (key === "PageUp" ? -0.85 : 0.85) * timeline.scroll.height);
  } else if (key.length === 1 && key !== " " && key !== "?" && key !== "/" && !isWriting(target)
    && !target.closest("article, button, a, summary") && !event.ctrlKey && !event.metaKey && !event.altKey) {
    composer.focus();
  }
});

lock();
timeline.start(state.page, connection.pending(room));
reading.begin();
if (state.target > 0 || /^#m\d+$/.test(location.hash)) {
  goTo(state.target || Number(location.hash.slice(2)));
} else if (timeline.dividerElement() && timeline.scroll.isAbove(timeline.dividerElement())) {
  timeline.scroll.to(timeline.dividerElement(), "start");
}
if (!matchMedia("(pointer: coarse)").matches) {
  composer.focus();
}
mountIdle(connection);
connection.connect();
