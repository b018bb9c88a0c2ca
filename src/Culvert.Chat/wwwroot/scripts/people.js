// The people of the room, and who of them is there. Changes are shown once a second at most: in a storm of arrivals
// nothing jumps.

import { avatar } from "./avatar.js";
import { el } from "./dom.js";
import { openMenu } from "./menu.js";

const SHOW_EVERY = 1_000;
const MAX_LISTED = 500;

/**
 * @param {HTMLElement} root `#people`
 * @param {HTMLButtonElement} toggle
 * @param {{t: Function, me: {name: string}, room: string, connection: any, personOf: Function,
 *   menuOf: (name: string) => object[], isDirect: boolean}} host
 */
export function mountPeople(root, toggle, host) {
  const { t, me, room, connection, personOf } = host;
  const online = new Set();
  const away = new Set();
  const members = new Map();
  let version = -1;
  let shownAt = 0;
  let timer = 0;

  const show = () => {
    timer = 0;
    shownAt = Date.now();
    const focused = root.contains(document.activeElement) ? document.activeElement.dataset.name : null;
    const names = [...new Set([...members.keys(), ...online, ...away])]
      .map(personOf).sort((a, b) => a.title.localeCompare(b.title, t.language)).slice(0, MAX_LISTED);
    const stateOf = ({ name }) => (away.has(name) ? "away" : online.has(name) ? "online" : "offline");
    const group = (state, heading) => {
      const people = names.filter((person) => stateOf(person) === state);
      return people.length === 0 ? null : el("section", { dataset: { state } },
        el("h2", {}, heading(people.length)),
        el("ul", {}, ...people.map((person) => el("li", {}, personView(person, state)))));
    };
    root.replaceChildren(...[
      group("online", (n) => t.n("room.online", n)),
      group("away", (n) => t.n("room.away", n)),
      group("offline", (n) => t.n("room.offline", n)),
    ].filter(Boolean));
    root.dataset.shown = String(Number(root.dataset.shown ?? 0) + 1);
    if (focused !== null) {
      root.querySelector(`[data-name="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
    }
  };

  const showSoon = () => {
    timer ||= setTimeout(show, Math.max(0, SHOW_EVERY - (Date.now() - shownAt)));
  };

  const stateText = { online: t("room.state.online"), away: t("room.state.away"), offline: t("room.state.offline") };
  const roleText = { moderator: t("room.role.moderator"), owner: t("room.role.owner") };

  const personView = (person, state) => {
    const role = members.get(person.name)?.role;
    const note = [person.name === me.name && t("room.you"), roleText[role]].filter(Boolean).join(", ");
    return el("button", {
      type: "button", class: "person", "data-name": person.name, "data-state": state,
      onclick: ({ currentTarget }) => openMenu(currentTarget, host.menuOf(person.name)),
    }, el("span", { class: "with-state" }, avatar(person), el("span", { class: "state" })),
      el("span", { class: "person-name" }, person.title),
      el("span", { class: "unseen" }, stateText[state]), note ? el("small", {}, note) : null);
  };

  // On narrow screens the pane lies over the messages, and only as long as it is wanted.
  const narrow = matchMedia("(max-width: 64rem)");
  const isShown = () => (narrow.matches ? root.classList.contains("over") : root.dataset.open !== "false");
  const setShown = (shown) => {
    if (narrow.matches) {
      root.classList.toggle("over", shown);
    } else {
      root.dataset.open = String(shown);
      document.cookie = `culvert_people=${shown}; path=/; max-age=31536000; samesite=lax`;
    }
    toggle.setAttribute("aria-expanded", String(shown));
    if (shown) {
      show();
    }
  };
  toggle.hidden = false;
  toggle.setAttribute("aria-expanded", String(isShown()));
  toggle.addEventListener("click", () => setShown(!isShown()));
  narrow.addEventListener("change", () => toggle.setAttribute("aria-expanded", String(isShown())));
  document.addEventListener("pointerdown", ({ target }) => {
    const isInside = root.contains(target) || toggle.contains(target) || target.closest("[popover]");
    if (narrow.matches && isShown() && !isInside) {
      setShown(false);
    }
  });
  root.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && narrow.matches) {
      event.preventDefault();
      setShown(false);
      toggle.focus();
    }
  });

  const readRoster = async () => {
    const answer = await fetch(`/v1/rooms/${encodeURIComponent(room)}/roster?limit=500`);
    if (answer.ok) {
      members.clear();
      for (const member of (await answer.json()).members) {
        members.set(member.name, member);
      }
      showSoon();
    }
  };

  const readPresence = async () => {
    const who = await connection.op("who", { room });
    version = who.pv;
    online.clear();
    who.online.forEach((name) => online.add(name));
    away.clear();
    (who.away ?? []).forEach((name) => away.add(name));
    showSoon();
  };

  return {
    /** The connection is there, or there again. */
    ready() {
      readPresence().catch(() => {});
      readRoster().catch(() => {});
    },

    /** A line `here`: who came, and who went. */
    onHere(line) {
      if (version >= 0 && line.pv !== version + 1) {
        readPresence().catch(() => {});
        return;
      }
      version = line.pv;
      line.join.forEach((name) => online.add(name));
      for (const name of line.leave) {
        online.delete(name);
        away.delete(name);
      }
      showSoon();
    },

    /** A line `away`: nobody sits before somebody's pages, or somebody is back. */
    onAway({ from, on }) {
      if (on) {
        away.add(from);
      } else {
        away.delete(from);
      }
      showSoon();
    },

    /** A durable event: who belongs to the room. */
    onLine({ ev, user, role = "member" }) {
      if (ev === "join") {
        members.set(user, { ...members.get(user), name: user, role });
        showSoon();
      } else if (ev === "leave") {
        members.delete(user);
        showSoon();
      }
    },

    refresh: showSoon,

    /** Somebody's role in the room. */
    roleOf: (name) => members.get(name)?.role ?? "member",

    /** Everybody who is known to belong here. @returns {string[]} */
    names: () => [...new Set([...members.keys(), ...online])],
  };
}
