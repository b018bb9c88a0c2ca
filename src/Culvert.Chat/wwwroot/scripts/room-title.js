// The title of a direct room follows the display names of its people.

import { othersIn, titleOfPeople } from "./direct.js";
import { setTitle } from "./sidebar-title.js";

/**
 * @param {{t: import("./texts.js").Texts, me: {name: string}, room: object, personOf: Function}} host `room` is its info
 * @returns {{refresh: () => void}}
 */
export function mountRoomTitle({ t, me, room, personOf }) {
  const others = othersIn(room, me);
  const heading = document.querySelector(".room-name h1");
  return {
    refresh() {
      const title = others === null ? heading.textContent : titleOfPeople(others, personOf);
      if (title === heading.textContent) {
        return;
      }
      heading.textContent = title;
      setTitle(`${title} · Culvert`);
      document.getElementById("timeline").setAttribute("aria-label", t("room.log", { room: title }));
      const field = document.getElementById("text");
      field.placeholder = t("room.writeDirect", { room: title });
      field.labels.forEach((label) => (label.textContent = field.placeholder));
    },
  };
}
