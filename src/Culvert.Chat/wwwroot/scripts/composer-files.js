// The three ways a file gets into the composer: chosen, pasted, dropped.

/**
 * @param {HTMLFormElement} root files may be dropped anywhere in the main part around it
 * @param {{area: HTMLTextAreaElement, attach: HTMLElement, picker: HTMLInputElement}} parts
 * @param {(files: File[]) => void} take
 */
export function takeFiles(root, { area, attach, picker }, take) {
  attach.addEventListener("click", () => picker.click());
  picker.addEventListener("change", () => {
    take([...picker.files]);
    picker.value = "";
  });
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.shiftKey && event.code === "KeyU" && !root.hidden) {
      event.preventDefault();
      picker.click();
    }
  });
  area.addEventListener("paste", (event) => {
    const files = [...event.clipboardData?.files ?? []];
    // A copied table comes as text and as a picture of it: the text is meant.
    if (files.length > 0 && !event.clipboardData.types.includes("text/plain")) {
      event.preventDefault();
      take(files);
    }
  });
  listenToDrags(root, root.closest("main") ?? root, take);
}

function listenToDrags(root, target, take) {
  const hasFiles = (event) => event.dataTransfer?.types.includes("Files") && !root.hidden;
  target.addEventListener("dragover", (event) => {
    if (hasFiles(event)) {
      event.preventDefault();
      target.classList.add("dropping");
    }
  });
  target.addEventListener("dragleave", (event) => {
    if (!target.contains(event.relatedTarget)) {
      target.classList.remove("dropping");
    }
  });
  target.addEventListener("drop", (event) => {
    target.classList.remove("dropping");
    if (hasFiles(event)) {
      event.preventDefault();
      take([...event.dataTransfer.files]);
    }
  });
}
