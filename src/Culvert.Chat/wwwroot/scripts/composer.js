// Where messages are written: keys, drafts, replies, edits, commands, and what is sent with them.

import { mountAutocomplete } from "./composer-autocomplete.js";
import { confirmClear, isCommand } from "./composer-commands.js";
import { takeFiles } from "./composer-files.js";
import { makeParts } from "./composer-parts.js";
import { draftsOf } from "./drafts.js";
import { openPicker, speakEmoji } from "./emoji.js";
import { isWriting } from "./dom.js";
import { excerptOf } from "./messages.js";
import { mountUploads } from "./upload.js";
import { noticeText, refusalText } from "./wording.js";

/** The server forgets after 6 s that somebody is writing; oftener than this it is not told. */
const typingEvery = 3000;
const saveAfter = 300;

/**
 * Makes the form of a room live.
 *
 * @param {HTMLFormElement} root has a textarea and a button that sends; it works without this script too
 * @param {object} host `{t, me, room: RoomInfo, titleOf(name), people(), rooms(), send(text, {reply, files}), edit(seq, text),
 *   typing(), lastOwn(), command(text), announce(text), limits}`; what `send` throws or rejects with
 *   (`{code, after_ms}`) puts the text back
 * @returns {{focus: () => void, setReply: (message: object|null) => void, beginEdit: (message: object) => void,
 *   insert: (text: string) => void, lock: (reason: string|null) => void,
 *   refuse: (error: {code: string, after_ms?: number}, text?: string) => void}}
 */
export function mountComposer(root, host) {
  return new Composer(root, host).api();
}

class Composer {
  constructor(root, host) {
    speakEmoji(host.t);
    this.root = root;
    this.host = host;
    this.parts = makeParts(root, host);
    this.area = this.parts.area;
    this.drafts = draftsOf(host.me.name);
    const tell = (text) => {
      this.parts.told.textContent = text;
    };
    this.uploads = mountUploads(this.parts.uploads, { ...host, tell }, () => this.updateSend());
    this.reply = null;
    this.editing = null;
    this.typedAt = 0;
    this.saveTimer = 0;
    this.holdTimer = 0;
    this.heldUntil = 0;
    this.sending = false;
    this.list = mountAutocomplete(this.area, this.parts.list, { ...host, tell }, () => this.changed());
    this.listen();
    this.restore();
  }

  api() {
    return {
      focus: () => this.focus(),
      setReply: (message) => this.setReply(message && quoteOf(message)),
      beginEdit: (message) => this.beginEdit(message),
      insert: (text) => this.insert(text),
      lock: (reason) => this.lock(reason),
      refuse: (error, text = "") => this.refuse(error, text),
    };
  }

  listen() {
    const { area, parts } = this;
    this.root.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    area.addEventListener("input", () => {
      if (parts.note.classList.contains("problem") && Date.now() >= this.heldUntil) {
        this.say("");
      }
      this.changed();
      this.tellTyping();
    });
    area.addEventListener("keydown", (event) => this.onKey(event));
    parts.cancel.addEventListener("click", () => this.cancel());
    parts.emoji.addEventListener("click", () => openPicker(parts.emoji, (emoji) => this.insert(emoji)));
    takeFiles(this.root, parts, (files) => {
      this.uploads.add(files);
      this.focus();
    });
    addEventListener("pagehide", () => this.save());
  }

  onKey(event) {
    // While an input method composes, Enter and the arrows are its own; Safari says so only by the code 229.
    if (event.isComposing || event.keyCode === 229 || this.list.onKey(event)) {
      return;
    }
    const plain = !event.shiftKey && !event.ctrlKey && !event.altKey && !event.metaKey;
    if (event.key === "Enter" && (plain && !isTouch() || (event.ctrlKey || event.metaKey))) {
      event.preventDefault();
      this.submit();
    } else if (event.key === "Escape" && (this.editing || this.reply)) {
      event.preventDefault();
      event.stopPropagation();
      this.cancel();
    } else if (event.key === "ArrowUp" && plain && this.area.value === "" && !this.editing) {
      const message = this.host.lastOwn();
      if (message) {
        event.preventDefault();
        this.beginEdit(message);
      }
    }
  }

