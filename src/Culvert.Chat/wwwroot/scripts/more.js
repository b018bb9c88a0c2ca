// A long list of a page: the link to its next page adds that page's rows to those that are there.

/**
 * @param {HTMLElement} nav has the link; `data-more` finds the list
 * @param {(row: Element) => void} shown told of each row that was added
 */
export function mountMore(nav, shown) {
  nav.addEventListener("click", async (event) => {
    const link = event.target.closest("a[rel=next]");
    if (!link || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) {
      return;
    }
    event.preventDefault();
    if (nav.getAttribute("aria-busy") === "true") {
      return;
    }
    nav.setAttribute("aria-busy", "true");
    try {
      add(nav, link, await load(link.href), shown);
    } catch {
      // Whatever it is, the page itself says it better.
      location.assign(link.href);
    } finally {
      nav.removeAttribute("aria-busy");
    }
  });
}

function add(nav, link, page, shown) {
  const { more } = nav.dataset;
  const list = document.querySelector(more);
  const found = page.querySelector(more);
  if (!found) {
    throw new Error(`no list ${more}`);
  }
  const rows = [...found.children].map((row) => document.importNode(row, true));
  list.append(...rows);
  rows.forEach(shown);
  const next = page.querySelector(`nav[data-more="${more}"] a[rel=next]`);
  if (next) {
    link.href = next.href;
  } else {
    link.remove();
  }
  rows[0]?.querySelector("button, a, summary")?.focus();
}

/** The page at an address, parsed and not run. */
function load(url) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("GET", url);
    request.responseType = "document";
    request.addEventListener("load", () => (request.status === 200 && request.response
      ? resolve(request.response) : reject(new Error(`status ${request.status}`))));
    request.addEventListener("error", () => reject(new Error("no connection")));
    request.send();
  });
}
