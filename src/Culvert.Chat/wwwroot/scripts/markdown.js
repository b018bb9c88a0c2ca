// The text of a message as nodes; the same rules as Culvert.Chat/Markup/MarkupHtml.cs. See docs/markup.md.

import { takesNoRoom, turns } from "./markdown-characters.js";
import { parseBlocks } from "./markdown-blocks.js";
import { parseInline } from "./markdown-inline.js";

export { isEmojiOnly } from "./emoji-only.js";

const maxLength = 16 * 1024;
const maxRoomless = 8;

/**
 * Renders a message. Nothing in the text becomes markup except by the rules of docs/markup.md.
 * @param {string} text
 * @param {object} [options]
 * @param {string} [options.me] the reader's name: mentions of it get the class `me`
 * @param {(name: string) => string | null} [options.roomHref] the address of a room; null leaves its name as text
 * @param {string} [options.copy] the label of the button on blocks of code; without it there is none
 * @returns {DocumentFragment}
 */
export function render(text, options = {}) {
  const fragment = document.createDocumentFragment();
  appendBlocks(fragment, parseBlocks(prepare(text)), { ...options, me: options.me?.toLowerCase() });
  return fragment;
}

/**
 * The names that a message mentions, in lower case; not those in code.
 * @param {string} text
 * @returns {string[]}
 */
export function mentions(text) {
  if (!text.includes("@")) {
    return [];
  }
  const named = (blocks) => blocks.flatMap((block) => block.blocks ? named(block.blocks)
    : block.items ? block.items.flatMap((item) => [...namesIn(item.lines.join("\n")), ...named(item.blocks)])
    : block.kind === "text" ? namesIn(block.text) : []);
  return named(parseBlocks(prepare(text)));
}

function namesIn(text) {
  return parseInline(text).filter((piece) => piece.kind === "mention").map((piece) => piece.name.toLowerCase());
}

/** The text as lines end with "\n", without control characters and without heaps of marks. */
export function prepare(text) {
  let result = "";
  let roomless = 0;
  const cut = text.slice(0, maxLength).replaceAll("\r\n", "\n");
  for (const character of cut) {
    const point = character.codePointAt(0);
    roomless = takesNoRoom(point) ? roomless + 1 : 0;
    if (point === 0x0d || point === 0x2028 || point === 0x2029) {
      result += "\n";
    } else if (point >= 0xd800 && point <= 0xdfff) {
      result += "\ufffd";
    } else if (roomless <= maxRoomless && (point >= 0x20 || point === 0x09 || point === 0x0a)
      && !(point >= 0x7f && point <= 0x9f)) {
      result += character;
    }
  }
  return result;
}

function appendBlocks(parent, blocks, options) {
  for (const block of blocks) {
    switch (block.kind) {
      case "quote":
        appendBlocks(append(parent, "blockquote"), block.blocks, options);
        break;
      case "code":
        appendCode(parent, block, options);
        break;
      case "list":
        appendList(parent, block, options);
        break;
      default:
        appendInline(append(parent, "p"), parseInline(block.text), options);
    }
  }
}

function appendCode(parent, block, options) {
  const pre = append(parent, "pre");
  if (block.language) {
    pre.dataset.language = block.language;
  }
  const text = shown(block.text);
  append(pre, "code").textContent = text;
  if (options.copy) {
    const button = append(pre, "button");
    button.type = "button";
    button.className = "copy";
    button.textContent = options.copy;
    button.addEventListener("click", () => copy(button, text));
  }
}

async function copy(button, text) {
  try {
    await navigator.clipboard.writeText(text);
    button.dataset.done = "true";
    setTimeout(() => delete button.dataset.done, 1500);
  } catch {
    // Without HTTPS there is no clipboard for pages: the text is selected, so that a key copies it.
    getSelection().selectAllChildren(button.previousElementSibling);
  }
}

function appendList(parent, block, options) {
  const list = append(parent, block.ordered ? "ol" : "ul");
  if (block.ordered && block.start !== 1) {
    list.setAttribute("start", String(block.start));
  }
  for (const item of block.items) {
    const element = append(list, "li");
    appendInline(element, parseInline(item.lines.join("\n")), options);
    appendBlocks(element, item.blocks, options);
  }
}

function appendInline(parent, pieces, options) {
  const open = [parent];
  for (const piece of pieces) {
    const at = open[open.length - 1];
    switch (piece.kind) {
      case "open":
        open.push(append(at, piece.tag));
        break;
      case "close":
        open.pop();
        break;
      case "break":
        append(at, "br");
        break;
      case "code":
        append(at, "code").textContent = shown(piece.text);
        break;
      case "link":
        appendInline(appendLink(at, piece.href), piece.pieces, options);
        break;
      case "mention":
        appendMention(at, piece, options);
        break;
      case "room":
        appendRoom(at, piece, options);
        break;
      default:
        at.append(shown(piece.text));
    }
  }
}

function appendLink(parent, href) {
  const link = append(parent, "a");
  link.setAttribute("href", href);
  link.setAttribute("rel", "noopener noreferrer nofollow");
  link.setAttribute("target", "_blank");
  return link;
}

function appendMention(parent, piece, options) {
  const mention = append(parent, "span");
  mention.className = piece.name.toLowerCase() === options.me ? "mention me" : "mention";
  mention.dataset.user = piece.name;
  mention.textContent = piece.text;
}

function appendRoom(parent, piece, options) {
  const href = options.roomHref?.(piece.name);
  if (!href) {
    parent.append(piece.text);
    return;
  }
  const link = append(parent, "a");
  link.className = "room";
  link.setAttribute("href", href);
  link.textContent = piece.text;
}

function append(parent, tag) {
  const element = document.createElement(tag);
  parent.append(element);
  return element;
}

/** Without what turns the order of the text. */
export function shown(text) {
  return [...text].filter(character => !turns(character.codePointAt(0))).join("");
}
