/** The page of settings: a picture cut to a square, and how to be told of messages in this browser. */
import { chime, mayNotify, wish, wishes } from "./notify.js";

const side = 256;

const root = document.getElementById("avatar-edit");
const input = document.getElementById("avatar-file");
const dialog = document.getElementById("avatar-dialog");
const canvas = dialog.querySelector("canvas");
const zoom = document.getElementById("avatar-zoom");
const view = { image: null, x: 0, y: 0, scale: 1 };

root.querySelector(".buttons").hidden = false;
input.addEventListener("change", open);
zoom.addEventListener("input", () => draw());
dialog.addEventListener("close", () => { input.value = ""; });
dialog.querySelector("button[value=cancel]").addEventListener("click", () => dialog.close());
dialog.querySelector("button[value=save]").addEventListener("click", save);

canvas.addEventListener("pointerdown", (event) => canvas.setPointerCapture(event.pointerId));
canvas.addEventListener("pointermove", (event) => {
  if (canvas.hasPointerCapture(event.pointerId)) {
    move(event.movementX, event.movementY);
  }
});
canvas.addEventListener("keydown", (event) => {
  const step = { ArrowLeft: [8, 0], ArrowRight: [-8, 0], ArrowUp: [0, 8], ArrowDown: [0, -8] }[event.key];
  if (step) {
    event.preventDefault();
    move(...step);
  }
});

async function open() {
  const [file] = input.files;
  if (!file) {
    return;
  }
  try {
    view.image = await createImageBitmap(file);
  } catch {
    fail();
    return;
  }
  view.x = view.y = 0;
  zoom.value = "1";
  dialog.showModal();
  draw();
}

function move(dx, dy) {
  view.x += dx;
  view.y += dy;
  draw();
}

/** The picture always covers the square. */
function draw() {
  const { image } = view;
  const scale = Math.max(side / image.width, side / image.height) * Number(zoom.value);
  const width = image.width * scale;
  const height = image.height * scale;
  const freeX = (width - side) / 2;
  const freeY = (height - side) / 2;
  view.x = Math.min(freeX, Math.max(-freeX, view.x));
  view.y = Math.min(freeY, Math.max(-freeY, view.y));
  const context = canvas.getContext("2d");
  context.clearRect(0, 0, side, side);
  context.imageSmoothingQuality = "high";
  context.drawImage(image, view.x - freeX, view.y - freeY, width, height);
}

async function save() {
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  const response = await fetch("/v1/me/avatar", {
    method: "PUT", headers: { "Content-Type": "image/png" }, body: blob,
  }).catch(() => null);
  dialog.close();
  if (response?.ok) {
    location.reload();
  } else {
    fail();
  }
}

function fail() {
  const note = document.createElement("p");
  note.className = "note error";
  note.setAttribute("role", "alert");
  note.textContent = root.dataset.failed;
  root.querySelector(".note")?.remove();
  root.append(note);
}

const notify = document.getElementById("notify");
notify.hidden = false;
for (const box of notify.querySelectorAll("input[data-pref]")) {
  const { pref } = box.dataset;
  box.checked = wishes()[pref];
  box.addEventListener("change", async () => {
    if (box.checked && pref === "notify" && !await mayNotify()) {
      box.checked = false;
      document.getElementById("notify-denied").hidden = false;
    }
    if (box.checked && pref === "sound") {
      chime();
    }
    wish({ [pref]: box.checked });
  });
}
