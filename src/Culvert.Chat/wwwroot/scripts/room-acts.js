// What can be done with a person, and the commands of moderators. The server decides who may; this offers.

import { CulvertError } from "./culvert-error.js";
import { noticeText, refusalText } from "./wording.js";

/** The address of a room. */
export function roomHref(room) {
  return `/chat/rooms/${encodeURIComponent(room)}`;
}

/**
 * Runs a command such as `/kick bob`.
 * @returns {Promise<object>} what {@link noticeText} words; rejects with a `CulvertError` for {@link refusalText}
 */
export async function runCommand(room, text) {
  const answer = await fetch(`/v1/rooms/${encodeURIComponent(room)}/commands`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ text }),
  });
  const body = await answer.json();
  if (!answer.ok) {
    throw new CulvertError(body);
  }
  return body;
}

const rankOf = (role) => ["member", "moderator", "owner"].indexOf(role);

/** @param {{t: Function, me: object, room: string, say: Function, can: () => string, personOf: Function,
 *   roleOf: (name: string) => string, composer: object}} host `roleOf` is the role in the room */
export function personActs({ t, me, room, say, can, personOf, roleOf, composer }) {
  const run = async (text) => {
    try {
      const notice = noticeText(t, await runCommand(room, text));
      if (notice) {
        say(notice);
      }
    } catch (error) {
      say(t("room.failed", { why: refusalText(t, error) }));
    }
  };

  const writeTo = async (name) => {
    try {
      const answer = await fetch("/v1/rooms", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ kind: "direct", users: [name] }),
      });
      const body = await answer.json();
      if (!answer.ok) {
        throw new CulvertError(body);
      }
      location.assign(roomHref(body.name));
    } catch (error) {
      say(t("room.failed", { why: refusalText(t, error) }));
    }
  };

  // Nobody moderates those who have as much to say.
  const isBelow = (name) => name !== me.name && rankOf(personOf(name).role) <= Math.max(0, rankOf(me.role) - 1)
    && (roleOf(name) !== "owner" || me.role === "owner");

  /** For moderators, about somebody else. */
  const moderationOf = (name, user = personOf(name).title) => can() !== "moderate" || !isBelow(name) ? [] : [
    { label: t("room.kick", { user }), icon: "leave", run: () => run(`/kick ${name}`) },
    { label: t("room.mute", { user }), icon: "mute", run: () => run(`/mute ${name} 10m`) },
    { label: t("room.unmute", { user }), icon: "bell", run: () => run(`/unmute ${name}`) },
    { label: t("room.ban", { user }), icon: "shield", danger: true, run: () => run(`/ban ${name}`) },
  ];

  return {
    moderationOf,
    menuOf: (name) => {
      const user = personOf(name).title;
      return [
        { label: t("room.mention", { user }), icon: "person", run: () => composer.insert(`@${name} `) },
        ...(name === me.name ? [] : [{ label: t("room.direct", { user }), icon: "send", run: () => writeTo(name) }]),
        ...moderationOf(name, user),
      ];
    },
  };
}
