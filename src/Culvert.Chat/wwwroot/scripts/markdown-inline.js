// The marks within a line; the same rules as Culvert.Chat/Markup/InlineParser.cs. See docs/markup.md.

import { findAddress, isSafeAddress } from "./markdown-address.js";
import { after, before, isAsciiWord, isDigit, isSpace, isWord } from "./markdown-characters.js";
import { emojiOf } from "./emoji-table.js";

const escapable = "*_~`[]()#@:>-";
const tags = { "*": "em", "_": "em", "**": "strong", "~~": "del" };
const maxUserName = 32;
const maxRoomName = 64;

/**
 * Parses the text of a paragraph, in time proportional to its length.
 * @param {string} text
 * @returns {object[]} pieces in order: `{kind, text, …}`; `open` and `close` are always in pairs
 */
export function parseInline(text, inLink = false) {
  return new InlineParser(text, inLink).parse();
}

class InlineParser {
  constructor(text, inLink) {
    this.text = text;
    this.inLink = inLink;
    this.pieces = [];
    this.plain = "";
    // Marks that wait for their partner: at most one of each kind, so looking for one takes no time.
    this.waiting = [];
    // Lengths of runs of backticks that have no partner further on.
    this.unclosed = [];
    this.index = 0;
  }

  parse() {
    while (this.index < this.text.length) {
      if (!this.takeSpecial(this.text[this.index])) {
        this.plain += this.text[this.index++];
      }
    }
    this.flush();
    return this.pieces;
  }

  takeSpecial(c) {
    switch (c) {
      case "\n":
        return this.push({ kind: "break" }, 1);
      case "\\":
        return this.takeEscape();
      case "`":
        return this.takeCode();
      case "*":
      case "_":
      case "~":
        return this.takeMark(c);
      case ":":
        return this.takeEmoji();
      case "[":
        return !this.inLink && this.takeLink();
      case "@":
        return !this.inLink && this.takeName("mention", maxUserName);
      case "#":
        return !this.inLink && this.takeName("room", maxRoomName);
      case "h":
      case "H":
      case "m":
      case "M":
        return !this.inLink && this.takeAddress();
      default:
        return false;
    }
  }

  flush() {
    if (this.plain) {
      this.pieces.push({ kind: "text", text: this.plain });
      this.plain = "";
    }
  }

  push(piece, length) {
    this.flush();
    this.pieces.push(piece);
    this.index += length;
    return true;
  }

  keep(length) {
    this.plain += this.text.slice(this.index, this.index + length);
    this.index += length;
    return true;
  }

  runLength(at) {
    let end = at;
    while (this.text[end] === this.text[at]) {
      end++;
    }
    return end - at;
  }

  takeEscape() {
    const next = this.text[this.index + 1];
    if (next === undefined || !escapable.includes(next)) {
      return false;
    }
    this.plain += next;
    this.index += 2;
    return true;
  }

  takeCode() {
    const length = this.runLength(this.index);
    if (length > 3 || this.unclosed[length]) {
      return this.keep(length);
    }
    const start = this.index + length;
    for (let end = this.text.indexOf("`", start); end >= 0;) {
      const found = this.runLength(end);
      if (found === length) {
        return this.push({ kind: "code", text: codeText(this.text.slice(start, end)) }, end + length - this.index);
      }
      end = this.text.indexOf("`", end + found);
    }
    this.unclosed[length] = true;
    return this.keep(length);
  }

  takeMark(c) {
    const length = this.runLength(this.index);
    if (c === "*" ? length > 3 : length !== (c === "_" ? 1 : 2)) {
      return this.keep(length);
    }
    const previous = before(this.text, this.index);
    const next = after(this.text, this.index + length);
    let opens = !isSpace(next);
    let closes = !isSpace(previous);
    if (c === "_") {
      opens &&= !isWord(previous);
      closes &&= !isWord(next);
    } else if (c === "*" && length === 1 && isDigit(previous) && isDigit(next)) {
      return this.keep(1);
    }
    this.flush();
    this.index += length;
    let rest = length;
    while (closes && rest > 0) {
      const mark = this.closable(c, rest);
      if (!mark) {
        break;
      }
      this.close(mark);
      rest -= mark.length;
    }
    this.wait(c, rest, opens);
    return true;
  }

