/** Runs on every page: times in the reader's zone and manner, lists that filter or grow, buttons that copy. */

import { mountMore } from "./more.js";

const language = document.documentElement.lang;
const moments = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
const wholeMoments = new Intl.DateTimeFormat(language, { dateStyle: "full", timeStyle: "long" });

showMoments(document);
document.querySelectorAll("nav[data-more]").forEach((nav) => mountMore(nav, showMoments));

for (const field of document.querySelectorAll("input[data-filter]")) {
  const items = [...document.querySelectorAll(`${field.dataset.filter} > li`)];
  const none = field.dataset.filterEmpty ? document.querySelector(field.dataset.filterEmpty) : null;
  // A list that is seen whole needs no field.
  (field.form ?? field).hidden = items.length < 2;
  field.addEventListener("input", () => filter(field.value, items, none));
  const clear = () => {
    field.value = "";
    filter("", items, none);
  };
  field.addEventListener("keydown", (event) => event.key === "Escape" && clear());
  document.querySelector(`button[data-clear="${field.dataset.filter}"]`)?.addEventListener("click", clear);
}

for (const button of document.querySelectorAll("button[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const field = document.querySelector(button.dataset.copy);
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      // Without HTTPS there is no clipboard; the text is selected, so that the keys for copying do it.
      return;
    }
    button.lastChild.textContent = ` ${button.dataset.copied}`;
  });
}

// What was pressed once is under way; a second press would send it twice.
addEventListener("submit", ({ target, submitter }) => {
  if (target.method === "post" && !target.hasAttribute("data-live")) {
    setTimeout(() => submitter && (submitter.disabled = true));
  }
});
// A page that comes back from the browser's memory is used again.
addEventListener("pageshow", ({ persisted }) => {
  if (persisted) {
    for (const button of document.querySelectorAll("button:disabled")) {
      button.disabled = false;
    }
  }
});

function showMoments(root) {
  for (const element of root.querySelectorAll("time[data-local]")) {
    const at = new Date(element.dateTime);
    element.textContent = moments.format(at);
    element.title = wholeMoments.format(at);
  }
}

function filter(text, items, none) {
  const words = fold(text).split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const item of items) {
    const itemText = fold(item.dataset.filterText ?? item.textContent);
    item.hidden = !words.every((word) => itemText.includes(word));
    shown += item.hidden ? 0 : 1;
  }
  if (none) {
    none.hidden = shown > 0 || items.length === 0;
  }
}

/** Without case and accents, so that "йо" finds "Йо" and "e" finds "é". */
function fold(text) {
  return text.toLocaleLowerCase(language).normalize("NFD").replace(/\p{M}/gu, "");
}
