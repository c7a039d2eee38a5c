// What was said is kept: in the browser by the class, in a file, and as marks.csv.
import { $ } from "../live/dom.js";
import { toast } from "../live/said.js";
import { book, data, modal, now } from "./state.js";

const store = (() => { try { localStorage.getItem("sheetgen"); return localStorage; } catch { return null; } })();
const PLACE = `sheetgen marking ${data.code}`;
/** How it stands: "kept", "not kept" where the browser keeps nothing, and whether that is in a file. */
export const keeping = { how: store ? "kept" : "not kept", filed: true };

/** Keep all that was said, at once: a page that goes away may not come to it later. */
export function keep() {
  const { view, row, student, names, letters } = now;
  keeping.filed = false;
  try {
    if (!store) return;
    store.setItem(PLACE, JSON.stringify({ ...book.saved(), at: { view, row, student, names, letters } }));
    keeping.how = "kept";
  } catch { keeping.how = "not kept"; }
}
addEventListener("beforeunload", (e) => { if (keeping.how !== "kept" && !keeping.filed) e.preventDefault(); });

/** Take in what was kept. */
export function restore() {
  try {
    const kept = JSON.parse(store?.getItem(PLACE) ?? "null");
    if (!kept || book.load(kept) === null) return;
    const { view, row, student, names, letters } = kept.at ?? {};
    if (["box", "student", "doubt"].includes(view)) now.view = view;
    if (Number.isInteger(row) && book.rows[row]) now.row = row;
    if (book.of(student).length) now.student = student;
    now.names = names === true;
    now.letters = letters !== false;
  } catch { /* not ours */ }
}

function file(name, text, type) {
  const url = URL.createObjectURL(new Blob([text], { type })), link = Object.assign(document.createElement("a"), { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
/** Save the marks as the command `sheetgen marks` reads them. */
export function saveMarks() {
  file("marks.csv", book.csv(), "text/csv");
  const open = book.papers.filter((paper) => paper.total() === null).length, all = book.papers.length;
  $("saved-said").textContent = open ? `${all - open} of ${all} sheets have points; ${open === 1 ? "one has" : `${open} have`} boxes that are not marked yet, and no points.`
    : `All ${all} sheets have points.`;
  modal("saved");
}
/** Save what was said so far, to go on with it elsewhere. */
export function saveFile() {
  file(`${data.title.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "") || "marking"}-marking.json`, JSON.stringify(book.saved()), "application/json");
  keeping.filed = true;
  toast("Progress saved to a file");
}
/** Go on with what was saved to a file; says what is wrong with any other. */
export async function openFile(chosen, done) {
  let found = null;
  try { found = book.load(JSON.parse(await chosen.text())); } catch { /* no such file */ }
  if (found === null) { toast("This file holds no progress of this class"); return; }
  done();
  keep();
  toast(`${found} marked boxes taken from the file`);
}
