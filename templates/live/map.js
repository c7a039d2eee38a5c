// The page as a map: its blocks, how far each box is, what part of it one sees, and its steps.
import { asked, boxAt, enter, now, pages } from "./boxes.js";
import { $, icon, make, shape } from "./dom.js";
import { peek } from "./peek.js";
import { stepsNow } from "./progress.js";

const FILLS = { follows: ["var(--carry)", 0.7], right: ["var(--accent)", 0.35], odd: ["var(--wrong)", 0.35] };

/** A box on the map; nothing while it is open. `k`: how many pixels of the map are one of the page. */
function dot(td, x, y, k) {
  const at = { x: x + td.offsetLeft + 2, y: y + td.offsetTop + 2, width: td.offsetWidth - 4, height: td.offsetHeight - 4 }, { v } = td.dataset;
  if (now.current?.td === td) return [shape("rect", { ...at, fill: "var(--panel)", stroke: "var(--accent)", "stroke-width": 2.5 / k })];
  if (v === "wrong") return [shape("path", { d: `M${at.x} ${at.y}l${at.width} ${at.height}m0 ${-at.height}l${-at.width} ${at.height}`, stroke: "var(--wrong)", "stroke-width": 2 / k, fill: "none" })];
  return v ? [shape("rect", { ...at, fill: FILLS[v][0], opacity: FILLS[v][1] })] : [];
}

/** The nearest block of a page to a place on it. */
function nearest(page, x, y) {
  const gap = (t) => Math.hypot(t.offsetLeft + t.offsetWidth / 2 - x, t.offsetTop + t.offsetHeight / 2 - y);
  return [...page.querySelectorAll("table")].sort((a, b) => gap(a) - gap(b))[0];
}

/** A small picture of a page, `width` pixels wide. */
function picture(page, width) {
  const { offsetWidth: w, offsetHeight: h } = page, k = width / w;
  const svg = shape("svg", { viewBox: `0 0 ${w} ${h}`, width, height: Math.round(h * k), class: "map", role: "img", "aria-label": "The whole page as a map" });
  for (const table of page.querySelectorAll("table")) {
    const { offsetLeft: x, offsetTop: y, offsetWidth, offsetHeight } = table, open = table.querySelector("[data-b]");
    svg.append(shape("rect", { x, y, width: offsetWidth, height: offsetHeight, fill: open ? "none" : "var(--line)", stroke: "var(--edge)", "stroke-width": 0.75 / k }));
    for (const td of table.querySelectorAll("[data-b]")) svg.append(...dot(td, x, y, k));
  }
  svg.addEventListener("click", (e) => {
    const rect = svg.getBoundingClientRect();
    const near = nearest(page, ((e.clientX - rect.left) / rect.width) * w, ((e.clientY - rect.top) / rect.height) * h);
    $("map-dialog").close();
    const box = near && asked.find((b) => near.contains(b.td) && !b.text);
    if (box) enter(box); else near?.scrollIntoView({ block: "center", inline: "center" });
  });
  return svg;
}

/** The part of the page that one sees, on the small map. */
function frame() {
  const svg = $("map").firstElementChild, page = now.current?.td.closest(".page") ?? pages[0];
  svg?.querySelector(".seen")?.remove();
  if (!svg || !page) return;
  const view = $("view").getBoundingClientRect(), paper = page.getBoundingClientRect(), k = page.offsetWidth / paper.width;
  const x = Math.max(0, (view.left - paper.left) * k), y = Math.max(0, (view.top - paper.top) * k);
  const right = Math.min(page.offsetWidth, (view.right - paper.left) * k), bottom = Math.min(page.offsetHeight, (view.bottom - paper.top) * k);
  if (right > x && bottom > y) svg.prepend(shape("rect", { class: "seen", x, y, width: right - x, height: bottom - y }));
}
let waiting = 0, resting = 0;
/** The page was moved, or another box is looked at. */
export const moved = () => {
  waiting ||= requestAnimationFrame(() => { waiting = 0; frame(); });
  clearTimeout(resting);
  resting = setTimeout(peek, 120);
};

export function drawMap() {
  if (now.exploring) return;
  $("map").replaceChildren(picture(now.current?.td.closest(".page") ?? pages[0], 138));
  moved();
}

/** All pages as maps, and the steps as ways to them. */
export function openMap() {
  const room = Math.min(432, innerWidth - 80) + 8;
  $("map-large").replaceChildren(...pages.map((page) => picture(page, Math.min(320, room / pages.length - 8))));
  $("map-steps").replaceChildren(...(now.exploring ? [] : stepsNow()).map(({ number, v, mine, done }) => {
    const go = () => { $("map-dialog").close(); enter(mine.find((b) => !b.text) ?? mine[0]); };
    const pip = make("span", { className: "pip" }, String(number), ...(v ? [icon(v)] : []));
    pip.dataset.v = v;
    const button = make("button", { type: "button", className: "bt", onclick: go }, pip, make("span", {}, make("b", {}, String(done)), `/${mine.length}`));
    button.setAttribute("aria-label", `Step ${number}: ${done} of ${mine.length} filled`);
    if (mine.includes(boxAt.get(now.current?.td))) button.setAttribute("aria-current", "step");
    return make("li", {}, button);
  }));
  $("legend-large").hidden = now.exploring;
  $("map-dialog").showModal();
}
