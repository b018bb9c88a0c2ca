// The text of a message as its reader sees it, on one line; the same rules as Culvert.Chat/Markup/MarkupText.cs.

import { spaces } from "./markdown-characters.js";
import { parseBlocks } from "./markdown-blocks.js";
import { parseInline } from "./markdown-inline.js";
import { prepare, shown } from "./markdown.js";

let graphemes;

/**
 * Without marks: what is bold is just there, a link is its label, code is as it is.
 * @param {string} text
 * @returns {string}
 */
export function plainText(text) {
  return shown(ofBlocks(parseBlocks(prepare(text)))).replace(spaces, " ").replace(/^ | $/g, "");
}

/**
 * The beginning of a text and "…", or the text when it is no longer; never half of what is seen as one character.
 * @param {string} text
 * @param {number} length UTF-16 units
 */
export function cut(text, length) {
  if (text.length <= length) {
    return text;
  }
  graphemes ??= new Intl.Segmenter(undefined, { granularity: "grapheme" });
  let end = 0;
  for (const { index, segment } of graphemes.segment(text)) {
    if (index + segment.length > length) {
      break;
    }
    end = index + segment.length;
  }
  return `${text.slice(0, end).replace(/ +$/, "")}…`;
}

function ofBlocks(blocks) {
  return blocks.map((block) => {
    switch (block.kind) {
      case "quote":
        return ofBlocks(block.blocks);
      case "code":
        return block.text;
      case "list":
        return block.items.map((item, i) => `${block.ordered ? `${block.start + i}.` : "•"} `
          + `${ofPieces(parseInline(item.lines.join("\n")))}\n${ofBlocks(item.blocks)}`).join("\n");
      default:
        return ofPieces(parseInline(block.text));
    }
  }).join("\n");
}

function ofPieces(pieces) {
  return pieces.map((piece) => (piece.kind === "break" ? "\n"
    : piece.kind === "link" ? ofPieces(piece.pieces)
    : piece.kind === "open" || piece.kind === "close" ? ""
    : piece.text)).join("");
}
