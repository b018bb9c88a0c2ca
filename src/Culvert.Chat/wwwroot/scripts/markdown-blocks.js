// Paragraphs, quotes, lists and blocks of code; the same rules as Culvert.Chat/Markup/BlockParser.cs.

const maxDepth = 3;

/**
 * Parses a prepared text into blocks, in time proportional to its length.
 * @param {string} text lines end with "\n"
 * @returns {object[]} `{kind: "text", text}`, `{kind: "code", language, text}`, `{kind: "quote", blocks}` or
 *   `{kind: "list", ordered, start, items: [{lines, blocks}]}`
 */
export function parseBlocks(text) {
  return parseLines(text.split("\n"), 0);
}

function parseLines(lines, depth) {
  const blocks = [];
  let paragraph = [];
  const flush = () => {
    if (paragraph.length > 0) {
      blocks.push({ kind: "text", text: paragraph.join("\n") });
      paragraph = [];
    }
  };
  for (let at = 0; at < lines.length;) {
    const line = lines[at];
    const take = trim(line) === "" ? blank
      : fenceOf(line) ? takeCode
      : depth < maxDepth && quoted(line) !== null ? takeQuote
      : isFirstItem(line) ? takeList
      : null;
    if (take) {
      flush();
      at = take(lines, at, blocks, depth);
    } else {
      paragraph.push(trim(line));
      at++;
    }
  }
  flush();
  return blocks;
}

function blank(lines, at) {
  return at + 1;
}

/** The length of the run of backticks and the word after it, if a line opens a block of code. */
function fenceOf(line) {
  const text = trim(line);
  let length = 0;
  while (text[length] === "`") {
    length++;
  }
  return length >= 3 && indentOf(line) < 4 && !text.includes("`", length) ? { length, word: trim(text.slice(length)) }
    : null;
}

// Ends with a line that ends with as many backticks; a block that nobody ends goes on to the end.
function takeCode(lines, at, blocks) {
  const fence = fenceOf(lines[at]);
  const content = [];
  for (at++; at < lines.length; at++) {
    const line = trimEnd(lines[at]);
    let end = line.length;
    while (end > 0 && line[end - 1] === "`") {
      end--;
    }
    if (line.length - end >= fence.length) {
      if (trim(line.slice(0, end)) !== "") {
        content.push(line.slice(0, end));
      }
      at++;
      break;
    }
    content.push(lines[at]);
  }
  const language = /^[A-Za-z0-9+#.-]{1,20}$/.test(fence.word) ? fence.word : null;
  blocks.push({ kind: "code", language, text: content.join("\n") });
  return at;
}

/** What a line says after its mark of a quote; null when it has none. */
function quoted(line) {
  const text = trimStart(line);
  if (indentOf(line) > 3 || text[0] !== ">" || text.length > 1 && text[1] !== " " && text[1] !== ">") {
    return null;
  }
  return text[1] === " " ? text.slice(2) : text.slice(1);
}

function takeQuote(lines, at, blocks, depth) {
  const inner = [];
  for (let text; at < lines.length && (text = quoted(lines[at])) !== null; at++) {
    inner.push(text);
  }
  blocks.push({ kind: "quote", blocks: parseLines(inner, depth + 1) });
  return at;
}

function isFirstItem(line) {
  return indentOf(line) < 4 && itemOf(line) !== null;
}

/** `- text`, `* text` or `1. text`, with any indentation. */
function itemOf(line) {
  const text = trim(line);
  let end = 0;
  while (end < 3 && text[end] >= "0" && text[end] <= "9") {
    end++;
  }
  const ordered = end > 0;
  if (ordered ? text[end] !== "." : text[0] !== "-" && text[0] !== "*") {
    return null;
  }
  end++;
  const content = trimStart(text.slice(end));
  return text[end] !== " " || content === "" ? null
    : { ordered, start: ordered ? Number(text.slice(0, end - 1)) : 1, indent: indentOf(line), text: content };
}

function takeList(lines, at, blocks) {
  const open = [];
  for (; at < lines.length; at++) {
    const item = itemOf(lines[at]);
    if (item) {
      addItem(open, item, blocks);
    } else if (trim(lines[at]) === "") {
      // One empty line may stand between two items.
      if (at + 1 >= lines.length || !itemOf(lines[at + 1])) {
        break;
      }
    } else if (indentOf(lines[at]) >= 2 && !fenceOf(lines[at])) {
      open.at(-1).list.items.at(-1).lines.push(trim(lines[at]));
    } else {
      break;
    }
  }
  return at;
}

function addItem(open, item, blocks) {
  if (open.length > 0 && open.length < maxDepth && item.indent >= open.at(-1).indent + 2) {
    beginList(open, item, open.at(-1).list.items.at(-1).blocks);
  } else {
    while (open.length > 1 && item.indent < open.at(-1).indent) {
      open.pop();
    }
    if (open.length === 0) {
      beginList(open, item, blocks);
    } else if (open.at(-1).list.ordered !== item.ordered) {
      open.pop();
      beginList(open, item, open.length > 0 ? open.at(-1).list.items.at(-1).blocks : blocks);
    }
  }
  open.at(-1).list.items.push({ lines: [item.text], blocks: [] });
}

function beginList(open, item, blocks) {
  const list = { kind: "list", ordered: item.ordered, start: item.start, items: [] };
  blocks.push(list);
  open.push({ indent: item.indent, list });
}

/** Spaces before the first other character; a tab counts for four. */
function indentOf(line) {
  let indent = 0;
  for (const c of line) {
    if (c !== " " && c !== "\t") {
      break;
    }
    indent += c === " " ? 1 : 4;
  }
  return indent;
}

function trimStart(line) {
  let start = 0;
  while (line[start] === " " || line[start] === "\t") {
    start++;
  }
  return line.slice(start);
}

function trimEnd(line) {
  let end = line.length;
  while (line[end - 1] === " " || line[end - 1] === "\t") {
    end--;
  }
  return line.slice(0, end);
}

function trim(line) {
  return trimEnd(trimStart(line));
}