  /** The mark nearest to here that (a part of) a run can end. */
  closable(c, length) {
    for (let i = this.waiting.length - 1; i >= 0; i--) {
      const { mark } = this.waiting[i];
      if (mark[0] === c && (mark.length === length || length === 3)) {
        return mark;
      }
    }
    return null;
  }

  close(mark) {
    const place = this.waiting.findIndex(w => w.mark === mark);
    this.waiting[place].piece.kind = "open";
    this.waiting[place].piece.tag = tags[mark];
    this.pieces.push({ kind: "close" });
    this.waiting.length = place;
  }

  wait(c, length, opens) {
    for (const mark of length === 3 ? ["**", "*"] : length > 0 ? [c.repeat(length)] : []) {
      const piece = { kind: "text", text: mark };
      this.pieces.push(piece);
      if (opens) {
        this.waiting = this.waiting.filter(w => w.mark !== mark);
        this.waiting.push({ mark, piece });
      }
    }
  }

  takeEmoji() {
    if (isAsciiWord(before(this.text, this.index))) {
      return false;
    }
    const name = /^[a-z0-9_+-]{1,40}(?=:)/.exec(this.text.slice(this.index + 1, this.index + 42))?.[0];
    const emoji = name && emojiOf(name);
    if (!emoji) {
      return false;
    }
    this.plain += emoji;
    this.index += name.length + 2;
    return true;
  }

  takeLink() {
    const start = this.index + 1;
    let middle = start;
    while (middle < this.text.length && this.text[middle] !== "[" && this.text[middle] !== "]") {
      middle++;
    }
    if (middle === start || this.text[middle] !== "]" || this.text[middle + 1] !== "(") {
      return false;
    }
    const end = this.endOfTarget(middle + 2);
    const label = this.text.slice(start, middle);
    const target = this.text.slice(middle + 2, end);
    if (this.text[end] !== ")" || !isSafeAddress(target) || isOtherAddress(label, target) || isBlank(label)) {
      return false;
    }
    return this.push({ kind: "link", href: target, pieces: parseInline(label, true) }, end + 1 - this.index);
  }

  endOfTarget(start) {
    let depth = 0;
    let end = start;
    for (; end < this.text.length; end++) {
      const c = this.text[end];
      if (isSpace(this.text.charCodeAt(end)) || c === "[" || c === ")" && depth-- === 0) {
        break;
      }
      depth += c === "(" ? 1 : 0;
    }
    return end;
  }

  takeName(kind, maxLength) {
    const previous = before(this.text, this.index);
    if (isWord(previous) || previous >= 0 && "@#/&.".includes(String.fromCodePoint(previous))) {
      return false;
    }
    const start = this.index + 1;
    let end = start;
    let letters = 0;
    let length = 0;
    for (let point; isNamePoint(point = after(this.text, end), end === start); end += point > 0xffff ? 2 : 1) {
      letters += isDigit(point) ? 0 : 1;
      length++;
    }
    while (end > start && ".-".includes(this.text[end - 1])) {
      end--;
      length--;
      letters--;
    }
    if (end === start || length > maxLength || kind === "room" && letters === 0) {
      return end > start && this.keep(end - this.index);
    }
    const name = this.text.slice(start, end);
    return this.push({ kind, name, text: this.text[this.index] + name }, end - this.index);
  }

  takeAddress() {
    if (isAsciiWord(before(this.text, this.index))) {
      return false;
    }
    const found = findAddress(this.text, this.index);
    if (!found) {
      return false;
    }
    const length = found.end - this.index;
    const text = this.text.slice(this.index, found.end);
    return found.safe ? this.push({ kind: "link", href: text, pieces: [{ kind: "text", text }] }, length)
      : this.keep(length);
  }
}

function codeText(text) {
  const line = text.replaceAll("\n", " ");
  return line.startsWith(" ") && line.endsWith(" ") && /[^ ]/.test(line) ? line.slice(1, -1) : line;
}

// A text that is itself an address has to be the one that the link leads to.
function isOtherAddress(label, target) {
  const text = label.toLowerCase();
  return label !== target && (text.includes("://") || text.startsWith("www.") || text.startsWith("mailto:"));
}

function isBlank(text) {
  return [...text].every(character => isSpace(character.codePointAt(0)));
}

function isNamePoint(point, first) {
  return isWord(point) || !first && (point === 0x2d || point === 0x5f || point === 0x2e);
}
