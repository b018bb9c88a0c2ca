// What a page says when nobody looks at it: a system notification, a sound. Both only when asked for.

const key = "culvert.notify";

/**
 * @typedef {{notify: boolean, sound: boolean, all: boolean}} Wishes
 * @returns {Wishes}
 */
export function wishes() {
  try {
    return { notify: false, sound: false, all: false, ...JSON.parse(localStorage.getItem(key) ?? "{}") };
  } catch {
    return { notify: false, sound: false, all: false };
  }
}

/** @param {Partial<Wishes>} changed */
export function wish(changed) {
  try {
    localStorage.setItem(key, JSON.stringify({ ...wishes(), ...changed }));
  } catch {
    // No storage: nothing is wished.
  }
}

/** Asks the browser; only from within a press, or it does not ask. */
export async function mayNotify() {
  return "Notification" in window && await Notification.requestPermission() === "granted";
}

/**
 * Says that a message came, if the reader wishes it and does not look.
 * @param {{title: string, body: string, tag: string, isForMe: boolean, open: () => void}} message
 */
export function tell({ title, body, tag, isForMe, open }) {
  const { notify, sound, all } = wishes();
  if (document.visibilityState === "visible" || !(isForMe || all)) {
    return;
  }
  if (sound) {
    chime();
  }
  if (notify && "Notification" in window && Notification.permission === "granted") {
    try {
      // Tabs of one browser give the same tag, so the message is shown once.
      const shown = new Notification(title, { body, tag });
      shown.addEventListener("click", () => {
        window.focus();
        shown.close();
        open();
      });
    } catch {
      // Some systems let only service workers notify.
    }
  }
}

let audio = null;

/** Two short soft tones. Browsers let a page sound only after somebody has pressed something in it. */
export function chime() {
  try {
    audio ??= new AudioContext();
    audio.resume();
    [660, 880].forEach((pitch, i) => {
      const start = audio.currentTime + i * 0.12;
      const tone = new OscillatorNode(audio, { frequency: pitch });
      const volume = new GainNode(audio, { gain: 0 });
      volume.gain.setValueAtTime(0, start);
      volume.gain.linearRampToValueAtTime(0.08, start + 0.02);
      volume.gain.exponentialRampToValueAtTime(0.0001, start + 0.25);
      tone.connect(volume).connect(audio.destination);
      tone.start(start);
      tone.stop(start + 0.3);
    });
  } catch {
    // No sound here.
  }
}
