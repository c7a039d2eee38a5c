// The sheet's boxes and what is known of them; and what is going on, which the other modules read and change.
import { $, icon } from "./dom.js";
import { Sheet } from "./engine.js";
import { withComma } from "./formula.js";
import { whole } from "./whole.js";

export const data = whole(JSON.parse($("sheet").textContent));
withComma(data.mark === "comma");
export const sheet = new Sheet(data);
export const touch = matchMedia("(pointer: coarse)").matches;
export const pages = [...document.querySelectorAll(".page")];
export const tables = [...document.querySelectorAll("table.block")];
/** What a table says of all its boxes: their matrix, whether that is turned, and what else a box says; one that is another's says all itself. */
for (const table of tables) {
  const { m, t, ...more } = table.dataset;
  if (m) for (const row of table.rows) for (const td of row.cells) {
    const i = row.rowIndex, j = td.cellIndex;
    if (td.dataset.m === undefined) Object.assign(td.dataset, t === undefined ? { m, i, j } : { m, i: j, j: i }, more);
    else if (!td.dataset.m) delete td.dataset.m;
  }
}

/** The boxes that hold a number of the exercise. */
export const boxes = [...document.querySelectorAll("td[data-m]")].map((td) => ({
  td, name: td.dataset.m, i: +td.dataset.i, j: +td.dataset.j, m: sheet.byName[td.dataset.m], asked: "b" in td.dataset,
  copied: "c" in td.dataset, after: td.dataset.a ?? "", echoed: false,
  id: `${td.dataset.m},${td.dataset.i},${td.dataset.j}`, input: null, text: "", printed: td.textContent,
}));
export const boxAt = new Map(boxes.map((box) => [box.td, box]));
/** All boxes of a number, by its place. */
export const all = new Map();
for (const box of boxes) all.set(box.id, [...(all.get(box.id) ?? []), box]);

/** The matrices that the page draws on their side, wherever it draws them. */
const drawn = (is) => new Set(boxes.filter((box) => {
  const next = boxAt.get(box.td.nextElementSibling), below = boxAt.get(box.td.parentNode.nextElementSibling?.cells[box.td.cellIndex]);
  return [[next, 0, 1], [below, 1, 0]].some(([to, di, dj]) => to?.name === box.name && is(to.i - box.i, to.j - box.j, di, dj));
}).map((box) => box.name));
const upright = drawn((i, j, di, dj) => i === di && j === dj);
export const turned = new Set([...drawn((i, j, di, dj) => i === dj && j === di)].filter((name) => !upright.has(name)));

/** The boxes to fill, in the order of the steps; what is copied from elsewhere comes before the step that needs it. */
export const asked = boxes.filter((box) => box.asked);
const firstUse = (name) => Math.min(999, ...sheet.matrices.filter((m) => m.inputs.includes(name)).map((m) => m.step ?? firstUse(m.name)));
const place = (box) => (box.copied || box.m.step === null ? firstUse(box.name) - 0.5 : box.m.step);
export const stepOf = (box) => Math.ceil(place(box));
asked.sort((a, b) => place(a) - place(b)
  || sheet.matrices.indexOf(a.m) - sheet.matrices.indexOf(b.m)
  || tables.indexOf(a.td.closest("table")) - tables.indexOf(b.td.closest("table"))
  || (a.td.compareDocumentPosition(b.td) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1));
export const stepAt = (number) => data.steps.find((step) => step.number === number);

/** The first box of each number that is asked for. */
export const firsts = new Map();
for (const box of asked) if (!firsts.has(box.id)) firsts.set(box.id, box);
export const holes = (box) => sheet.givens[box.name]?.[box.i][box.j] === null;
/** Whether a box repeats a printed number, or one that is asked for before: it is judged by that number alone. */
export const isCopy = (box) => box.copied || (box.m.op === null && !holes(box)) || firsts.get(box.id) !== box;

/** Where a box stands, in the words of the page: a matrix that is drawn on its side has its rows as columns. */
export const where = (m, i, j, of = false) => {
  const [rows, columns] = m.shape, words = turned.has(m.name) ? ["column", "row"] : ["row", "column"];
  const said = [[words[0], i, rows], [words[1], j, columns]].filter(([, , n]) => n > 1)
    .map(([word, k, n]) => `${word} ${k + 1}${of ? ` of ${n}` : ""}`);
  return (turned.has(m.name) ? said.reverse() : said).join(", ");
};
export const spoken = (m, i, j) => [m.label, where(m, i, j)].filter(Boolean).join(", ");

/** What is going on. */
export const now = {
  exploring: false,
  /** The box that one is in, or was in last; how many of its hints are shown; the slip that is named. */
  current: null, level: 0, slipped: null,
  /** While exploring: the numbers as they stand, the results before the last change, and that change. */
  givens: sheet.givens, values: sheet.key, before: null, last: null,
  /** Whether results are covered, and which are not any more. */
  predicting: false, opened: new Set(),
  /** What was written while solving. */
  stash: new Map(),
};

export const fit = (el, text) => el.style.setProperty("--fit", Math.min(1, 3.1 / Math.max(1, text.length)).toFixed(2));
export const sign = (box, name) => {
  box.td.querySelector(".sign")?.remove();
  if (name) box.td.append(icon(name, "sign"));
};
/** In a box with the numbers before and after ReLU, cross out what is negative and write 0. */
export function crossed(box, number) {
  const out = Boolean(box.after && number && number[0] < 0n);
  box.td.classList.toggle("struck", out);
  box.td.querySelector(".zero")?.remove();
  if (out) box.td.append(Object.assign(document.createElement("span"), { className: "zero", textContent: "0" }));
}

/** Move the page so that a box is seen with those of `places`, table by table while they fit; not at all if they are seen. */
export function gather(box, places) {
  const view = $("view"), seen = view.getBoundingClientRect(), by = new Map(), margin = 4;
  for (const [name, i, j] of places) for (const { td } of all.get(`${name},${i},${j}`) ?? []) {
    const table = td.closest("table");
    by.set(table, [...(by.get(table) ?? []), td]);
  }
  const grown = (r, cells) => cells.map((td) => td.getBoundingClientRect()).reduce((a, b) => ({
    left: Math.min(a.left, b.left), right: Math.max(a.right, b.right), top: Math.min(a.top, b.top), bottom: Math.max(a.bottom, b.bottom) }), r);
  const fits = (r) => r.right - r.left + 2 * margin <= seen.width && r.bottom - r.top + 2 * margin <= seen.height;
  let r = box.td.getBoundingClientRect();
  for (const cells of by.values()) {
    const more = grown(r, cells);
    if (fits(more)) r = more;
  }
  if (r.left >= seen.left && r.right <= seen.right && r.top >= seen.top && r.bottom <= seen.bottom) return;
  view.scrollBy({ left: (r.left + r.right - seen.left - seen.right) / 2, top: (r.top + r.bottom - seen.top - seen.bottom) / 2 });
}
/** The places that a box is worked out from, while solving. */
export const needed = (box) => (now.exploring ? [] : sheet.meeting(box.name, box.i, box.j));
/** Go to a box, if one can write in it, and see what it is worked out from. */
export function enter(box) {
  if (!box?.input) return;
  box.input.focus({ preventScroll: true });
  gather(box, needed(box));
}
/** Stay in the box that one is in. */
export const keep = () => now.current?.input?.focus({ preventScroll: true });
