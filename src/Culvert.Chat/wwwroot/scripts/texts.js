/**
 * Loads what pages say, and gives out the function that says it.
 *
 * `t("key", { name })` fills the names in braces; a key that is not there is shown as it is, so that it is seen.
 * `t.find("key")` is null for a key that is not there.
 * `t.n("key", n, { … })` takes the plural form of n (CLDR), which is also the text's `{n}`.
 * `t.date(ms)` 3 Mar 2026 · `t.time(ms)` 14:05 · `t.full(ms)` both, in words · `t.day(ms)` Today, Yesterday or the date.
 *
 * @param {string} url of wwwroot/texts/LANGUAGE.json with its version
 * @param {string} [language] BCP 47; that of the document when left out
 * @returns {Promise<Texts>}
 * @typedef {((key: string, values?: Record<string, unknown>) => string) & {
 *   n: (key: string, n: number, values?: Record<string, unknown>) => string,
 *   find: (key: string, values?: Record<string, unknown>) => string|null,
 *   date: (ms: number) => string, time: (ms: number) => string, full: (ms: number) => string,
 *   day: (ms: number) => string, language: string }} Texts
 */
export async function loadTexts(url, language = document.documentElement.lang) {
  const response = await fetch(url);
  if (!response.ok) {
    throw new Error(`The texts could not be loaded: ${response.status}`);
  }
  return makeTexts(await response.json(), language);
}

/**
 * The same for texts that are there already.
 * @param {Record<string, string | Record<string, string>>} entries
 * @param {string} language
 * @returns {Texts}
 */
export function makeTexts(entries, language) {
  const plural = new Intl.PluralRules(language);
  const number = new Intl.NumberFormat(language);
  const dates = new Intl.DateTimeFormat(language, { dateStyle: "medium" });
  const times = new Intl.DateTimeFormat(language, { timeStyle: "short" });
  const moments = new Intl.DateTimeFormat(language, { dateStyle: "full", timeStyle: "medium" });
  const days = new Intl.DateTimeFormat(language, { weekday: "long", day: "numeric", month: "long" });
  const daysOfYears = new Intl.DateTimeFormat(language, { dateStyle: "long" });
  const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto" });

  const fill = (text, values) =>
    text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));

  const t = (key, values = {}) => (typeof entries[key] === "string" ? fill(entries[key], values) : key);
  t.find = (key, values = {}) => (typeof entries[key] === "string" ? fill(entries[key], values) : null);
  t.n = (key, n, values = {}) => {
    const forms = entries[key];
    return typeof forms === "object" ? fill(forms[plural.select(n)] ?? forms.other, { ...values, n: number.format(n) }) : key;
  };
  t.language = language;
  t.date = (ms) => dates.format(ms);
  t.time = (ms) => times.format(ms);
  t.full = (ms) => moments.format(ms);
  t.day = (ms) => {
    const day = startOfDay(ms);
    const today = startOfDay(Date.now());
    // Rounded because a day of a change of the clock has 23 or 25 hours.
    const away = Math.round((day - today) / 86_400_000);
    if (away === 0 || away === -1) {
      const words = relative.format(away, "day");
      return words[0].toLocaleUpperCase(language) + words.slice(1);
    }
    const sameYear = new Date(ms).getFullYear() === new Date().getFullYear();
    return (sameYear ? days : daysOfYears).format(ms);
  };
  return t;
}

function startOfDay(ms) {
  return new Date(ms).setHours(0, 0, 0, 0);
}
