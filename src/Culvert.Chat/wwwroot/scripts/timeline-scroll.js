// Keeps what is being read where it is, while the list grows at both ends and its box changes its size.

/** So near to the end, new messages are followed. */
const FOLLOW_WITHIN = 64;

/**
 * The box is laid out from its end (column-reverse): its scrollTop is 0 at the newest message and negative above, also
 * before any script has run.
 */
export class Scroll {
  /** Whether the newest message is in view and stays there. */
  isFollowing = true;

  #box;
  #rows;
  #anchors = [];
  #isWhole;
  #moved;
  #frame = 0;

  /**
   * @param {HTMLElement} box scrolls
   * @param {HTMLElement} rows its only child
   * @param {() => boolean} isWhole whether the last row is the newest there is: only such an end is followed
   * @param {() => void} moved told when something else is in view, at most once a frame
   */
  constructor(box, rows, isWhole, moved) {
    this.#box = box;
    this.#rows = rows;
    this.#isWhole = isWhole;
    this.#moved = moved;
    box.addEventListener("scroll", () => this.#onScroll(), { passive: true });
    const sizes = new ResizeObserver(() => this.settle());
    sizes.observe(box);
    sizes.observe(rows);
    this.#remember();
  }

  get fromEnd() {
    return Math.abs(this.#box.scrollTop);
  }

  get fromStart() {
    return this.#box.scrollHeight - this.#box.clientHeight - this.fromEnd;
  }

  get height() {
    return this.#box.clientHeight;
  }

  /** Changes the rows; what is in view stays in its place. */
  keep(change) {
    this.#remember();
    change();
    this.settle();
  }

  /** Puts what was in view back into its place. */
  settle() {
    if (this.isFollowing) {
      this.#box.scrollTop = 0;
    } else {
      const anchor = this.#anchors.find(({ element }) => element.isConnected);
      if (anchor) {
        const moved = anchor.element.getBoundingClientRect().top - this.#top - anchor.top;
        if (moved !== 0) {
          this.#box.scrollTop += moved;
        }
      }
    }
    this.#remember();
    this.#tell();
  }

  toEnd() {
    this.isFollowing = true;
    this.settle();
  }

  /**
   * Brings a row into view.
   * @param {HTMLElement} element
   * @param {"center"|"start"} place
   */
  to(element, place = "center") {
    const box = this.#box.getBoundingClientRect();
    const row = element.getBoundingClientRect();
    const space = place === "center" ? Math.max(0, (box.height - row.height) / 2) : Math.min(72, box.height / 4);
    this.#box.scrollTop += row.top - box.top - space;
    this.#follow();
    this.#remember();
    this.#tell();
  }

  /** Brings a row into view if it is not there. */
  reveal(element) {
    const box = this.#box.getBoundingClientRect();
    const row = element.getBoundingClientRect();
    if (row.top < box.top + 40) {
      this.#box.scrollTop += row.top - box.top - 40;
    } else if (row.bottom > box.bottom - 8) {
      this.#box.scrollTop += row.bottom - box.bottom + 8;
    }
  }

  /** The first row in view that is one of these. @returns {HTMLElement|undefined} */
  first(selector) {
    return this.#visible().find((row) => row.matches(selector));
  }

  /** Whether one of these stands at the top of the view. */
  isAtTop(selector) {
    const row = this.first(selector);
    return row !== undefined && row.getBoundingClientRect().top - this.#top < 64;
  }

  isAbove(element) {
    return element.getBoundingClientRect().bottom < this.#top;
  }

  get #top() {
    return this.#box.getBoundingClientRect().top;
  }

  #follow() {
    this.isFollowing = this.fromEnd <= FOLLOW_WITHIN && this.#isWhole();
  }

  #onScroll() {
    this.#follow();
    this.#remember();
    this.#tell();
  }

  #tell() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#moved();
    });
  }

  /**
   * The rows in view and where they are; the first that is still there later says how far the rest has moved. The row
   * at the edge comes last: its own height changes when it gets a neighbour with the same author above.
   */
  #remember() {
    const top = this.#top;
    const [edge, ...rows] = this.isFollowing ? [] : this.#visible().filter((row) => row.matches("article"));
    this.#anchors = [...rows, edge].filter(Boolean)
      .map((element) => ({ element, top: element.getBoundingClientRect().top - top }));
  }

  #visible() {
    const { top, bottom } = this.#box.getBoundingClientRect();
    const rows = this.#rows.children;
    let low = 0;
    let high = rows.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (rows[middle].getBoundingClientRect().bottom <= top) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    const visible = [];
    while (low < rows.length && rows[low].getBoundingClientRect().top < bottom) {
      visible.push(rows[low++]);
    }
    return visible;
  }
}
