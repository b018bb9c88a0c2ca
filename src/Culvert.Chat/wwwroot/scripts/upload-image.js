// Makes pictures smaller before they go up, which also takes out where and by what they were taken.

const maxSide = 2560;
const quality = 0.85;
const scaled = ["image/jpeg", "image/png", "image/webp"];

/**
 * The picture to send: JPEG always anew (EXIF has places and devices), others when a side is over 2560 pixels.
 * @param {File} file
 * @returns {Promise<File>} the same one when it is no such picture, or cannot be read as one
 */
export async function prepareImage(file) {
  if (!scaled.includes(file.type)) {
    return file;
  }
  let bitmap;
  try {
    bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    return file;
  }
  try {
    const factor = Math.min(1, maxSide / Math.max(bitmap.width, bitmap.height));
    if (factor === 1 && file.type !== "image/jpeg") {
      return file;
    }
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(bitmap.width * factor));
    canvas.height = Math.max(1, Math.round(bitmap.height * factor));
    const context = canvas.getContext("2d");
    context.imageSmoothingQuality = "high";
    context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((done) => canvas.toBlob(done, file.type, quality));
    // A browser that cannot write WebP gives PNG.
    return blob === null ? file : new File([blob], withExtension(file.name, blob.type), { type: blob.type });
  } finally {
    bitmap.close();
  }
}

function withExtension(name, type) {
  const extension = { "image/jpeg": "jpg", "image/png": "png", "image/webp": "webp" }[type];
  const fits = new RegExp(extension === "jpg" ? "\\.jpe?g$" : `\\.${extension}$`, "i").test(name);
  return fits || extension === undefined ? name : `${name.replace(/\.[^.]{1,5}$/, "")}.${extension}`;
}
