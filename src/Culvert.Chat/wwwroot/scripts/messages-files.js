// The files of a message. Pictures keep their box while they load.

import { el } from "./dom.js";
import { icon } from "./icons.js";

const PICTURES = new Set(["image/png", "image/jpeg", "image/gif", "image/webp"]);
const MAX_WIDTH = 420;
const MAX_HEIGHT = 320;

/** @param {any} files of the data of a message; may be anything */
export function filesView(files, { room, t }) {
  if (!Array.isArray(files)) {
    return null;
  }
  const shown = files.filter((file) => typeof file?.id === "string" && typeof file.name === "string");
  return shown.length === 0 ? null : el("div", { class: "files" }, ...shown.map((file) => fileView(file, room, t)));
}

function fileView({ id, name, size = 0, type, w, h }, room, t) {
  const href = `/v1/rooms/${encodeURIComponent(room)}/files/${encodeURIComponent(id)}/${encodeURIComponent(name)}`;
  const label = t("room.file", { name, size: sizeOf(size, t.language) });
  if (PICTURES.has(type) && w > 0 && h > 0) {
    const scale = Math.min(1, MAX_WIDTH / w, MAX_HEIGHT / h);
    const picture = el("img", {
      src: href, alt: name, width: Math.round(w * scale), height: Math.round(h * scale),
      loading: "lazy", decoding: "async",
    });
    return el("a", { class: "picture-file", href, target: "_blank", rel: "noopener", title: label }, picture);
  }
  return el("a", { class: "file", href, download: name }, icon("file"), el("span", {}, label));
}

function sizeOf(bytes, language) {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte"];
  let power = 0;
  let value = bytes;
  while (value >= 1000 && power < units.length - 1) {
    value /= 1000;
    power++;
  }
  return new Intl.NumberFormat(language, {
    style: "unit", unit: units[power], unitDisplay: "short", maximumFractionDigits: value < 10 && power > 0 ? 1 : 0,
  }).format(value);
}
