// Who is writing a message right now.

const GOOD_FOR = 6_000;
const TELL_EVERY = 3_000;

/**
 * @param {HTMLElement} root one line that is always there, so that nothing moves
 * @param {{t: Function, titleOf: (name: string) => string, tell: () => void}} host `tell` says that the reader types
 */
export function mountTyping(root, { t, titleOf, tell }) {
  const people = new Map();
  let toldAt = 0;

  const show = () => {
    const [user, other] = [...people.keys()].map(titleOf);
    root.textContent = people.size === 0 ? ""
      : people.size === 1 ? t("room.typing.one", { user })
      : people.size === 2 ? t("room.typing.two", { user, other })
      : t("room.typing.many");
  };

  const stop = (name) => {
    clearTimeout(people.get(name));
    if (people.delete(name)) {
      show();
    }
  };

  return {
    /** Somebody types. */
    onTyping(name) {
      clearTimeout(people.get(name));
      people.set(name, setTimeout(() => stop(name), GOOD_FOR));
      show();
    },

    /** Somebody has sent it, or has gone. */
    stop,

    /** The reader types. */
    type() {
      if (Date.now() - toldAt >= TELL_EVERY) {
        toldAt = Date.now();
        tell();
      }
    },
  };
}
