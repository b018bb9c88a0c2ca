import { openMenu } from "./menu.js";
export function search() { return []; }
export function openPicker(anchor, onPick) {
  openMenu(anchor, ["👍", "❤️", "😂", "🎉"].map((emoji) => ({ label: emoji, run: () => onPick(emoji) })));
}
