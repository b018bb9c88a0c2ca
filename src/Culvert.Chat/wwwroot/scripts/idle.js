// Says when the reader has been away for a while, and is back.

const IDLE_AFTER = 5 * 60_000;

/** @param {import("./culvert.js").Culvert} connection */
export function mountIdle(connection) {
  let isAway = false;
  let timer = 0;

  const tell = (away) => {
    isAway = away;
    connection.op("away", { on: away }).catch(() => {});
  };

  const wake = () => {
    clearTimeout(timer);
    timer = setTimeout(() => tell(true), IDLE_AFTER);
    if (isAway) {
      tell(false);
    }
  };

  for (const type of ["pointerdown", "pointermove", "keydown", "wheel", "touchstart", "focus"]) {
    addEventListener(type, wake, { passive: true });
  }
  connection.addEventListener("state", ({ detail }) => {
    if (detail.state === "live") {
      tell(isAway);
    }
  });
  wake();
}
