// What a stack holds and what is marked of it. It decides nothing: it holds what a teacher says against the numbers that
// are right, or that follow from a slip.
import { Sheet, read } from "../live/engine.js";
import { coded, same } from "../live/formula.js";

export const FORMAT = "sheetgen-marking/1";
const GUARDED = /^[=+\-@\t\r]/;
const quoted = (cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
const guarded = (cell) => (GUARDED.test(cell) ? `'${cell}` : cell);
const kept = (box) => [box.mark, box.text, box.typed, box.later];

/** One exercise of one student: `given` is how the page's data have it, `frame` what it shares with others. */
class Paper {
  constructor(given, frame, place, students) {
    Object.assign(this, { ...given, frame, place, who: students[given.student], points: "" });
    this.boxes = frame.boxes.map(([matrix, i, j], k) => {
      const m = frame.matrices[matrix], [crop, page, x, y, width, height, likeness] = given.crops[k] ?? [-1, 0, 0, 0, 0, 0, 0];
      return { paper: this, id: `${m.name}[${i + 1},${j + 1}]`, name: m.name, m, matrix, i, j, place: k, crop, page,
        area: { x, y, width, height }, likeness, mark: "", text: "", typed: false, later: false };
    });
    this.counts = null;
  }

  /** What works its numbers out; made when it is first needed. */
  get sheet() {
    if (!this.made) {
      const matrices = this.frame.matrices.map((m) => (m.op === null ? { ...m, exact: this.exact[m.name] } : m));
      this.made = new Sheet({ ops: this.frame.ops, matrices });
      this.stuck = false;
    }
    return this.made;
  }

  key(box) { return this.sheet.key[box.name][box.i][box.j]; }

  /** What is expected in a box, as things stand. */
  expected(box) { return this.sheet.now.follows[box.name][box.i][box.j]; }

  /** The numbers that the student goes on with: what was written, and what is printed; null if all of it is as the key has it. */
  written(without = null) {
    const { sheet } = this, found = {};
    let slipped = false;
    for (const box of this.boxes) {
      if (box === without || box.mark !== "is") continue;
      const { number } = read(box.text);
      if (!number) continue;
      found[box.name] ??= sheet.key[box.name].map((row) => row.map(() => null));
      found[box.name][box.i][box.j] = number;
      slipped ||= !same(number, this.key(box));
    }
    if (!slipped) return null;
    for (const m of this.frame.matrices) {
      if (m.op === null || m.hidden) continue;
      const mine = found[m.name], key = sheet.key[m.name];
      found[m.name] = key.map((row, i) => row.map((x, j) => mine?.[i][j] ?? (m.blank[i][j] ? null : x)));
    }
    return found;
  }

  /** All numbers, after what was written; `stuck` if nothing can follow from it. */
  solve() {
    const { sheet } = this, written = this.written();
    sheet.now = { has: sheet.key, follows: sheet.key };
    this.stuck = written !== null && !sheet.take(written);
    this.counts = null;
  }

  verdict(box) {
    if (box.mark === "") return "";
    if (box.mark === "x") return "wrong";
    if (box.mark === "empty") return "empty";
    const { number } = read(box.text);
    return number ? this.sheet.verdict(box.name, box.i, box.j, number) : "odd";
  }

  /** How many boxes there are of each verdict. */
  count() {
    if (!this.counts) {
      const found = { right: 0, follows: 0, wrong: 0, empty: 0, open: 0, later: 0, all: this.boxes.length };
      for (const box of this.boxes) {
        const verdict = this.verdict(box);
        found[verdict === "" || verdict === "odd" ? "open" : verdict] += 1;
        found.later += box.later;
      }
      this.counts = found;
    }
    return this.counts;
  }

  /** The points that its boxes come to: as many as count, or that share of the most, to the nearest half. */
  worked() {
    const { right, follows, all } = this.count(), most = Number(this.most);
    const share = all ? (most * (right + follows)) / all : 0;
    return { share, points: most === all ? share : Math.min(most, Math.floor(2 * share + 0.5 + 1e-9) / 2) };
  }

  /** The points as they are handed in: what was typed, or else what the boxes come to once all are marked; null if open. */
  total() {
    if (this.points !== "") return Number(this.points.replace(",", "."));
    return this.count().open ? null : this.worked().points;
  }

  /** The boxes whose expected number a box changes: [{box, before, after}]. */
  effect(box) {
    const after = this.sheet.now.follows;
    this.sheet.now = { has: this.sheet.key, follows: this.sheet.key };
    const written = this.written(box);
    if (written) this.sheet.take(written);
    const before = this.sheet.now.follows;
    this.solve();
    return this.boxes.filter((b) => b !== box && !same(before[b.name][b.i][b.j], after[b.name][b.i][b.j]))
      .map((b) => ({ box: b, before: before[b.name][b.i][b.j], after: after[b.name][b.i][b.j] }));
  }

  /** The usual slip that a wrong number comes from, or "". */
  slip(box) {
    const { number } = read(box.text);
    return box.mark === "is" && number && this.verdict(box) === "wrong" ? this.sheet.slip(box.name, box.i, box.j, number) : "";
  }
}

/** A stack: its papers, its boxes, and what is said of them. */
export class Book {
  constructor(data) {
    this.data = data;
    this.papers = data.papers.map((given, k) => new Paper(given, data.frames[given.frame], k, data.students));
    this.boxes = this.papers.flatMap((paper) => paper.boxes);
    this.notes = new Map();
    this.past = [];
    this.rows = this.inRows();
  }

  /** One row a box, all students side by side, in the order of the steps, and of the boxes on the page. */
  inRows() {
    const rows = new Map();
    for (const box of this.boxes) {
      const id = `${box.paper.exercise} ${box.id}`;
      if (!rows.has(id)) rows.set(id, { id, exercise: box.paper.exercise, box, boxes: [] });
      const row = rows.get(id);
      row.boxes.push(box);
      if (row.box.crop < 0) row.box = box;
    }
    const place = ({ box: { paper, m, matrix, page, area, place: k } }) => [paper.exercise, stepOf(paper.frame, m), matrix, page, Math.round(area.y), area.x, k];
    const order = (a, b) => a.reduce((found, x, k) => found || x - b[k], 0);
    return [...rows.values()].sort((a, b) => order(place(a), place(b))).map((row, number) => {
      for (const box of row.boxes) box.row = row;
      return Object.assign(row, { number });
    });
  }

  /** A row's boxes by what is expected, the least first; what follows from a slip stands apart. */
  groups(row) {
    const found = new Map();
    for (const box of row.boxes) {
      const number = box.paper.expected(box), follows = !same(number, box.paper.key(box)), id = `${coded(number)} ${follows}`;
      if (!found.has(id)) found.set(id, { number, follows, boxes: [] });
      found.get(id).boxes.push(box);
    }
    const value = ([n, d]) => Number(n) / Number(d);
    return [...found.values()].sort((a, b) => value(a.number) - value(b.number) || a.follows - b.follows);
  }

  /** Boxes with a picture that are not marked, least like the expected number first. */
  doubtful() { return this.boxes.filter((b) => b.crop >= 0 && isOpen(b)).sort((a, b) => a.likeness - b.likeness); }

  /** Say something of some boxes; changes with the same `tag`, one right after the other, are undone as one. */
  say(boxes, change, tag = "") {
    const last = this.past.at(-1);
    if (!tag || last?.tag !== tag) this.past.push({ tag, before: boxes.map((box) => [box, kept(box)]) });
    for (const box of boxes) Object.assign(box, { mark: "", text: "", typed: false }, typeof change === "function" ? change(box) : change);
    this.solve(boxes);
    if (this.past.length > 2000) this.past.shift();
  }

  solve(boxes) { for (const paper of new Set(boxes.map((box) => box.paper))) paper.solve(); }

  /** Take back what was said last. Returns the boxes. */
  undo() {
    const { before } = this.past.pop() ?? { before: [] };
    for (const [box, [mark, text, typed, later]] of before) Object.assign(box, { mark, text, typed, later });
    const boxes = before.map(([box]) => box);
    this.solve(boxes);
    return boxes;
  }

  /** Wrong, or not after all; what was typed stays. */
  wrong(box) { if (box.mark === "x" || this.verdict(box) !== "wrong") this.say([box], { mark: box.mark === "x" ? "" : "x", later: false }); }
  empty(box) { this.say([box], { mark: box.mark === "empty" ? "" : "empty", later: false }); }
  later(box) { this.say([box], { mark: box.mark, text: box.text, typed: box.typed, later: !box.later }); }
  /** What a box says, as it is typed. */
  type(box, text) { this.say([box], text === "" ? {} : { mark: "is", text, typed: true, later: false }, `type ${box.paper.place} ${box.id}`); }

  /** Of some boxes those that are open show what is expected. One that has no picture, or is to be looked at again, stays open. */
  right(boxes, also = false) {
    const open = boxes.filter((b) => isOpen(b) && (also || (b.crop >= 0 && !b.later)));
    // What is right under one student's numbers is fixed before any of them is said.
    const said = new Map(open.map((b) => [b, coded(b.paper.expected(b))]));
    if (open.length) this.say(open, (b) => ({ mark: "is", text: said.get(b), later: false }));
    return open.length;
  }

  verdict(box) { return box.paper.verdict(box); }

  /** Of all: {done, all, later}. */
  count() {
    const found = { done: 0, all: this.boxes.length, later: 0 };
    for (const paper of this.papers) {
      const { all, open, later } = paper.count();
      found.done += all - open;
      found.later += later;
    }
    return found;
  }

  of(student) { return this.papers.filter((paper) => paper.student === student); }
  note(student) { return this.notes.get(student) ?? ""; }

  // ---- kept, and handed on -------------------------------------------------------------------------------------------

  /** All that was said, as plain data. */
  saved() {
    const papers = {};
    for (const paper of this.papers) {
      const boxes = {}, later = paper.boxes.filter((b) => b.later).map((b) => b.id);
      for (const { id, mark, text, typed } of paper.boxes) if (mark) boxes[id] = mark === "is" ? (typed ? "=" : "~") + text : mark;
      const said = { boxes, ...(later.length && { later }), ...(paper.points && { points: paper.points }) };
      if (later.length || paper.points || Object.keys(boxes).length) papers[paper.code] = said;
    }
    const notes = Object.fromEntries([...this.notes].filter(([, note]) => note).map(([k, note]) => [this.of(k)[0]?.code ?? `${k}`, note]));
    return { format: FORMAT, class: this.data.code, papers, notes };
  }

  /** Take in what was saved. Returns how many boxes it says something of; null if it is of another class, or no such data. */
  load(saved) {
    if (saved?.format !== FORMAT || saved.class !== this.data.code || typeof saved.papers !== "object") return null;
    let count = 0;
    for (const paper of this.papers) {
      const said = saved.papers[paper.code] ?? {}, later = new Set(said.later ?? []);
      paper.points = typeof said.points === "string" && this.isPoints(paper, said.points) ? said.points : "";
      for (const box of paper.boxes) {
        const text = said.boxes?.[box.id], is = /^([=~])(.{1,40})$/.exec(text ?? "");
        Object.assign(box, { mark: "", text: "", typed: false, later: later.has(box.id) });
        if (text === "x" || text === "empty") box.mark = text;
        else if (is) Object.assign(box, { mark: "is", text: is[2], typed: is[1] === "=" });
        count += box.mark !== "";
      }
      paper.solve();
    }
    this.notes = new Map(this.papers.filter((p) => typeof saved.notes?.[p.code] === "string").map((p) => [p.student, saved.notes[p.code]]));
    this.past = [];
    return count;
  }

  /** Whether a text can be the points of a paper. */
  isPoints(paper, text) { return /^\d{1,5}([.,]\d{1,2})?$/.test(text) && Number(text.replace(",", ".")) <= Number(paper.most); }

  /** What is not right of a paper, box by box: `dz3[1,1] -.9 wrong; dW3[1,1] -6.3 follows; b3[1,1] empty`. */
  told(paper) {
    return paper.boxes.map((box) => {
      const verdict = paper.verdict(box), value = box.mark === "is" ? coded(read(box.text).number ?? [0n, 1n]) : "?";
      if (verdict === "right") return "";
      if (verdict === "empty") return `${box.id} empty`;
      return verdict === "" || verdict === "odd" ? `${box.id} open` : `${box.id} ${value} ${verdict}`;
    }).filter(Boolean).join("; ");
  }

  /** `marks.csv`: a row for each paper of which something is said. */
  csv() {
    const rows = [["code", "id", "name", "exercise", "points", "max", "note", "boxes"]], noted = new Set();
    for (const paper of this.papers) {
      const total = paper.total(), note = noted.has(paper.student) ? "" : this.note(paper.student);
      noted.add(paper.student);
      const begun = total !== null || paper.count().open < paper.count().all;
      rows.push([paper.code, guarded(paper.who.id), guarded(paper.who.name), `${paper.exercise}`, total === null ? "" : pointed(total),
        paper.most, guarded(note), begun ? this.told(paper) : ""]);
    }
    return `\ufeff${rows.map((row) => row.map(quoted).join(",")).join("\r\n")}\r\n`;
  }
}

/** Points as they are written: 6, 7.5. */
export const pointed = (points) => `${Math.round(points * 100) / 100}`;
/** Whether nothing is said of a box that could be read. */
export const isOpen = (box) => box.mark === "" || (box.mark === "is" && !read(box.text).number);

/** The step of a matrix; one that is found backwards comes before the first that needs it. */
export function stepOf(frame, m) {
  if (m.step !== null) return m.step;
  const needs = frame.matrices.filter((other) => other.inputs.includes(m.name)).map((other) => stepOf(frame, other));
  return Math.min(999, ...needs) - 0.5;
}
