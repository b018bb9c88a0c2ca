export function render(text) { const f = document.createDocumentFragment(); f.append(text); return f; }
export function isEmojiOnly() { return false; }
