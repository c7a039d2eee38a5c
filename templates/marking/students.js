// By student: the pages as they were scanned, with what is said of each box.
import { $, make } from "../live/dom.js";
import { write } from "../live/formula.js";
import { isOpen } from "./book.js";
import { crop, paint, shown } from "./crops.js";
import { book, called, now, present, several } from "./state.js";
import { placed, sheet, stamp } from "./zoom.js";

/** A box on the page; beside a wrong one stands what it should be. */
function onPage(scale) {
  return (box) => {
    const el = crop(box, make("span", { className: "should" }));
    el.dataset.more = "on";
    placed(el, box.area, scale);
    const picture = stamp(box, scale);
    picture.removeAttribute("style");
    el.querySelector(".im").replaceWith(picture);
    paint(box);
    should(box, el);
    return [el];
  };
}
function should(box, el) {
  const verdict = box.paper.verdict(box);
  el.querySelector(".should").textContent = verdict === "wrong" || verdict === "empty" ? write(box.paper.expected(box)) : "";
}

export const byStudent = {
  nodes() {
    const view = $("view"), papers = book.of(now.student), found = [];
    for (const paper of papers) {
      if (several) found.push(make("h2", { className: "paper-title" }, `${paper.exercise} ${paper.frame.title}`));
      const numbers = [...new Set([...paper.pages.map(([n]) => n), ...paper.boxes.filter((b) => b.crop >= 0).map((b) => b.page)])].sort((a, b) => a - b);
      for (const number of numbers) {
        const [, width] = paper.pages.find(([n]) => n === number) ?? [number, 210];
        const scale = Math.min(980, Math.max(300, view.clientWidth - 48)) / width;
        found.push(sheet(paper, number, scale, onPage(scale)));
      }
      if (paper.missing.length) found.push(make("p", { className: "lost" }, `Page ${paper.missing.join(", ")} was not scanned.`));
    }
    return [make("div", { className: "desk" }, ...found)];
  },
  boxes: () => book.of(now.student).flatMap((paper) => paper.boxes).filter((b) => b.crop >= 0),
  end: () => $("view").firstElementChild,
  refresh() { for (const box of byStudent.boxes()) { paint(box); should(box, shown.get(box)); } },
  said: () => `${called(now.student)}, ${present.indexOf(now.student) + 1} of ${present.length}`,
  next() {
    const open = (s) => book.of(s).some((paper) => paper.boxes.some((b) => isOpen(b) && b.crop >= 0 && !b.later)), place = present.indexOf(now.student);
    const found = [...present.slice(place + 1), ...present.slice(0, place)].find(open);
    if (found === undefined) return false;
    now.student = found;
    return true;
  },
  move(by) { now.student = present[Math.max(0, Math.min(present.length - 1, present.indexOf(now.student) + by))]; },
  find(box) { now.student = box.paper.student; },
};
