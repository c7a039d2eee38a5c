// The stack of this page, and what is going on.
import { $ } from "../live/dom.js";
import { withComma, write } from "../live/formula.js";
import { Book } from "./book.js";

export const data = JSON.parse($("stack").textContent);
withComma(data.mark === "comma");
export const book = new Book(data);
export const now = {
  /** "box", "student" or "doubt"; and where in it: the row, the student, the boxes that are shown of those in doubt. */
  view: "box", row: 0, student: book.papers[0]?.student ?? 0, chunk: [],
  /** The box that is chosen. */
  box: book.rows[0]?.boxes[0] ?? null,
  /** Whether names are shown, the picture is larger, single letters do something. */
  names: false, large: false, letters: true,
};
export const several = new Set(book.papers.map((paper) => paper.exercise)).size > 1;
/** The students of whom there is a sheet. */
export const present = [...new Set(book.papers.map((paper) => paper.student))];
export const called = (student) => data.students[student].name || data.students[student].id || `Student ${student + 1}`;
export const student = (box) => (now.names ? called(box.paper.student) : `Student ${box.paper.student + 1}`);

let pictures = null, pagePictures = null;
const source = (texts, k, kind) => (texts[k] ? `data:image/${kind};base64,${texts[k]}` : "");
/** The picture of a box, and of a page; they are taken apart when the first is needed. */
export const cropOf = (box) => source((pictures ??= JSON.parse($("crops").textContent)), box.crop, "jpeg");
export const pageOf = (number) => source((pagePictures ??= JSON.parse($("pages").textContent)), number, "webp");

/** Whether the page has a matrix on its side: its rows as columns. */
function turned({ paper, m }) {
  if (m.turned === undefined) {
    const mine = paper.boxes.filter((b) => b.m === m && b.crop >= 0);
    const far = (a, b) => [Math.abs(a.area.x - b.area.x), Math.abs(a.area.y - b.area.y)];
    const below = mine.find((b) => b.j === mine[0].j && b.i !== mine[0].i), beside = mine.find((b) => b.i === mine[0].i && b.j !== mine[0].j);
    if (!mine.length) return false;
    m.turned = Boolean((below && far(mine[0], below)[0] > far(mine[0], below)[1]) || (beside && far(mine[0], beside)[1] > far(mine[0], beside)[0]));
  }
  return m.turned;
}
/** Where a box stands in its matrix, in the words of the page. */
export const where = (box) => {
  const [rows, columns] = box.m.shape, side = turned(box), words = side ? ["column", "row"] : ["row", "column"];
  const said = [[words[0], box.i, rows], [words[1], box.j, columns]].filter(([, , n]) => n > 1).map(([word, k]) => `${word} ${k + 1}`);
  return (side ? said.reverse() : said).join(", ");
};
export const spoken = (box) => [box.m.label, where(box)].filter(Boolean).join(", ");
export const expected = (box) => write(box.paper.expected(box));
export const VERDICTS = { "": "open", odd: "cannot be read", right: "right", follows: "follows from a slip", wrong: "wrong", empty: "empty" };

/** What was set aside, and of whom no page was read. */
export function asides() {
  const none = data.students.map((_, k) => k).filter((k) => !present.includes(k)).map((k) => ({ what: called(k), why: "no page read" }));
  return [...data.told, ...none];
}

/** Open a dialog, ready to be closed by Enter. */
export function modal(id) {
  $(id).showModal();
  $(id).querySelector("[data-close]").focus({ preventScroll: true });
}