  async submit() {
    const text = this.area.value.trim();
    if (this.sending || this.root.hidden || text === "" && (this.editing || this.uploads.isEmpty())) {
      return;
    }
    if (new TextEncoder().encode(text).length > (this.host.limits?.maxText ?? 16384)) {
      this.say(this.host.t("composer.tooLong"), true);
    } else if (this.editing) {
      await this.submitEdit(text);
    } else if (isCommand(text) && this.uploads.isEmpty()) {
      await this.submitCommand(text);
    } else if (Date.now() >= this.heldUntil) {
      await this.submitMessage(text.startsWith("//") ? text.slice(1) : text);
    }
  }

  async submitMessage(text) {
    this.busy(true);
    try {
      if (this.uploads.isBusy()) {
        this.say(this.host.t("upload.wait"));
      }
      const files = await this.uploads.settled();
      if (files === null) {
        this.say(this.host.t("upload.someFailed"), true);
        return;
      }
      if (text === "" && files.length === 0) {
        return;
      }
      // The text is as it was: the field cannot be changed while files go up.
      const reply = this.reply?.seq ?? 0;
      this.say("");
      const sent = this.host.send(text, { reply, files });
      this.uploads.clear();
      this.clear();
      await sent;
    } catch (error) {
      this.refuse(error, text);
    } finally {
      this.busy(false);
    }
  }

  async submitCommand(text) {
    if (/^\/clear(\s|$)/i.test(text) && !await confirmClear(this.host)) {
      return;
    }
    this.busy(true);
    try {
      const answer = await this.host.command(text);
      this.clear();
      this.say(noticeText(this.host.t, answer) ?? "");
    } catch (error) {
      this.say(refusalText(this.host.t, error), true);
    } finally {
      this.busy(false);
    }
  }

  async submitEdit(text) {
    const { message } = this.editing;
    this.busy(true);
    try {
      if (text !== message.data?.text) {
        await this.host.edit(message.seq, text);
      }
      this.endEdit();
      this.say("");
    } catch (error) {
      this.say(refusalText(this.host.t, error), true);
    } finally {
      this.busy(false);
    }
  }

  /** Puts a refused text back, and counts down while the server wants nothing. */
  refuse(error, text) {
    if (text && this.area.value === "") {
      this.area.value = text;
      this.changed();
    }
    clearInterval(this.holdTimer);
    this.heldUntil = Date.now() + (error.after_ms ?? 0);
    const tell = () => {
      const seconds = Math.ceil((this.heldUntil - Date.now()) / 1000);
      if (seconds <= 0) {
        clearInterval(this.holdTimer);
        this.say("");
      } else {
        this.say(this.host.t.n("composer.slow", seconds), true);
      }
      this.updateSend();
    };
    if (error.after_ms > 0) {
      this.holdTimer = setInterval(tell, 1000);
      tell();
    } else {
      this.say(refusalText(this.host.t, error), true);
    }
  }

  setReply(quote) {
    this.reply = quote;
    this.showMode();
    this.saveSoon();
    if (quote) {
      this.focus();
    }
  }

  beginEdit(message) {
    if (this.editing) {
      this.endEdit();
    }
    this.save();
    this.editing = { message, before: this.area.value };
    this.area.value = typeof message.data === "string" ? message.data : message.data?.text ?? "";
    this.grow();
    this.showMode();
    this.focus();
    this.area.setSelectionRange(this.area.value.length, this.area.value.length);
  }

  endEdit() {
    this.area.value = this.editing.before;
    this.editing = null;
    this.changed();
    this.showMode();
  }

