// The picture of a box as a button, with what is said of it.
import { icon, make } from "../live/dom.js";
import { VERDICTS, cropOf, data, expected, student } from "./state.js";

/** The crops that are shown: box -> button. */
export const shown = new Map();
export const boxOf = new WeakMap();
const SIGNS = { right: "right", follows: "follows", wrong: "wrong", empty: "wrong", odd: "odd" };

/** How much is seen of the margin around a box, in mm. */
const LEFT = 0.5;
function img(box) {
  const el = make("img", { src: cropOf(box), alt: "", decoding: "async", draggable: false }), { width, height } = box.area, side = Math.max(width, height);
  el.style.scale = (side + 2 * data.margin) / (side + 2 * LEFT);
  return el;
}

/** The sign of what is said of a box; nothing if that is nothing. */
export function badge(box) {
  const verdict = box.paper.verdict(box), sign = box.later ? "later" : SIGNS[verdict];
  if (!sign) return [];
  return [make("i", { className: `bd ${sign}` }, sign === "later" || sign === "odd" ? "?" : icon(sign))];
}
/** What a box says, if somebody typed it. */
const says = (box, verdict) => (verdict === "empty" ? "empty" : box.typed ? box.text.replace("-", "−") : "");

/** Show what is said of a box. */
export function paint(box) {
  const el = shown.get(box);
  if (!el) return;
  const verdict = box.paper.verdict(box), said = says(box, verdict);
  el.className = `cr ${el.dataset.more ?? ""} ${verdict === "empty" ? "wrong" : verdict} ${box.later ? "later" : ""}`;
  el.querySelector(".bd")?.remove();
  el.append(...badge(box));
  el.querySelector(".ty").textContent = said;
  el.setAttribute("aria-label", `${student(box)}, should be ${expected(box)}: ${box.crop < 0 ? "not scanned, " : ""}${
    box.later ? "look again, " : ""}${VERDICTS[verdict]}${said && said !== "empty" ? `, says ${said}` : ""}`);
}

/** A button for a box; `below` stands below its picture. */
export function crop(box, below) {
  const picture = box.crop < 0 ? make("span", { className: "im none" }, "no scan") : make("span", { className: "im" }, img(box));
  const el = make("button", { type: "button", tabIndex: -1 }, picture, below, make("span", { className: "ty" }));
  shown.set(box, el);
  el.dataset.expected = expected(box);
  boxOf.set(el, box);
  paint(box);
  return el;
}
