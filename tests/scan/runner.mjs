// Runs the marking page's book without a page. What is asked comes as JSON on stdin: {data, acts}; an act is
// [what, paper, box or row, more]. Answers with what the book holds in the end.
import { readFileSync } from "node:fs";
import { write } from "./live/formula.js";
import { Book, stepOf } from "./marking/book.js";

const { data, acts } = JSON.parse(readFileSync(0, "utf8"));
let book = new Book(data);
const box = (paper, id) => book.papers[paper].boxes.find((b) => b.id === id);
const answers = [];
const ACTS = {
  type: (paper, id, text) => book.type(box(paper, id), text),
  wrong: (paper, id) => book.wrong(box(paper, id)),
  empty: (paper, id) => book.empty(box(paper, id)),
  later: (paper, id) => book.later(box(paper, id)),
  enter: (paper, id) => book.right([box(paper, id)], true),
  row: (row) => answers.push(book.right(book.rows[row].boxes)),
  rest: () => { for (const row of book.rows) book.right(row.boxes); },
  undo: () => answers.push(book.undo().length),
  points: (paper, text) => { answers.push(book.isPoints(book.papers[paper], text)); book.papers[paper].points = text; },
  note: (student, text) => book.notes.set(student, text),
  again: () => { const saved = JSON.parse(JSON.stringify(book.saved())); book = new Book(data); answers.push(book.load(saved)); },
  load: (saved) => answers.push(book.load(saved)),
  effect: (paper, id) => answers.push(book.papers[paper].effect(box(paper, id)).map((e) => [e.box.id, write(e.before), write(e.after)])),
};
for (const [what, ...more] of acts) ACTS[what](...more);
console.log(JSON.stringify({
  csv: book.csv(), answers, saved: book.saved(), rows: book.rows.map((row) => [row.box.name, row.box.i, row.box.j, stepOf(row.box.paper.frame, row.box.m)]),
  groups: book.rows.map((row) => book.groups(row).map((g) => [write(g.number), g.follows, g.boxes.map((b) => b.paper.student)])),
  papers: book.papers.map((paper) => ({
    ...paper.count(), total: paper.total(), worked: paper.worked(),
    boxes: Object.fromEntries(paper.boxes.map((b) => [b.id, [book.verdict(b), write(paper.expected(b))]])),
  })),
}));