  cancel() {
    if (this.editing) {
      this.endEdit();
    } else {
      this.setReply(null);
    }
    this.say("");
    this.focus();
  }

  showMode() {
    const { t } = this.host;
    const { mode, modeText, cancel } = this.parts;
    mode.hidden = !this.editing && !this.reply;
    mode.dataset.mode = this.editing ? "edit" : "reply";
    const label = document.createElement("b");
    label.textContent = this.editing ? t("composer.editing")
      : this.reply ? t("composer.replying", { name: this.host.titleOf(this.reply.from) }) : "";
    const excerpt = document.createElement("span");
    excerpt.textContent = this.editing ? t("composer.editHint") : this.reply?.excerpt ?? "";
    modeText.replaceChildren(label, excerpt);
    cancel.setAttribute("aria-label", this.editing ? t("composer.cancelEdit") : t("composer.cancelReply"));
    this.parts.attach.hidden = this.editing !== null;
  }

  insert(text) {
    this.focus();
    this.area.setRangeText(text, this.area.selectionStart, this.area.selectionEnd, "end");
    this.changed();
  }

  focus() {
    if (!this.root.hidden) {
      this.area.focus();
    }
  }

  /** Nothing can be written for a reason; null lets it be written again. */
  lock(reason) {
    const hadFocus = this.root.contains(document.activeElement);
    document.getElementById("locked")?.remove();
    this.parts.lock.textContent = reason ?? "";
    this.parts.lock.hidden = reason === null;
    this.root.hidden = reason !== null;
    if (reason !== null && hadFocus) {
      this.parts.lock.focus();
    }
  }

  clear() {
    this.list.close();
    this.area.value = "";
    this.reply = null;
    this.typedAt = 0;
    this.changed();
    this.showMode();
    this.save();
    this.focus();
  }

  changed() {
    this.grow();
    this.updateSend();
    this.saveSoon();
  }

  grow() {
    this.area.style.height = "auto";
    this.area.style.height = `${this.area.scrollHeight + this.area.offsetHeight - this.area.clientHeight}px`;
  }

  updateSend() {
    const nothing = this.area.value.trim() === "" && this.uploads.isEmpty();
    this.parts.send.disabled = nothing || this.sending || Date.now() < this.heldUntil;
  }

  busy(isBusy) {
    this.sending = isBusy;
    this.area.readOnly = isBusy;
    this.root.setAttribute("aria-busy", String(isBusy));
    this.updateSend();
  }

  say(text, isProblem = false) {
    this.parts.note.textContent = text;
    this.parts.note.hidden = text === "";
    this.parts.note.classList.toggle("problem", isProblem);
    this.area.toggleAttribute("aria-invalid", false);
    if (isProblem && text) {
      this.area.setAttribute("aria-invalid", "true");
    }
  }

  tellTyping() {
    const now = Date.now();
    if (!this.editing && this.area.value.trim() !== "" && !isCommand(this.area.value)
      && now - this.typedAt >= typingEvery) {
      this.typedAt = now;
      this.host.typing();
    }
  }

  restore() {
    const draft = this.drafts.get(this.host.room.name);
    if (draft && this.area.value === "") {
      this.area.value = draft.text;
      this.reply = draft.reply ?? null;
    }
    this.showMode();
    this.grow();
    this.updateSend();
    if (!isTouch() && !isWriting(document.activeElement)) {
      this.focus();
    }
  }

  saveSoon() {
    clearTimeout(this.saveTimer);
    this.saveTimer = setTimeout(() => this.save(), saveAfter);
  }

  save() {
    clearTimeout(this.saveTimer);
    const text = this.editing ? this.editing.before : this.area.value;
    this.drafts.set(this.host.room.name, this.reply ? { text, reply: this.reply } : { text });
  }
}

function quoteOf(message) {
  return { seq: message.seq, from: message.from, excerpt: excerptOf(message) };
}

function isTouch() {
  return matchMedia("(hover: none) and (pointer: coarse)").matches;
}
