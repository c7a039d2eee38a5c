// By box: one row a box, all students side by side by what is expected; the next one beneath, paler.
import { $, icon, make, named } from "../live/dom.js";
import { write } from "../live/formula.js";
import { isOpen, stepOf } from "./book.js";
import { crop, shown } from "./crops.js";
import { book, expected, now, several, where } from "./state.js";

/** The words that head a box: its matrix, and where in it. */
export const titled = (box) => {
  const at = where(box);
  return [named(box.m.label_markup), at && `, ${at}`].filter(Boolean);
};
export const step = (box) => {
  const found = stepOf(box.paper.frame, box.m);
  return make("span", { className: "num" }, Number.isInteger(found) && found < 999 ? `${found}` : "?");
};

/** How many of a row's boxes are wrong, follow, are to be looked at again. */
export function stats(row) {
  const verdicts = row.boxes.map((b) => book.verdict(b)), of = (...some) => verdicts.filter((v) => some.includes(v)).length;
  const wrong = of("wrong", "empty"), follows = of("follows"), later = row.boxes.filter((b) => b.later).length;
  const parts = [make("span", {}, `${row.boxes.length} ${row.boxes.length === 1 ? "student" : "students"}`)];
  if (follows) parts.push(make("span", { className: "c-carry" }, icon("follows"), `${follows} ${follows === 1 ? "follows" : "follow"}`));
  if (wrong) parts.push(make("span", { className: "c-wrong" }, icon("wrong"), `${wrong} wrong`));
  if (later) parts.push(make("span", {}, `? ${later} to look at again`));
  if (row.boxes.every((b) => !isOpen(b))) parts.push(make("span", { className: "c-right" }, icon("right"), "done"));
  return parts;
}

function section(row, next) {
  const head = make("header", {}, step(row.box), make("h2", {}, ...(several ? [make("span", { className: "soft ex" }, `${row.exercise} · `)] : []), ...titled(row.box)),
    make("span", { className: "st" }, ...(next ? [make("span", {}, `${row.boxes.length} students`)] : stats(row))), make("span", { className: "grow" }));
  if (!next) head.append(make("button", { type: "button", className: "lk soft", id: "list-open", ariaHasPopup: "dialog" }, `box ${row.number + 1} of ${book.rows.length}`));
  const groups = book.groups(row).map(({ number, follows, boxes }) => {
    const title = make("h3", {}, make("span", { className: "h" }, write(number)), ...(follows ? [icon("follows")] : []),
      ...(boxes.length > 1 ? [make("span", { className: "soft" }, `× ${boxes.length}`)] : []));
    const crops = boxes.map((box) => (next ? still(box) : crop(box, make("span", { className: "who" }, `${box.paper.student + 1}`))));
    return make("section", { className: `gr${follows ? " fl" : ""}` }, title, make("div", { className: "cs" }, ...crops));
  });
  const el = make("section", { className: `bxrow${next ? " next" : ""}`, inert: next }, head, make("div", { className: "groups" }, ...groups));
  el.setAttribute("aria-label", `${row.box.m.label}, ${where(row.box)}`);
  return el;
}
/** A picture that cannot be pressed, of the row to come. */
function still(box) {
  const el = crop(box, make("span", { className: "who" }, `${box.paper.student + 1}`));
  return make("span", { className: el.className }, ...el.childNodes);
}

export const byBox = {
  nodes() {
    const next = book.rows[now.row + 1];
    return [section(book.rows[now.row], false), ...(next ? [section(next, true)] : [])];
  },
  boxes: () => book.groups(book.rows[now.row]).flatMap((group) => group.boxes),
  end: () => $("view").firstElementChild,
  /** After something was said of some boxes; the next row is made anew where that changes what is expected there. */
  refresh(boxes) {
    $("view").querySelector(".st").replaceChildren(...stats(book.rows[now.row]));
    const next = book.rows[now.row + 1], papers = new Set(boxes.map((b) => b.paper));
    if (next?.boxes.some((b) => papers.has(b.paper) && shown.get(b)?.dataset.expected !== expected(b))) $("view").lastElementChild.replaceWith(section(next, true));
  },
  said: () => { const row = book.rows[now.row]; return `${row.box.m.label} ${where(row.box)}, ${row.boxes.length} students, box ${row.number + 1} of ${book.rows.length}`; },
  /** Go on: to the next row with something open, from the first one again after the last. */
  next() {
    const rows = book.rows, open = (row) => row.boxes.some((b) => isOpen(b) && b.crop >= 0 && !b.later);
    const found = rows.slice(now.row + 1).find(open) ?? rows.find(open) ?? rows.slice(now.row + 1).find((row) => row.boxes.some((b) => b.later)) ?? rows.find((row) => row.boxes.some((b) => b.later));
    if (!found) return false;
    now.row = found.number;
    return true;
  },
  move(by) { now.row = Math.max(0, Math.min(book.rows.length - 1, now.row + by)); },
  /** Be where a box is. */
  find(box) { now.row = box.row.number; },
};
