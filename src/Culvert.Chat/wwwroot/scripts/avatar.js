/**
 * Makes the picture of a person, or the initials on one of eight colours, as Pages/Avatar.razor does.
 * @param {{name: string, title?: string, avatar?: string|null}} person
 * @returns {HTMLElement} an element of the class "avatar" that says nothing to screen readers
 */
export function avatar({ name, title, avatar: version }) {
  if (version) {
    const image = document.createElement("img");
    image.className = "avatar";
    image.alt = "";
    image.width = image.height = 36;
    image.loading = "lazy";
    image.src = `/v1/users/${encodeURIComponent(name)}/avatar?v=${encodeURIComponent(version)}`;
    return image;
  }
  const mark = document.createElement("span");
  mark.className = "avatar";
  mark.dataset.hue = String(hueOf(name));
  mark.setAttribute("aria-hidden", "true");
  mark.textContent = initialsOf(title || name);
  return mark;
}

/**
 * The colour of a name, 0 to 7; Pages/PersonView.cs counts the same way.
 * @param {string} name
 * @returns {number}
 */
export function hueOf(name) {
  let hash = 0;
  for (let i = 0; i < name.length; i++) {
    hash = (Math.imul(hash, 31) + name.charCodeAt(i)) >>> 0;
  }
  return hash % 8;
}

function initialsOf(title) {
  const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });
  return title.split(/[ \-_.]+/).filter(Boolean).slice(0, 2)
    .map((word) => graphemes.segment(word)[Symbol.iterator]().next().value.segment.toUpperCase())
    .join("");
}
