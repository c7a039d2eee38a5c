// Pages as they were scanned, with their boxes: whole, or the surroundings of one box.
import { make } from "../live/dom.js";
import { cropOf, data, pageOf } from "./state.js";

export const placed = (el, { x, y, width, height }, scale) => Object.assign(el.style, {
  left: `${x * scale}px`, top: `${y * scale}px`, width: `${width * scale}px`, height: `${height * scale}px` });

/** The picture of a box at its place, without the margin around it. */
export function stamp(box, scale) {
  const { width, height } = box.area, m = data.margin, inner = make("img", { src: cropOf(box), alt: "", decoding: "async", draggable: false });
  Object.assign(inner.style, { left: `${-m * scale}px`, top: `${-m * scale}px`, width: `${(width + 2 * m) * scale}px`, height: `${(height + 2 * m) * scale}px` });
  const el = make("span", { className: "stamp" }, inner);
  placed(el, box.area, scale);
  return el;
}

/** A page of a paper at so many pixels a mm; `part` makes what stands at each of its boxes. */
export function sheet(paper, number, scale, part) {
  const [, width, height, picture] = paper.pages.find(([n]) => n === number) ?? [number, 210, 297, -1];
  const el = make("div", { className: "sheet" }), source = pageOf(picture);
  Object.assign(el.style, { width: `${width * scale}px`, height: `${height * scale}px` });
  if (source) el.append(make("img", { className: "ground", src: source, alt: "", decoding: "async", draggable: false }));
  el.append(...paper.boxes.filter((b) => b.crop >= 0 && b.page === number).flatMap(part));
  return el;
}

/** A box with what stands around it, `wide` pixels wide; `large` shows little more than the box alone. */
export function around(box, wide, large) {
  const view = make("div", { className: "zoom" });
  if (box.crop < 0) { view.append(make("p", { className: "soft" }, "This page was not scanned.")); return view; }
  const { x, y, width, height } = box.area, across = large ? width + 4 : Math.max(3.4 * width, 26), scale = wide / across;
  const high = Math.min(0.85 * wide, (large ? height + 4 : height + 14) * scale);
  const page = sheet(box.paper, box.page, scale, (b) => (Math.abs(b.area.x - x) < across && Math.abs(b.area.y - y) < across ? [stamp(b, scale)] : []));
  const ring = make("span", { className: "ring" });
  placed(ring, box.area, scale);
  page.append(ring);
  page.style.translate = `${wide / 2 - (x + width / 2) * scale}px ${high / 2 - (y + height / 2) * scale}px`;
  view.style.height = `${high}px`;
  view.append(page);
  return view;
}
