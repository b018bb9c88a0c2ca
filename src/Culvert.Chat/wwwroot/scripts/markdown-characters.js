// Classes of characters that the markup asks about; Culvert.Chat/Markup/MarkupCharacters.cs has the same ones.

const word = /[\p{L}\p{M}\p{Nd}]/u;
const mark = /[\p{Mn}\p{Me}]/u;

/** The code point that ends before an index, or -1. */
export function before(text, index) {
  if (index <= 0) {
    return -1;
  }
  const last = text.charCodeAt(index - 1);
  return last >= 0xdc00 && last <= 0xdfff && index > 1 ? text.codePointAt(index - 2) : last;
}

/** The code point at an index, or -1 at the end. */
export function after(text, index) {
  return index < text.length ? text.codePointAt(index) : -1;
}

/** Letters, marks and digits of all scripts. */
export function isWord(point) {
  return point >= 0 && (point < 0x80 ? isAsciiWord(point) : word.test(String.fromCodePoint(point)));
}

/** A-Z, a-z, 0-9. */
export function isAsciiWord(point) {
  return isDigit(point) || isLatin(point) && point < 0x80;
}

export function isDigit(point) {
  return point >= 0x30 && point <= 0x39;
}

/** Latin letters, those with marks too. */
export function isLatin(point) {
  return point >= 0x41 && point <= 0x5a || point >= 0x61 && point <= 0x7a
    || point >= 0xc0 && point <= 0x24f && point !== 0xd7 && point !== 0xf7 || point >= 0x1e00 && point <= 0x1eff;
}

/** White space; the end of the text counts as such. */
export function isSpace(point) {
  return point < 0 || point === 0x20 || point === 0x09 || point === 0x0a || point === 0xa0 || point === 0x1680
    || point >= 0x2000 && point <= 0x200a || point === 0x202f || point === 0x205f || point === 0x3000;
}

/** Runs of the same. */
export const spaces = /[ \t\n\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+/g;

/** What changes the order of the characters after it; it is never shown. */
export function turns(point) {
  return point >= 0x202a && point <= 0x202e || point >= 0x2066 && point <= 0x2069;
}

/** What takes no room of its own: marks above and below, and characters that are not seen. */
export function takesNoRoom(point) {
  return point >= 0xad && (isUnseen(point) || mark.test(String.fromCodePoint(point)));
}

/** Characters that are not seen, except white space. */
export function isUnseen(point) {
  return point === 0xad || point === 0x61c || point === 0x115f || point === 0x1160 || point === 0x180e
    || point >= 0x200b && point <= 0x200f || point >= 0x2028 && point <= 0x202e
    || point >= 0x2060 && point <= 0x206f || point === 0x3164 || point === 0xfeff || point === 0xffa0
    || point >= 0xfff9 && point <= 0xfffb || point >= 0xe0000 && point <= 0xe0fff;
}
