// Says what the connection is doing, when there is something to say.

/** Shorter breaks are over before anybody has read about them. */
const SHOW_AFTER = 2_000;
const BACK_FOR = 3_000;

/**
 * @param {HTMLElement} root Empty, with role=status.
 * @param {import("./culvert.js").Culvert} connection
 * @param {{t: Function, isOwner: boolean, missed: () => number}} host `missed` counts the messages since the break.
 */
export function mountBanner(root, connection, { t, isOwner, missed = () => 0 }) {
  let shownAt = 0;
  let timer = 0;
  let proxy = null;

  const text = document.createElement("span");
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = t("banner.retry");
  button.addEventListener("click", () => connection.retryNow());
  root.append(text, " ", button);

  const show = (kind, message, canRetry = false) => {
    root.hidden = false;
    root.dataset.kind = kind;
    text.textContent = message;
    button.hidden = !canRetry;
  };

  const hide = () => {
    shownAt = 0;
    if (proxy === null) {
      root.hidden = true;
    } else {
      show("warning", t("banner.proxy", { header: proxy }));
    }
  };

  const tell = () => {
    const { state, attempt, retryAt } = connection.state;
    const seconds = Math.ceil((retryAt - Date.now()) / 1000);
    shownAt ||= Date.now();
    show(
      "waiting",
      state === "waiting" && seconds > 0 ? t("banner.waiting", { attempt, seconds }) : t("banner.connecting"),
      state === "waiting",
    );
    timer = setTimeout(tell, 500);
  };

  connection.addEventListener("blocked", ({ detail }) => {
    proxy = isOwner ? detail.header : null;
  });

  let brokenSince = 0;
  connection.addEventListener("state", ({ detail: { state } }) => {
    clearTimeout(timer);
    switch (state) {
      case "live":
        if (shownAt > 0) {
          const count = missed();
          show("back", count > 0 ? t.n("banner.backWith", count) : t("banner.back"));
          timer = setTimeout(hide, BACK_FOR);
        } else {
          hide();
        }
        brokenSince = 0;
        break;
      case "signed-out":
        show("ended", t("banner.signedOut"));
        root.append(signInLink(t));
        break;
      case "ended":
        break;
      default:
        brokenSince ||= Date.now();
        if (shownAt > 0) {
          tell();
        } else {
          timer = setTimeout(tell, Math.max(0, SHOW_AFTER - (Date.now() - brokenSince)));
        }
    }
  });
}

function signInLink(t) {
  const link = document.createElement("a");
  link.href = `/login?next=${encodeURIComponent(location.pathname + location.search)}`;
  link.textContent = t("banner.signIn");
  return link;
}
