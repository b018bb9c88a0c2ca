// How many messages wait, where a tab shows it: before the title and on the icon.

const size = 32;
let shown = -1;
let original = null;
let url = null;

/** @param {string} title that of the page, to which the marks are added */
export function setTitle(title) {
  document.title = (/^\(\d+\+?\) /.exec(document.title)?.[0] ?? "") + title;
}

/** @param {number} count unread messages; 0 takes the marks away */
export function showCount(count) {
  const title = document.title.replace(/^\(\d+\+?\) /, "");
  document.title = count > 0 ? `(${count > 99 ? "99+" : count}) ${title}` : title;
  if (Math.min(count, 10) !== shown) {
    shown = Math.min(count, 10);
    drawIcon(shown);
  }
}

function drawIcon(count) {
  const link = document.querySelector("link[rel~=icon]");
  if (!link) {
    return;
  }
  original ??= { href: link.getAttribute("href"), type: link.type };
  if (count === 0) {
    link.type = original.type;
    link.href = original.href;
    return;
  }
  const picture = new Image(size, size);
  picture.addEventListener("load", () => {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = size;
    const context = canvas.getContext("2d");
    context.drawImage(picture, 0, 0, size, size);
    context.fillStyle = "#c2281b";
    context.beginPath();
    context.arc(size - 10, 10, 10, 0, 2 * Math.PI);
    context.fill();
    context.fillStyle = "#fff";
    context.font = "bold 15px sans-serif";
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillText(count > 9 ? "9+" : String(count), size - 10, 11);
    canvas.toBlob((blob) => {
      if (blob && shown === count) {
        URL.revokeObjectURL(url);
        url = URL.createObjectURL(blob);
        link.type = "image/png";
        link.href = url;
      }
    });
  });
  picture.src = original.href;
}
