// Whether a message is nothing but emoji; the same rule as Culvert.Chat/Markup/EmojiOnly.cs.

import { emojiOf } from "./emoji-table.js";
import { isSpace } from "./markdown-characters.js";

const most = 12;

/**
 * Whether a message consists of 1 to 12 emoji (as characters or `:names:`) and white space, so that it is shown large.
 * @param {string} text
 */
export function isEmojiOnly(text) {
  if (text.length > 400) {
    return false;
  }
  const points = [...text.replace(/:([a-z0-9_+-]{1,40}):/g, (whole, name) => emojiOf(name) ?? whole)]
    .map(character => character.codePointAt(0));
  let count = 0;
  for (let i = 0; i < points.length; count++) {
    while (i < points.length && isSpace(points[i])) {
      i++;
    }
    if (i === points.length) {
      break;
    }
    const length = emojiLength(points, i);
    if (length === 0) {
      return false;
    }
    i += length;
  }
  return count >= 1 && count <= most;
}

function emojiLength(points, start) {
  let i = start;
  do {
    if (isFlagLetter(points[i]) && isFlagLetter(points[i + 1])) {
      i += 2;
    } else if (isPicture(points[i]) || points[i + 1] === 0xfe0f && points[i] >= 0xa9
      || isKey(points[i]) && points[i + 1] === 0xfe0f && points[i + 2] === 0x20e3) {
      i++;
    } else {
      return 0;
    }
    while (isAddition(points[i])) {
      i++;
    }
    // A zero-width joiner makes one emoji of two.
  } while (points[i] === 0x200d && i++ < points.length);
  return i - start;
}

function isPicture(point) {
  return point >= 0x1f300 && point <= 0x1faff || point >= 0x1f170 && point <= 0x1f251 && !isFlagLetter(point)
    || point === 0x1f004 || point === 0x1f0cf || point >= 0x2600 && point <= 0x27bf
    || point >= 0x231a && point <= 0x231b || point >= 0x23e9 && point <= 0x23f3
    || point >= 0x2b1b && point <= 0x2b1c || point === 0x2b50 || point === 0x2b55;
}

function isFlagLetter(point) {
  return point >= 0x1f1e6 && point <= 0x1f1ff;
}

function isKey(point) {
  return point >= 0x30 && point <= 0x39 || point === 0x23 || point === 0x2a;
}

function isAddition(point) {
  return point === 0xfe0f || point === 0x20e3 || point >= 0x1f3fb && point <= 0x1f3ff
    || point >= 0xe0020 && point <= 0xe007f;
}
