/** Runs on every page: times in the reader's zone and manner. */
const language = document.documentElement.lang;
const moments = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
const wholeMoments = new Intl.DateTimeFormat(language, { dateStyle: "full", timeStyle: "long" });
for (const element of document.querySelectorAll("time[data-local]")) {
  const at = new Date(element.dateTime);
  element.textContent = moments.format(at);
  element.title = wholeMoments.format(at);
}
