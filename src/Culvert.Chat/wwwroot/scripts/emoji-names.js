// What emoji are called in the language of the page. The table that the markup knows is English, for every language.

import { groups } from "./emoji-table.js";

/** Languages with names of their own, and where these are: loaded when somebody looks for an emoji. */
const tables = { ru: () => import("./emoji-names-ru.js") };

let own = new Map();
let loading = null;

/**
 * Loads the names in a language; at once where there are none but the English ones, or when they could not be loaded.
 * @param {string} language BCP 47
 */
export function loadNames(language) {
  loading ??= Promise.resolve(tables[language]?.()).then((table) => {
    own = table ? withFlags(table.names, language) : own;
  }, () => {
    loading = null;
  });
  return loading;
}

/**
 * The names of an emoji in the language of the page, with _ between words; none in English.
 * @param {string} emoji
 * @returns {string[]}
 */
export function ownNames(emoji) {
  return own.get(emoji) ?? [];
}

/** As names are compared: who writes ё and who writes е mean the same. */
export function folded(name) {
  return name.toLowerCase().replace(/[ -]/g, "_").replaceAll("ё", "е");
}

/** The browser knows what countries are called. */
function withFlags(names, language) {
  const regions = new Intl.DisplayNames(language, { type: "region" });
  for (const { emoji } of groups.flatMap((group) => group.emoji)) {
    const code = [...emoji].map((letter) => letter.codePointAt(0) - 0x1f1e6 + 65);
    if (code.length === 2 && code.every((letter) => letter >= 65 && letter <= 90)) {
      names.set(emoji, [regions.of(String.fromCharCode(...code)).toLowerCase().replaceAll(" ", "_")]);
    }
  }
  return names;
}
