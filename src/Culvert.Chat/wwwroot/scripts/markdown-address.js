// Which addresses become links; the same rules as Culvert.Chat/Markup/MarkupAddress.cs. See docs/markup.md.

import { isDigit, isLatin, isSpace, isUnseen, isWord } from "./markdown-characters.js";

const maxLength = 2048;
const trimmed = ".,;:!?'*_~)]";

// Punctuation of other scripts: it is never meant as a part of the address before it.
const stops = "<>\"`«»“”‘’…—、。〈〉《》「」『』【】〔〕！（），：；？｡";

/**
 * Finds a bare address.
 * @param {string} text
 * @param {number} start where a scheme may begin
 * @returns {{end: number, safe: boolean} | null} null when none begins here; unsafe ones are text up to the end
 */
export function findAddress(text, start) {
  if (!schemeOf(text, start)) {
    return null;
  }
  let end = start;
  const open = { ")": 0, "]": 0 };
  for (; end < text.length && !isSpace(text.charCodeAt(end)) && !stops.includes(text[end]); end++) {
    const c = text[end];
    if (c === "(" || c === "[") {
      open[c === "(" ? ")" : "]"]++;
    } else if (c === ")" || c === "]") {
      open[c]--;
    }
  }
  for (; end > start && trimmed.includes(text[end - 1]); end--) {
    const c = text[end - 1];
    if (c === ")" || c === "]") {
      if (open[c] >= 0) {
        break;
      }
      open[c]++;
    }
  }
  return { end, safe: isSafeAddress(text.slice(start, end)) };
}

/** Whether an address may be a link: http, https or mailto, and nothing in it that misleads a reader. */
export function isSafeAddress(address) {
  const scheme = schemeOf(address, 0);
  if (!scheme || address.length > maxLength) {
    return false;
  }
  for (const character of address) {
    const point = character.codePointAt(0);
    if (isSpace(point) || isUnseen(point) || point < 0x20 || point >= 0x7f && point <= 0x9f
      || point === 0xfffd || point >= 0xe000 && point <= 0xf8ff || "<>\"`\\".includes(character)) {
      return false;
    }
  }
  const rest = address.slice(scheme.length);
  return scheme === "mailto:" ? isSafeMailbox(rest) : isSafeAuthority(rest.split(/[/?#]/, 1)[0]);
}

function schemeOf(text, start) {
  for (const scheme of ["https://", "http://", "mailto:"]) {
    if (text.slice(start, start + scheme.length).toLowerCase() === scheme) {
      return scheme;
    }
  }
  return null;
}

// No user and no password: `https://bank.example@evil.example` shows one host and leads to another.
function isSafeAuthority(authority) {
  const colon = authority.lastIndexOf(":");
  const port = colon < 0 ? null : authority.slice(colon + 1);
  return (port === null || port.length >= 1 && port.length <= 5 && [...port].every(c => isDigit(c.charCodeAt(0))))
    && isSafeHost(colon < 0 ? authority : authority.slice(0, colon));
}

function isSafeMailbox(mailbox) {
  const at = mailbox.indexOf("@");
  if (at < 1 || at > 64) {
    return false;
  }
  for (const c of mailbox.slice(0, at)) {
    const point = c.codePointAt(0);
    if (point >= 0x80 || !isWord(point) && !"._+-".includes(c)) {
      return false;
    }
  }
  const host = mailbox.slice(at + 1);
  return host.includes(".") && isSafeHost(host);
}

function isSafeHost(host) {
  return host.length <= 253 && host.split(".").every(isSafeLabel);
}

// A label of two scripts can look like another one of a single script; one from right to left is shown elsewhere.
function isSafeLabel(label) {
  let latin = false;
  let other = false;
  for (const character of label) {
    const point = character.codePointAt(0);
    if (isLatin(point)) {
      latin = true;
    } else if (point >= 0x80) {
      other = true;
      if (!isWord(point) || isTricky(point)) {
        return false;
      }
    } else if (!isDigit(point) && character !== "-" && character !== "_") {
      return false;
    }
  }
  return label.length >= 1 && label.length <= 63 && !(latin && other);
}

// From right to left; or a special form that a browser turns into a plain letter.
function isTricky(point) {
  return point >= 0x590 && point <= 0x8ff || point >= 0x2000 && point <= 0x218f || point >= 0x2460 && point <= 0x24ff
    || point >= 0x3200 && point <= 0x33ff || point >= 0xfb00;
}
