// What the server has to say to a person, in the words of the page: never its own English. Texts/Wording.cs does the
// same for pages without scripts.

/**
 * What was refused, and why.
 * @param {import("./texts.js").Texts} t
 * @param {{code?: string, reason?: string, values?: Record<string, string>, after_ms?: number}|null} problem
 *   a problem document, or a `CulvertError`
 */
export function refusalText(t, problem) {
  const { code, reason, values, after_ms: after } = problem ?? {};
  return find(t, reason, values)
    ?? (code === "rate_limited" && after > 0 ? t.n("problem.wait", Math.ceil(after / 1000)) : null)
    ?? t.find(`problem.${code}`) ?? t("problem.unknown");
}

/**
 * What a command has answered to its sender alone; null when the room shows it to everybody.
 * @param {import("./texts.js").Texts} t
 * @param {{notice: string|null, reason?: string, values?: Record<string, string>}} answer
 */
export function noticeText(t, { notice, reason, values }) {
  return notice === null ? null : find(t, reason, values) ?? notice;
}

/** How a command is written, in the language of the page; what the server says of one that the page does not know. */
export function usageText(t, { name, usage }) {
  return t.find(`command.usage.${name.slice(1)}`) ?? usage;
}

/** What a command does. */
export function commandText(t, { name, what }) {
  return t.find(`command.${name.slice(1)}`) ?? what;
}

function find(t, reason, values = {}) {
  switch (reason) {
    case undefined:
      return null;
    case "help":
      return values.commands.split(" ")
        .map((name) => `${usageText(t, { name, usage: name })} — ${commandText(t, { name, what: "" })}`)
        .concat(t("command.literal")).join("\n");
    case "usage":
      return t("reason.usage", { usage: usageText(t, { name: values.command, usage: values.usage }) });
    default:
      return t.find(`reason.${reason}`, values);
  }
}
