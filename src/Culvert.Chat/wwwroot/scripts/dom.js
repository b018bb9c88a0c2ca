/**
 * Makes an element. Texts become text nodes, so nothing that people write can become markup.
 *
 * @param {string} tag
 * @param {Record<string, unknown>} [properties] attributes; `class`, `dataset` and `on…` listeners too; null and false
 * leave an attribute out, true gives it no value
 * @param {...(Node|string|null|false)} children
 * @returns {HTMLElement}
 */
export function el(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name === "dataset") {
      Object.assign(element.dataset, value);
    } else if (name.startsWith("on")) {
      element.addEventListener(name.slice(2), value);
    } else if (value !== null && value !== undefined && value !== false) {
      element.setAttribute(name, value === true ? "" : String(value));
    }
  }
  element.append(...children.filter((child) => child !== null && child !== false && child !== undefined));
  return element;
}

/** True where a key belongs to a field that is being written in. */
export function isWriting(target) {
  return target instanceof HTMLElement && target.closest("input, textarea, select, [contenteditable]") !== null;
}
