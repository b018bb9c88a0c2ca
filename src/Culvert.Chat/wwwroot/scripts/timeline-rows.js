// Puts messages into rows: what stands under each other in the list. Rooms/ShownRows.cs does the same for pages without
// scripts.

const GROUP_WINDOW = 5 * 60_000;

/** So long it is shown that a message was deleted. */
export const TOMBSTONE_TIME = 3_600_000;

/**
 * @typedef {{key: string, kind: "start"|"day"|"divider"|"message"|"notices", version: string,
 *   at?: number, message?: import("./messages.js").Message, grouped?: boolean, notices?: any[]}} Row
 */

/**
 * @param {import("./messages.js").Messages} messages
 * @param {number} divider seq of the first message that was not read; 0 for none
 * @param {(message: import("./messages.js").Message) => unknown} stampOf changes with what else a message shows
 * @param {(name: string) => string} titleOf what a person is called
 * @returns {Row[]}
 */
export function rowsOf(messages, divider, stampOf, titleOf) {
  const rows = [];
  const notices = Map.groupBy(messages.notices, (notice) => notice.after);
  const first = messages.list[0]?.seq ?? messages.tail + 1;
  const answered = new Set(messages.list.filter((m) => !m.erased).map((m) => m.data?.reply));
  let day = "";
  let latest = 0;
  let isDividerDue = false;

  const addNotices = (after) => {
    const found = notices.get(after);
    if (found) {
      const titles = found.flatMap(({ user, by, from }) => [user, by ?? from]).filter(Boolean).map(titleOf);
      rows.push({ kind: "notices", key: `n${found[0].offset}`, version: `${found.length}/${titles}`, notices: found });
    }
  };

  const addMessage = (message) => {
    isDividerDue ||= message.seq === divider && divider > 0;
    if (isOver(message, answered)) {
      return;
    }
    // What waits has the time of this machine, whose clock may be behind: no day comes twice.
    latest = Math.max(latest, message.at);
    const itsDay = dayOf(latest);
    if (itsDay !== day) {
      day = itsDay;
      rows.push({ kind: "day", key: `d${day}`, version: "", at: latest });
    }
    if (isDividerDue) {
      isDividerDue = false;
      rows.push({ kind: "divider", key: "divider", version: "", at: message.at });
    }
    const grouped = isGrouped(rows.at(-1), message);
    const version = `${message.version}/${grouped}/${stampOf(message)}`;
    rows.push({ kind: "message", key: message.id, version, message, grouped });
  };

  if (!messages.older) {
    rows.push({ kind: "start", key: "start", version: "" });
    addNotices(first - 1);
  }
  for (const message of messages.list) {
    addMessage(message);
    addNotices(message.seq);
  }
  if (messages.isAtPresent) {
    messages.pending.forEach(addMessage);
  }
  return rows;
}

/**
 * A deleted message leaves the list after an hour unless another one answers it. When it was deleted is known of those
 * that were deleted while the page was open; the server keeps no more of the others than that they were there, and they
 * count from when they were written.
 */
function isOver(message, answered) {
  return message.erased && Date.now() - message.erasedAt > TOMBSTONE_TIME && !answered.has(message.seq);
}

/** Goes on under the head of the message above. */
function isGrouped(above, message) {
  return above?.kind === "message" && !above.message.erased && !message.erased
    && above.message.from === message.from && !(message.data?.reply > 0)
    && message.at - above.message.at < GROUP_WINDOW;
}

function dayOf(at) {
  const date = new Date(at);
  return `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}`;
}
