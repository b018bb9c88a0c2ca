/**
 * The icons, and how to draw one. The server reads the object too (Pages/IconSet.cs), so it is JSON: names and values
 * in double quotes, no comma at the end. Each is the outline of a line drawing in a square of 24.
 */
const paths = {
  "archive": "M4 5h16v4H4zM5.5 9v10h13V9M10 13h4",
  "arrow-down": "M12 5v14M6 13l6 6 6-6",
  "back": "M19 12H5M11 6l-6 6 6 6",
  "bell": "M6 16V11a6 6 0 0 1 12 0v5l1.5 2h-15zM10 20.5h4",
  "calendar": "M4 6h16v14H4zM4 10h16M8 3.5V6M16 3.5V6",
  "check": "M5 12.5l4.5 4.5L19 7.5",
  "close": "M6 6l12 12M18 6L6 18",
  "compass": "M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18M15.5 8.5l-2 5-5 2 2-5z",
  "copy": "M9 9h11v11H9zM15 9V4H4v11h5",
  "device": "M4 5h16v11H4zM2 19.5h20",
  "dots": "M5 11a1 1 0 1 0 0 2a1 1 0 1 0 0-2M12 11a1 1 0 1 0 0 2a1 1 0 1 0 0-2M19 11a1 1 0 1 0 0 2a1 1 0 1 0 0-2",
  "edit": "M4 20l1-4L16.5 4.5l3 3L8 19zM14.5 6.5l3 3",
  "file": "M6 3h8l4 4v14H6zM14 3v4h4",
  "gear": "M12 9a3 3 0 1 0 0 6a3 3 0 1 0 0-6M12 3v2.5M12 18.5V21M3 12h2.5M18.5 12H21M5.6 5.6l1.8 1.8M16.6 16.6l1.8 1.8M18.4 5.6l-1.8 1.8M7.4 16.6l-1.8 1.8",
  "globe": "M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18M3 12h18M12 3c3 3 3 15 0 18M12 3c-3 3-3 15 0 18",
  "hash": "M9.5 4L7.5 20M16.5 4l-2 16M4.5 9h16M3.5 15h16",
  "key": "M8 11a4 4 0 1 0 0 8a4 4 0 1 0 0-8M11 12l8.5-8.5M16 7l3 3",
  "leave": "M14 4H5v16h9M10 12h11M17 8l4 4-4 4",
  "link": "M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1",
  "list": "M8 6h12M8 12h12M8 18h12M4 6h.01M4 12h.01M4 18h.01",
  "lock": "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
  "menu": "M4 7h16M4 12h16M4 17h16",
  "mute": "M4 9v6h4l5 4V5L8 9zM17 9.5l4 5M21 9.5l-4 5",
  "paperclip": "M19 11l-7.5 7.5a4.5 4.5 0 0 1-6.5-6.5l8-8a3 3 0 0 1 4.5 4.5l-8 8a1.5 1.5 0 0 1-2.2-2.2L14 8",
  "people": "M9 5a3.5 3.5 0 1 0 0 7a3.5 3.5 0 1 0 0-7M2.5 20c0-3.5 3-5.5 6.5-5.5s6.5 2 6.5 5.5M16 5.5a3.2 3.2 0 0 1 0 6.2M18 14.8c2 .8 3.5 2.5 3.5 5.2",
  "person": "M12 4a4 4 0 1 0 0 8a4 4 0 1 0 0-8M4.5 20.500c0-4 3.5-6 7.5-6s7.5 2 7.5 6",
  "pin": "M9 4h6l-1 6 3 3H7l3-3zM12 13v7",
  "plus": "M12 5v14M5 12h14",
  "reply": "M10 6l-6 6 6 6M4 12h9c4 0 6.5 2 7 6",
  "search": "M11 4.500a6.5 6.5 0 1 0 0 13a6.5 6.5 0 1 0 0-13M16 16l4.5 4.5",
  "send": "M4 12L20 4l-5 16-3.5-6.500zM11.5 13.500L20 4",
  "shield": "M12 3l8 3v6c0 5-3.5 7.5-8 9-4.5-1.5-8-4-8-9V6z",
  "smile": "M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18M8.5 14.500c2 2.5 5 2.5 7 0M9 9.500h.01M15 9.500h.01",
  "sun": "M12 8a4 4 0 1 0 0 8a4 4 0 1 0 0-8M12 3v1.500M12 19.500V21M3 12h1.500M19.5 12H21M5.6 5.600l1.1 1.100M17.3 17.300l1.1 1.100M18.4 5.600l-1.1 1.100M6.7 17.300l-1.1 1.1",
  "trash": "M5 7h14M9 7V4h6v3M7 7l1 13h8l1-13",
  "undo": "M4 9h10a5.5 5.5 0 0 1 0 11H8M8 5L4 9l4 4",
  "upload": "M12 16V4M7 9l5-5 5 5M4 15v5h16v-5",
  "warning": "M12 4L2.5 20h19zM12 10v4.500M12 17.200h.01"
};

const svgNamespace = "http://www.w3.org/2000/svg";

/**
 * Draws an icon; it says nothing to screen readers, so what holds it needs a label.
 * @param {string} name one of the names above
 * @returns {SVGSVGElement}
 */
export function icon(name) {
  const svg = document.createElementNS(svgNamespace, "svg");
  const attributes = {
    class: "icon", viewBox: "0 0 24 24", width: "20", height: "20", fill: "none", stroke: "currentColor",
    "stroke-width": "1.8", "stroke-linecap": "round", "stroke-linejoin": "round", "aria-hidden": "true",
  };
  for (const [key, value] of Object.entries(attributes)) {
    svg.setAttribute(key, value);
  }
  const path = document.createElementNS(svgNamespace, "path");
  path.setAttribute("d", paths[name]);
  svg.append(path);
  return svg;
}
