// Files that go up while a message is written: what they are, how far they are, and what went wrong.

import { el } from "./dom.js";
import { icon } from "./icons.js";
import { prepareImage } from "./upload-image.js";
import { refusalText } from "./wording.js";

const maxFiles = 10;
const atOnce = 2;

/** What a file may have when the server does not say. */
export const maxFileBytes = 25 * 1024 * 1024;

const previews = ["image/jpeg", "image/png", "image/webp", "image/gif"];

/**
 * @param {HTMLUListElement} list empty
 * @param {{t: object, room: {name: string}, limits?: {maxFileBytes?: number}, tell: (text: string) => void}} host
 * @param {() => void} changed told when a file was added, ended, or taken out
 */
export function mountUploads(list, host, changed) {
  return new Uploads(list, host, changed);
}

class Uploads {
  constructor(list, host, changed) {
    Object.assign(this, { list, host, changed, items: [], waiters: [] });
  }

  /** @param {File[]} files */
  add(files) {
    for (const file of files) {
      const item = { file, state: "waiting", loaded: 0, why: "", result: null, request: null, url: null };
      this.items.push(item);
      const refusal = this.refusalOf(file);
      item.element = this.make(item);
      this.list.append(item.element);
      if (refusal) {
        this.become(item, "refused", refusal);
      } else {
        this.show(item);
      }
    }
    this.pump();
    this.tell();
  }

  /** Nothing that would go with a message. */
  isEmpty() {
    return this.items.every((item) => item.state === "refused");
  }

  isBusy() {
    return this.items.some((item) => item.state === "waiting" || item.state === "sending");
  }

  /** Waits until nothing goes up any more; the files of the message, or null when one of them failed. */
  async settled() {
    while (this.isBusy()) {
      await new Promise((done) => this.waiters.push(done));
    }
    return this.items.some((item) => item.state === "failed") ? null
      : this.items.filter((item) => item.state === "done").map((item) => item.result);
  }

  /** They went with a message. */
  clear() {
    this.items.forEach((item) => this.release(item));
    this.items = [];
    this.list.replaceChildren();
    this.tell();
  }

  refusalOf(file) {
    const { t, limits } = this.host;
    const max = limits?.maxFileBytes ?? maxFileBytes;
    if (this.items.filter((item) => item.state !== "refused").length > maxFiles) {
      return t("upload.tooMany", { n: maxFiles });
    }
    // A picture may become smaller on the way, so only its result is measured.
    return file.size > max && !/^image\/(jpeg|png|webp)$/.test(file.type) ? t("upload.tooBig", { size: sizeOf(max, t) })
      : file.size === 0 ? t("upload.empty") : "";
  }

  async pump() {
    const item = this.items.filter((i) => i.state === "sending").length < atOnce
      && this.items.find((i) => i.state === "waiting");
    if (!item) {
      return;
    }
    this.become(item, "sending");
    this.pump();
    const file = await prepareImage(item.file);
    if (item.state !== "sending") {
      return;
    }
    const max = this.host.limits?.maxFileBytes ?? maxFileBytes;
    if (file.size > max) {
      this.become(item, "refused", this.host.t("upload.tooBig", { size: sizeOf(max, this.host.t) }));
      this.pump();
      return;
    }
    this.send(item, file);
  }

  send(item, file) {
    const { t, room } = this.host;
    const request = new XMLHttpRequest();
    item.request = request;
    request.open("POST", `/v1/rooms/${encodeURIComponent(room.name)}/files?name=${encodeURIComponent(file.name)}`);
    request.setRequestHeader("content-type", file.type || "application/octet-stream");
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => {
      item.loaded = event.lengthComputable ? event.loaded / event.total : 0;
      this.show(item);
    });
    request.addEventListener("loadend", () => {
      if (item.state !== "sending" || item.request !== request) {
        return;
      }
      if (request.status === 201 && typeof request.response?.id === "string") {
        item.result = request.response;
        this.become(item, "done");
        this.host.tell(t("upload.done", { name: file.name }));
      } else {
        const body = request.response;
        this.become(item, "failed", body?.code ? refusalText(t, body) : t("upload.failed"));
        this.host.tell(t("upload.failedName", { name: file.name }));
      }
      this.pump();
    });
    request.send(file);
  }

  become(item, state, why = "") {
    item.state = state;
    item.why = why;
    this.show(item);
    this.tell();
  }

  tell() {
    this.list.hidden = this.items.length === 0;
    if (!this.isBusy()) {
      this.waiters.splice(0).forEach((done) => done());
    }
    this.changed();
  }

  retry(item) {
    item.loaded = 0;
    this.become(item, "waiting");
    this.pump();
  }

  remove(item) {
    const hadFocus = item.element.contains(document.activeElement);
    const next = item.element.nextElementSibling ?? item.element.previousElementSibling;
    item.state = "removed";
    item.request?.abort();
    this.release(item);
    this.items = this.items.filter((i) => i !== item);
    item.element.remove();
    this.tell();
    this.pump();
    if (hadFocus) {
      (next?.querySelector("button:last-child") ?? this.list.closest("form")?.querySelector("textarea"))?.focus();
    }
  }

  release(item) {
    if (item.url) {
      URL.revokeObjectURL(item.url);
    }
  }

  make(item) {
    const { t } = this.host;
    const { file } = item;
    const isPicture = previews.includes(file.type);
    item.url = isPicture ? URL.createObjectURL(file) : null;
    const picture = isPicture ? el("img", { alt: "", width: "48", height: "48", src: item.url }) : icon("file");
    item.bar = el("progress", { max: "1", "aria-label": t("upload.progress", { name: file.name }) });
    item.text = el("span", { class: "upload-state" });
    item.retry = el("button", { type: "button", class: "icon-button", title: t("upload.retry"),
      "aria-label": t("upload.retryName", { name: file.name }), onclick: () => this.retry(item) }, icon("undo"));
    const remove = el("button", { type: "button", class: "icon-button", title: t("upload.remove"),
      "aria-label": t("upload.removeName", { name: file.name }), onclick: () => this.remove(item) }, icon("close"));
    return el("li", { class: "upload" }, el("span", { class: "upload-picture" }, picture),
      el("span", { class: "upload-about" },
        el("bdi", { class: "upload-name", title: file.name }, file.name), item.text, item.bar),
      item.retry, remove);
  }

  show(item) {
    const { t } = this.host;
    item.element.dataset.state = item.state;
    item.retry.hidden = item.state !== "failed";
    item.bar.hidden = item.state !== "sending" && item.state !== "waiting";
    item.bar.value = item.loaded;
    item.text.textContent = item.state === "failed" || item.state === "refused" ? item.why
      : item.state === "done" ? sizeOf(item.result.size ?? item.file.size, t)
      : t("upload.percent", { percent: Math.floor(item.loaded * 100), size: sizeOf(item.file.size, t) });
  }
}

/** A number of bytes as people read it. */
export function sizeOf(bytes, t) {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte"];
  let unit = 0;
  for (; bytes >= 1000 && unit < units.length - 1; unit++) {
    bytes /= 1024;
  }
  return new Intl.NumberFormat(t.language, {
    style: "unit", unit: units[unit], unitDisplay: "short", maximumFractionDigits: bytes < 10 && unit > 0 ? 1 : 0,
  }).format(bytes);
}
