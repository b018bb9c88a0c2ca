// Going to a day: the form in the bar, and the date of the first message in view, which floats above the list.

/**
 * @param {HTMLDetailsElement} details `#jump`
 * @param {HTMLButtonElement} day `#day`
 * @param {import("./timeline.js").Timeline} timeline
 * @param {{t: Function, say: (text: string) => void, left: () => void}} host
 */
export function mountJump(details, day, timeline, { t, say, left }) {
  const date = details.querySelector("input");
  const summary = details.querySelector("summary");

  const close = () => {
    details.open = false;
  };

  const toDay = async (text) => {
    const [year, month, dayOfMonth] = text.split("-").map(Number);
    const start = new Date(year, month - 1, dayOfMonth).getTime();
    const first = await timeline.toTime(Math.max(0, start));
    if (first === null) {
      await timeline.toPresent();
      say(t("room.jump.none", { date: t.date(start) }));
      return;
    }
    left();
    if (new Date(first.at).toDateString() !== new Date(start).toDateString()) {
      say(t("room.jump.empty", { date: t.date(start) }));
    }
  };

  const run = async (go) => {
    close();
    try {
      await go();
    } catch {
      say(t("room.loadFailed"));
    }
  };

  details.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    run(() => toDay(date.value));
  });
  details.querySelector("#jump-start").addEventListener("click", (event) => {
    event.preventDefault();
    run(async () => {
      await timeline.toStart();
      left();
    });
  });
  details.addEventListener("toggle", () => {
    if (details.open) {
      date.max = localDate(Date.now());
      date.value ||= localDate(timeline.firstVisibleAt() ?? Date.now());
      date.focus();
    }
  });
  details.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      close();
      summary.focus();
    }
  });
  document.addEventListener("pointerdown", ({ target }) => {
    if (!details.contains(target) && !day.contains(target)) {
      close();
    }
  });
  day.addEventListener("click", () => {
    date.value = localDate(timeline.firstVisibleAt() ?? Date.now());
    details.open = true;
  });

  return {
    /** Something else is in view. */
    moved() {
      const { scroll } = timeline;
      const at = timeline.firstVisibleAt();
      const words = at === undefined ? "" : t.day(at);

      // Where the heading of the day is in view, it says the same.
      day.hidden = words === "" || scroll.fromStart < 8 || scroll.isAtTop(".day")
        || scroll.first(".day")?.textContent === words;
      day.textContent = words;
      day.title = t("room.jump");
    },
  };
}

function localDate(at) {
  const date = new Date(at);
  const two = (n) => String(n).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
